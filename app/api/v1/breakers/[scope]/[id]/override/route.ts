import { route } from '../../../../../handle.ts';

export const PUT = route('breakers.setOverride');
export const DELETE = route('breakers.clearOverride');
