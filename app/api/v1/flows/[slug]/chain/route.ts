import { route } from '../../../../handle.ts';

export const PUT = route('flows.putChain');
