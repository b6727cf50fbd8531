import { route } from '../../../../handle.ts';

export const POST = route('configFile.apply');
