import { route } from '../../handle.ts';

export const GET = route('flows.list');
export const POST = route('flows.create');
