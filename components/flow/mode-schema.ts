import { policySchema } from '#lib/contract/policy.ts';

/** The contract's modes, for what a form control gives back as a string. */
export const modeSchema = policySchema.shape.mode;
