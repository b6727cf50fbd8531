import { route } from '../../handle.ts';

export const GET = route('targets.list');
export const POST = route('targets.create');
