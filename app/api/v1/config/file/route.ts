import { route } from '../../../handle.ts';

export const GET = route('configFile.get');
