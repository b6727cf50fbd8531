import type {
  AttemptRecord,
  DenialRecord,
  Face,
  RequestOutcome,
  RequestRecord,
  Usage,
} from '#lib/contract/records.ts';
import type { SnapshotApiKey } from '#lib/contract/snapshot.ts';
import type { Stakes, TrailEntry } from '#lib/engine/types.ts';
import type { FlowEntry, TargetEntry } from './snapshot-index.ts';

/** A request that is over, in the gateway's own terms: no prompt, no completion. */
export interface FinishedRequest {
  id: string;
  atWallMs: number;
  /** null: it was turned away before a flow was found. */
  flow: FlowEntry | null;
  key: SnapshotApiKey | null;
  face: Face;
  stream: boolean;
  stakes: Stakes | null;
  outcome: RequestOutcome;
  /** What the client got; 499 when it left before it got anything. */
  status: number;
  served: TargetEntry | null;
  degraded: boolean;
  reason: string | null;
  badge: boolean;
  durationMs: number;
  usage: Usage | null;
  trail: readonly TrailEntry[];
  malformedEvents: number;
}

export type AttemptEntry = Extract<TrailEntry, { kind: 'attempt' }>;

export function attemptsOf(trail: readonly TrailEntry[]): AttemptEntry[] {
  return trail.filter((entry): entry is AttemptEntry => entry.kind === 'attempt');
}

/** What the attempt that answered changed or left out; nothing for most. */
export function notesOfAnswer(trail: readonly TrailEntry[], target: string): readonly string[] {
  const answered = trail.findLast(
    (entry) => entry.kind === 'attempt' && entry.target === target && entry.failure === null,
  );
  return answered?.kind === 'attempt' ? answered.notes : [];
}

/** `ok`, `slow`, `aborted` or the failure's class. */
export function attemptOutcome({ failure, verdict }: AttemptEntry): string {
  if (failure !== null) return failure.class === 'client_abort' ? 'aborted' : failure.class;
  return verdict === 'none' ? 'aborted' : verdict;
}

/**
 * Milliseconds from the request's start to its first content token; null when it was not streamed or got none. A continuation's
 * first token is not the client's first, and of two hedged attempts only the one that won has any.
 */
export function firstTokenOf(request: FinishedRequest, attempts: readonly AttemptEntry[]): number | null {
  if (!request.stream || request.served === null) return null;
  const first = attempts.findLast(({ resume, firstTokenMs }) => resume === null && firstTokenMs !== null);
  return first?.firstTokenMs == null ? null : first.startedMs + first.firstTokenMs;
}

export function toRecord(request: FinishedRequest, attempts: readonly AttemptEntry[]): RequestRecord {
  return {
    id: request.id,
    atWallMs: request.atWallMs,
    flow: request.flow?.flow.slug ?? '',
    flowVersion: request.flow?.flow.version ?? 0,
    apiKeyId: request.key?.id ?? null,
    face: request.face,
    stream: request.stream,
    stakes: request.stakes,
    outcome: request.outcome,
    status: request.status,
    servedBy: request.served?.servedBy ?? null,
    degraded: request.degraded,
    reason: request.reason,
    badge: request.badge,
    durationMs: request.durationMs,
    firstTokenMs: firstTokenOf(request, attempts),
    usage: request.usage,
    attempts: attempts.map((entry) => attemptRecord(entry, request)),
    skips: request.trail.flatMap((entry) =>
      entry.kind === 'skip' ? [{ target: entry.target, reason: entry.reason, text: entry.text }] : [],
    ),
    denials: request.trail.flatMap((entry) => (entry.kind === 'denied' ? [denialRecord(entry)] : [])),
    malformedEvents: request.malformedEvents,
    simulated: isSimulated(request, attempts),
  };
}

function attemptRecord(entry: AttemptEntry, { flow, stream }: FinishedRequest): AttemptRecord {
  const servedBy = flow?.targets.get(entry.target)?.servedBy;
  const { failure } = entry;
  const outcome = attemptOutcome(entry);
  return {
    n: entry.n,
    target: entry.target,
    provider: servedBy?.provider ?? '',
    endpoint: servedBy?.endpoint ?? '',
    model: servedBy?.model ?? '',
    startedMs: entry.startedMs,
    waitedMs: entry.waitedMs,
    durationMs: entry.durationMs,
    firstTokenMs: stream ? entry.firstTokenMs : null,
    outcome,
    verdict: entry.verdict,
    status: failure?.status ?? (outcome === 'ok' || outcome === 'slow' ? 200 : null),
    retryAfterMs: failure?.retryAfterMs ?? null,
    message: failure?.message ?? null,
    probe: entry.probe,
    lastResort: entry.lastResort,
    hedge: entry.hedge,
    resume: entry.resume,
    notes: entry.notes,
  };
}

function denialRecord({ target, what, reason, text }: Extract<TrailEntry, { kind: 'denied' }>): DenialRecord {
  return { target, what, reason, text };
}

function isSimulated(request: FinishedRequest, attempts: readonly AttemptEntry[]): boolean {
  if (request.key?.use === 'demo') return true;
  if (request.flow === null) return false;
  if (attempts.length === 0) return request.flow.simulated;
  return attempts.some(({ target }) => request.flow?.targets.get(target)?.simulated === true);
}
