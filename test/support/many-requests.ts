import type { AttemptRecord, RequestRecord } from '#lib/contract/records.ts';
import type { Store } from '#lib/store/store.ts';

/** How one recorded request looks that the others are copies of; it says nothing about its end but who made which attempts. */
export interface Pattern {
  outcome: RequestRecord['outcome'];
  /** Slug of the target that answered; null: nobody. */
  served: string | null;
  /** Slug and outcome of each attempt, in their order. */
  attempts: readonly (readonly [target: string, outcome: string])[];
  skips?: RequestRecord['skips'];
}

const FAILED_MS = 200;
const ANSWERED_MS = 1_500;

/** A request of `support-chat` at version 1, as the gateway records it. */
export function recordedRequest(id: string, atWallMs: number, pattern: Pattern): RequestRecord {
  const attempts = pattern.attempts.map(([target, outcome], at) => recordedAttempt(target, outcome, at));
  const last = attempts.at(-1);
  const durationMs = last === undefined ? 1 : last.startedMs + last.durationMs;
  const served = pattern.served;
  return {
    id,
    atWallMs,
    flow: 'support-chat',
    flowVersion: 1,
    apiKeyId: null,
    face: 'chat',
    stream: true,
    stakes: null,
    outcome: pattern.outcome,
    status: 200,
    servedBy: served === null ? null : { target: served, provider: 'p', endpoint: 'e', model: 'm' },
    degraded: pattern.outcome === 'backup',
    reason: null,
    badge: false,
    durationMs,
    firstTokenMs: last?.firstTokenMs == null ? null : last.startedMs + last.firstTokenMs,
    usage: served === null ? null : { inputTokens: 1_000, outputTokens: 200 },
    attempts,
    skips: pattern.skips ?? [],
    denials: [],
    malformedEvents: 0,
    simulated: false,
  };
}

function recordedAttempt(target: string, outcome: string, at: number): AttemptRecord {
  const good = outcome === 'ok';
  return {
    n: at + 1,
    target,
    provider: 'p',
    endpoint: 'e',
    model: 'm',
    startedMs: at * FAILED_MS,
    waitedMs: 0,
    durationMs: good ? ANSWERED_MS : FAILED_MS,
    firstTokenMs: good ? 400 : null,
    outcome,
    verdict: good ? 'ok' : 'failure',
    status: good ? 200 : 503,
    message: good ? null : 'Service unavailable.',
    probe: false,
    lastResort: false,
    hedge: false,
    resume: null,
    notes: [],
  };
}

/**
 * Puts `count` copies of a recorded request into the database, `everyMs` apart from `fromWallMs` on. The database makes them
 * itself: writing ten thousand rows one batch after the other takes longer than the test that needs them.
 */
export async function copyRequests(
  store: Store,
  pattern: Pattern,
  { count, fromWallMs, everyMs }: { count: number; fromWallMs: number; everyMs: number },
): Promise<void> {
  const id = `req_${fromWallMs}_${pattern.outcome}`;
  await store.requests.addAll([recordedRequest(id, fromWallMs, pattern)]);
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})`;
  const at = `strftime('%Y-%m-%dT%H:%M:%f', ${fromWallMs / 1000} + i * ${everyMs / 1000}, 'unixepoch') || '+00:00'`;
  const requests = await columns(store, 'RequestRecord', ['id', 'at']);
  await store.prisma.$executeRawUnsafe(
    `${numbers} INSERT INTO "RequestRecord" ("id", "at", ${requests}) SELECT '${id}_' || i, ${at}, ${requests} FROM n, "RequestRecord" WHERE "id" = '${id}'`,
  );
  const attempts = await columns(store, 'AttemptRecord', ['id', 'requestId']);
  await store.prisma.$executeRawUnsafe(
    `${numbers} INSERT INTO "AttemptRecord" ("requestId", ${attempts}) SELECT '${id}_' || i, ${attempts} FROM n, "AttemptRecord" WHERE "requestId" = '${id}'`,
  );
}

async function columns(store: Store, table: string, but: readonly string[]): Promise<string> {
  const rows = await store.prisma.$queryRawUnsafe<{ name: string }[]>(`PRAGMA table_info("${table}")`);
  const names = rows.map(({ name }) => name).filter((name) => !but.includes(name));
  return names.map((name) => `"${name}"`).join(', ');
}
