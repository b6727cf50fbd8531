import { route } from '../../../../../handle.ts';

export const DELETE = route('breakers.clearCooldown');
