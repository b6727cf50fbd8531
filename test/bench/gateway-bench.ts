import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Children, firstMessage } from './children.ts';
import { type GatewayWorker, startGatewayWorker } from './gateway-worker.ts';
import { measureLive } from './live-bench.ts';
import type { LoadJob, LoadResult } from './load.ts';
import { median } from './statistics.ts';
import { CONCURRENCY, FLOW, type Kind, MODEL, requestBody } from './workload.ts';

export const WAYS = ['direct', 'bareProxy', 'switchyard'] as const;
export type Way = (typeof WAYS)[number];

export const TARGET_RATIO = 0.7;
export const TARGET_RSS_MB = 150;

export interface BenchOptions {
  roundMs: number;
  rounds: number;
  /** Told what happens, for the impatient. */
  progress: (line: string) => void;
}

/** Medians over the rounds. */
export interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
}

export interface LiveMeasured {
  /** What the three streams were. */
  streams: 'live' | 'answers';
  p99WithoutMs: number;
  p99WithMs: number;
}

export interface GatewayBench {
  concurrency: number;
  rounds: number;
  roundMs: number;
  cores: number;
  node: string;
  plain: Record<Way, Measured>;
  stream: Record<Way, Measured>;
  /** Requests a second through Switchyard, as a share of the bare proxy's. */
  ratio: Record<Kind, number>;
  workerRssMb: number;
  live: LiveMeasured;
  targets: { ratio: number; workerRssMb: number };
}

/** Runs one job and fails on the first bad answer: a fast error is no speed. */
export type RunJob = (job: Omit<LoadJob, 'mostRequests'>) => Promise<LoadResult>;

const MOST_REQUESTS = 200_000;
const WARM_UP_MS = 800;

type Route = Pick<LoadJob, 'origin' | 'apiKey'> & { model: string };

/** Mock vendor, bare proxy and Switchyard side by side, measured in turns so that a noisy minute hits all three. */
export async function benchGateway(options: BenchOptions): Promise<GatewayBench> {
  const children = new Children();
  try {
    return await measureAll(options, children);
  } finally {
    await children.end();
  }
}

async function measureAll(options: BenchOptions, children: Children): Promise<GatewayBench> {
  const vendor = await children.serve('mock-vendor.ts');
  const proxy = await children.serve('bare-proxy.ts', [vendor]);
  const worker = await startGatewayWorker(vendor);
  children.track(worker.child);
  try {
    const run = jobRunner(children.start('load-process.ts'));
    const routes: Record<Way, Route> = {
      direct: { origin: vendor, apiKey: 'bench', model: MODEL },
      bareProxy: { origin: proxy, apiKey: 'bench', model: MODEL },
      switchyard: { origin: worker.origin, apiKey: worker.apiKey, model: FLOW },
    };
    const plain = await measureKind('plain', routes, run, options);
    const stream = await measureKind('stream', routes, run, options);
    const workerRssMb = await rssMb(worker);
    const live = await measureLive({ vendor, worker, children, run, options });
    return {
      concurrency: CONCURRENCY,
      rounds: options.rounds,
      roundMs: options.roundMs,
      cores: availableParallelism(),
      node: process.version,
      plain,
      stream,
      ratio: {
        plain: plain.switchyard.perSecond / plain.bareProxy.perSecond,
        stream: stream.switchyard.perSecond / stream.bareProxy.perSecond,
      },
      workerRssMb,
      live,
      targets: { ratio: TARGET_RATIO, workerRssMb: TARGET_RSS_MB },
    };
  } finally {
    worker.close();
  }
}

async function measureKind(
  kind: Kind,
  routes: Record<Way, Route>,
  run: RunJob,
  { roundMs, rounds, progress }: BenchOptions,
): Promise<Record<Way, Measured>> {
  const results: Record<Way, LoadResult[]> = { direct: [], bareProxy: [], switchyard: [] };
  const job = (way: Way, durationMs: number) => {
    const { origin, apiKey, model } = routes[way];
    return run({ origin, apiKey, kind, body: requestBody(model, kind), durationMs });
  };
  for (const way of WAYS) await job(way, Math.min(WARM_UP_MS, roundMs));
  for (let round = 1; round <= rounds; round++) {
    for (const way of WAYS) results[way].push(await job(way, roundMs));
    const last = WAYS.map((way) => `${way} ${Math.round(results[way].at(-1)?.perSecond ?? 0)}/s`);
    progress(`${kind}, round ${round} of ${rounds}: ${last.join(', ')}`);
  }
  return {
    direct: summarise(results.direct),
    bareProxy: summarise(results.bareProxy),
    switchyard: summarise(results.switchyard),
  };
}

function summarise(results: LoadResult[]): Measured {
  return {
    perSecond: median(results.map((result) => result.perSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
    requests: results.reduce((sum, result) => sum + result.requests, 0),
  };
}

function jobRunner(loader: ChildProcess): RunJob {
  return async (job) => {
    loader.send({ ...job, mostRequests: MOST_REQUESTS } satisfies LoadJob);
    const [result] = (await firstMessage(loader, 'The load generator')) as [LoadResult];
    if (result.errors > 0 || result.requests === 0) {
      throw new Error(`${result.errors} of ${result.errors + result.requests} answers were not good.`);
    }
    return result;
  };
}

/** The worker reports about once a second; waits for a report when there was none yet. */
async function rssMb(worker: GatewayWorker): Promise<number> {
  for (let tries = 0; tries < 60 && worker.mostRssBytes() === 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return worker.mostRssBytes() / (1024 * 1024);
}
