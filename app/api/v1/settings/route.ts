import { route } from '../../handle.ts';

export const GET = route('settings.get');
export const PATCH = route('settings.update');
