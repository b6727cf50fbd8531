import { route } from '../../../handle.ts';

export const PUT = route('simulator.setTraffic');
