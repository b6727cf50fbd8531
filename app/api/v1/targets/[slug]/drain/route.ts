import { route } from '../../../../handle.ts';

export const GET = route('targets.drainPreview');
export const POST = route('targets.drain');
