import { route } from '../../handle.ts';

export const DELETE = route('demo.remove');
