import { route } from '../../../../../handle.ts';

export const POST = route('breakers.probe');
