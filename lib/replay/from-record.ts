import type { AttemptRecord, RequestRecord } from '#lib/contract/records.ts';
import { waitInText } from '#lib/engine/blocked.ts';
import type { RecordedAttempt, RecordedRequest, RecordedSkip } from './types.ts';

/** The part of a recorded attempt that a replay looks at. */
export type AttemptFacts = Pick<
  AttemptRecord,
  | 'target'
  | 'startedMs'
  | 'waitedMs'
  | 'durationMs'
  | 'firstTokenMs'
  | 'outcome'
  | 'verdict'
  | 'status'
  | 'retryAfterMs'
  | 'message'
  | 'probe'
  | 'lastResort'
  | 'hedge'
  | 'resume'
>;

/** The part of a recorded request that a replay looks at; attempts in their order. */
export interface RequestFacts
  extends Pick<
    RequestRecord,
    | 'id'
    | 'atWallMs'
    | 'flow'
    | 'flowVersion'
    | 'face'
    | 'stream'
    | 'stakes'
    | 'outcome'
    | 'durationMs'
    | 'firstTokenMs'
    | 'usage'
  > {
  servedTarget: string | null;
  skips: readonly { target: string; reason: string; text: string }[];
  attempts: readonly AttemptFacts[];
}

/** How messages read of connections that failed before there was one: names, addresses, routes, TLS. */
const NOT_SET_UP =
  /ECONNREFUSED|ENOTFOUND|EAI_|EHOST|ENET|EADDRNOTAVAIL|EPROTO|ETIMEDOUT|connect timeout|certificate|\b(?:TLS|SSL)\b/i;

/** @param weight how many requests it stands for */
export function fromRecord(facts: RequestFacts, weight = 1): RecordedRequest {
  const { id, atWallMs, flow, flowVersion, stream, stakes, outcome, durationMs, firstTokenMs, usage } = facts;
  return {
    id,
    atWallMs,
    weight,
    flow,
    flowVersion,
    embeddings: facts.face === 'embeddings',
    stream,
    stakes,
    outcome,
    durationMs,
    firstTokenMs,
    served: facts.servedTarget,
    usage,
    attempts: facts.attempts.map(fromAttempt),
    skips: facts.skips.map(fromSkip),
  };
}

/** The record has no more of it than what it says to people. */
function fromSkip({ target, reason, text }: RequestFacts['skips'][number]): RecordedSkip {
  const by = text.startsWith('Provider ') ? 'provider' : text.startsWith('Endpoint ') ? 'endpoint' : 'target';
  return { target, reason, by, waitMs: waitInText(text) };
}

function fromAttempt(facts: AttemptFacts): RecordedAttempt {
  const { target, startedMs, waitedMs, durationMs, firstTokenMs, outcome, verdict, status } = facts;
  const connect = outcome === 'connection' && NOT_SET_UP.test(facts.message ?? '');
  const resume = facts.resume !== null;
  return {
    target,
    startedMs,
    waitedMs,
    durationMs,
    firstTokenMs,
    outcome,
    verdict,
    status,
    retryAfterMs: facts.retryAfterMs ?? null,
    connect,
    probe: facts.probe,
    lastResort: facts.lastResort,
    hedge: facts.hedge,
    resume,
  };
}
