import { route } from '../../../handle.ts';

export const POST = route('simulator.addFault');
export const DELETE = route('simulator.clearFaults');
