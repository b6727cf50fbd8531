import { route } from '../../handle.ts';

export const GET = route('apiKeys.list');
export const POST = route('apiKeys.create');
