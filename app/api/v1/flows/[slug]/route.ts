import { route } from '../../../handle.ts';

export const GET = route('flows.get');
export const PATCH = route('flows.update');
export const DELETE = route('flows.delete');
