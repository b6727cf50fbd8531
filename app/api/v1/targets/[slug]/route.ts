import { route } from '../../../handle.ts';

export const GET = route('targets.get');
export const PATCH = route('targets.update');
export const DELETE = route('targets.delete');
