import { dialectOf } from './dialects.ts';
import { faceFormat } from './faces.ts';
import { translationFor } from './translation.ts';
import type { ClientRequest, UpstreamTarget } from './types.ts';

/** Why a target cannot take a request, found without calling it. */
export interface WireUnfit {
  reason: 'incapable' | 'state';
  /** A sentence for people. */
  text: string;
  /** What would have been changed or left out; empty where it is not about that. */
  notes: readonly string[];
}

/**
 * Whether a request can be said to a target at all. null: it can, or only the target can tell. Targets of the client's own dialect get
 * the client's own bytes, so there is nothing to find. `policy: skip` also passes over targets that something would be left out
 * for or changed. Costs one translation, which is kept for `buildUpstream`: ask it only about targets that may be called.
 */
export function unfitFor(
  request: ClientRequest,
  target: UpstreamTarget,
  policy: 'drop' | 'skip',
): WireUnfit | null {
  if (dialectOf(target, request.face) === faceFormat(request.face).dialect) return null;
  const pinned = request.vendorState.find(({ strippable }) => !strippable);
  if (pinned !== undefined) {
    const text = `The request refers to ${pinned.what}, which only the provider that made it can read.`;
    return { reason: 'state', text, notes: [] };
  }
  const encoded = translationFor(request, target);
  if (!encoded.ok)
    return { reason: 'incapable', text: `${target.model}: ${encoded.failure.message}`, notes: [] };
  if (policy === 'drop' || encoded.notes.length === 0) return null;
  const text = `${target.model} cannot take the request as it is: ${encoded.notes.join(' ')}`;
  return { reason: 'incapable', text, notes: encoded.notes };
}
