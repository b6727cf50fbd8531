import { route } from '../../../../handle.ts';

export const GET = route('flows.getDraft');
export const PUT = route('flows.putDraft');
export const DELETE = route('flows.deleteDraft');
