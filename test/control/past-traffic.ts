import type { AttemptRecord, MetricCell, RequestRecord } from '#lib/contract/records.ts';
import type { Store } from '#lib/store/store.ts';
import { add } from '#lib/telemetry/histogram.ts';

const SPAN_MS = 10_000;
const PRIMARY = { target: 'claude', provider: 'anthropic', endpoint: 'global', model: 'claude-sonnet-4-5' };
const BACKUP = { target: 'gpt-us', provider: 'azure', endpoint: 'us-east', model: 'gpt-4o' };

export interface PastTraffic {
  fromWallMs: number;
  toWallMs: number;
  requests: number;
  /** Share of the span, from its middle on, in which the primary answers 503. */
  outage: number;
  /** One in so many plain successes is recorded, as where there are too many. */
  oneIn?: number;
}

/** Stores a span of traffic as the gateway would have reported it: an outage of the primary in it is answered by the backup model. */
export async function storePastTraffic(store: Store, traffic: PastTraffic): Promise<{ backup: number }> {
  const { fromWallMs, toWallMs, requests, outage, oneIn = 1 } = traffic;
  const records: RequestRecord[] = [];
  const counts = new Counts();
  const lastedMs = toWallMs - fromWallMs;
  const brokenFrom = fromWallMs + lastedMs / 2;
  let [backup, failuresInARow] = [0, 0];
  for (let n = 0; n < requests; n += 1) {
    const atWallMs = Math.round(fromWallMs + (n / requests) * lastedMs);
    const broken = atWallMs >= brokenFrom && atWallMs < brokenFrom + outage * lastedMs;
    // Its breaker opens after five failures, and is asked again once in a while.
    const called = !broken || failuresInARow < 5 || n % 20 === 0;
    failuresInARow = broken ? failuresInARow + (called ? 1 : 0) : 0;
    if (broken) backup += 1;
    const record = broken ? rescued(n, atWallMs, called) : plain(n, atWallMs);
    counts.add(record);
    if (broken || n % oneIn === 0) records.push(record);
  }
  for (let at = 0; at < records.length; at += 500) await store.requests.addAll(records.slice(at, at + 500));
  const rows = counts.rows();
  for (let at = 0; at < rows.length; at += 500) await store.rollups.addAll(rows.slice(at, at + 500));
  return { backup };
}

function plain(n: number, atWallMs: number): RequestRecord {
  const firstTokenMs = 300 + (n % 7) * 40;
  return request(n, atWallMs, 'primary', [attempt(1, PRIMARY, 0, 'ok', firstTokenMs)]);
}

function rescued(n: number, atWallMs: number, called: boolean): RequestRecord {
  const tried = called ? [attempt(1, PRIMARY, 0, 'server_error', null)] : [];
  const answered = attempt(tried.length + 1, BACKUP, tried.length * 120, 'ok', 450);
  return request(n, atWallMs, 'backup', [...tried, answered]);
}

function attempt(
  n: number,
  servedBy: typeof PRIMARY,
  startedMs: number,
  outcome: string,
  firstTokenMs: number | null,
): AttemptRecord {
  const failed = outcome !== 'ok';
  return {
    n,
    ...servedBy,
    startedMs,
    waitedMs: 0,
    durationMs: failed ? 120 : 1_500,
    firstTokenMs,
    outcome,
    verdict: failed ? 'failure' : 'ok',
    status: failed ? 503 : 200,
    message: failed ? 'The service is unavailable.' : null,
    probe: false,
    lastResort: false,
    hedge: false,
    resume: null,
    notes: [],
  };
}

function request(
  n: number,
  atWallMs: number,
  outcome: 'primary' | 'backup',
  attempts: AttemptRecord[],
): RequestRecord {
  const last = attempts.at(-1);
  return {
    id: `req_past_${n}`,
    atWallMs,
    flow: 'support-chat',
    flowVersion: 1,
    apiKeyId: null,
    face: 'chat',
    stream: true,
    stakes: null,
    outcome,
    status: 200,
    servedBy: outcome === 'primary' ? PRIMARY : BACKUP,
    degraded: outcome === 'backup',
    reason: outcome === 'backup' ? 'server_error' : null,
    badge: false,
    durationMs: (last?.startedMs ?? 0) + (last?.durationMs ?? 0),
    firstTokenMs: (last?.startedMs ?? 0) + (last?.firstTokenMs ?? 0),
    usage: { inputTokens: 1_000, outputTokens: 200 },
    attempts,
    skips: [],
    denials: [],
    malformedEvents: 0,
    simulated: false,
  };
}

/** Ten-second spans of counts, as telemetry hands them over. */
class Counts {
  readonly #rows = new Map<string, MetricCell & { startWallMs: number; spanSeconds: number }>();

  add(record: RequestRecord): void {
    const { flow, outcome, durationMs, firstTokenMs, servedBy, atWallMs } = record;
    const endWallMs = atWallMs + durationMs;
    this.#count('request', flow, servedBy?.target ?? '', outcome, endWallMs, durationMs, firstTokenMs);
    for (const each of record.attempts)
      this.#count('attempt', flow, each.target, each.outcome, endWallMs, each.durationMs, each.firstTokenMs);
  }

  rows() {
    return [...this.#rows.values()];
  }

  #count(
    kind: MetricCell['kind'],
    flow: string,
    target: string,
    outcome: string,
    atWallMs: number,
    durationMs: number,
    firstTokenMs: number | null,
  ): void {
    const startWallMs = Math.floor(atWallMs / SPAN_MS) * SPAN_MS;
    const key = [kind, flow, target, outcome, startWallMs].join(' ');
    const row = this.#rows.get(key) ?? {
      ...{ kind, flow, target, outcome, startWallMs, spanSeconds: SPAN_MS / 1000 },
      ...{ count: 0, latency: [], latencyMaxMs: 0, firstToken: [] },
    };
    row.count += 1;
    add(row.latency, durationMs);
    if (firstTokenMs !== null) add(row.firstToken, firstTokenMs);
    row.latencyMaxMs = Math.max(row.latencyMaxMs, durationMs);
    this.#rows.set(key, row);
  }
}
