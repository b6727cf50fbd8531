import { route } from '../../handle.ts';

export const GET = route('readiness.list');
