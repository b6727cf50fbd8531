import { route } from '../../../handle.ts';

export const GET = route('providers.get');
export const PATCH = route('providers.update');
export const DELETE = route('providers.delete');
