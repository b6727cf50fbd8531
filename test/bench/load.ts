import { Pool } from 'undici';
import { percentile } from './statistics.ts';
import { CONCURRENCY, type Kind } from './workload.ts';

export interface LoadJob {
  /** Origin of what is measured. */
  origin: string;
  apiKey: string;
  body: string;
  kind: Kind;
  durationMs: number;
  /** Stops earlier after this many requests. */
  mostRequests: number;
}

export interface LoadResult {
  requests: number;
  /** Not 200, broken, or without its proper end. */
  errors: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Asks as fast as answers come, from `CONCURRENCY` kept connections, for the given time. Whole answers are timed. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const pool = new Pool(job.origin, { connections: CONCURRENCY, pipelining: 1 });
  const latencies: number[] = [];
  let errors = 0;
  const started = performance.now();
  const until = started + job.durationMs;
  const ask = async () => {
    while (performance.now() < until && latencies.length + errors < job.mostRequests) {
      const before = performance.now();
      if (await askOnce(pool, job)) latencies.push(performance.now() - before);
      else errors++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, ask));
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    errors,
    perSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

/** True when a whole, proper answer came. Undici's bare handlers, to keep the generator cheap. */
function askOnce(pool: Pool, job: LoadJob): Promise<boolean> {
  return new Promise((resolve) => {
    let status = 0;
    let tail: Buffer = Buffer.alloc(0);
    pool.dispatch(
      {
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${job.apiKey}` },
        body: job.body,
        headersTimeout: 10_000,
        bodyTimeout: 10_000,
      },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_controller, chunk) => {
          tail = chunk;
        },
        onResponseEnd: () => {
          const end = tail.toString('latin1').trimEnd();
          resolve(status === 200 && end.endsWith(job.kind === 'stream' ? '[DONE]' : '}'));
        },
        onResponseError: () => resolve(false),
      },
    );
  });
}
