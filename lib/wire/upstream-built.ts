import type { Failure } from '../engine/types.ts';
import type { UpstreamRequest } from './types.ts';

/** A request ready to be sent, or why this target cannot be sent it. */
export type UpstreamBuilt = { ok: true; request: UpstreamRequest } | { ok: false; failure: Failure };
