import { dialectOf, upstreamDialect } from './dialects.ts';
import { untranslatable } from './failures.ts';
import { withFittingNames } from './tool-names.ts';
import type { ClientRequest, EncodedRequest, UpstreamTarget } from './types.ts';

/** One translation per request and target: whether a target can take a request is asked before it is called, and again then. */
const DONE = new WeakMap<ClientRequest, WeakMap<UpstreamTarget, EncodedRequest>>();

/** The request in this target's own dialect, through the canonical form; worked out once. */
export function translationFor(request: ClientRequest, target: UpstreamTarget): EncodedRequest {
  let byTarget = DONE.get(request);
  if (byTarget === undefined) {
    byTarget = new WeakMap();
    DONE.set(request, byTarget);
  }
  let encoded = byTarget.get(target);
  if (encoded === undefined) {
    encoded = translate(request, target);
    byTarget.set(target, encoded);
  }
  return encoded;
}

function translate(request: ClientRequest, target: UpstreamTarget): EncodedRequest {
  try {
    const canonical = request.canonical();
    if (!canonical.ok) return canonical;
    const dialect = dialectOf(target, request.face);
    return upstreamDialect(dialect).encodeRequest(withFittingNames(canonical.request, dialect), target);
  } catch (error) {
    // Tens of thousands of brackets in one another parse, but cannot be walked through.
    if (!(error instanceof RangeError)) throw error;
    return {
      ok: false,
      failure: untranslatable('messages', 'hold values nested too deeply to be translated.'),
    };
  }
}
