import { route } from '../../../handle.ts';

export const DELETE = route('apiKeys.delete');
