import { route } from '../../handle.ts';

export const GET = route('providers.list');
export const POST = route('providers.create');
