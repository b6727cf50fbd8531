import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Children, firstMessage } from './children.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { type GatewayWorker, startGatewayWorker } from './gateway-worker.ts';
import { measureLive } from './live-bench.ts';
import type { LoadJob, LoadResult } from './load.ts';
import { median } from './statistics.ts';
import { CONCURRENCY, FLOW, type Kind, MODEL, requestBody, TRANSLATED_FLOW } from './workload.ts';

export const WAYS = ['direct', 'bareProxy', 'switchyard'] as const;
export type Way = (typeof WAYS)[number];

export const TARGET_RATIO = 0.7;
export const TARGET_RSS_MB = 150;
export const TARGET_TRANSLATION = 2;

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
  /** CPU time of the process in the middle (the vendor's, for direct) per request, µs; null where it cannot be read. */
  cpuUs: number | null;
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
  /** Requests a second through Switchyard, as a share of the bare proxy's in the same round. */
  ratio: Record<Kind, number>;
  /** Streams translated from Anthropic's format; null where CPU time cannot be read. */
  translation: TranslationMeasured | null;
  workerRssMb: number;
  live: LiveMeasured;
  targets: { ratio: number; workerRssMb: number; translation: number };
}

/** CPU time of the worker per stream, µs; the ratio is the median of each round's own. */
export interface TranslationMeasured {
  passthroughUs: number;
  translatedUs: number;
  ratio: number;
}

/** Runs one job and fails on the first bad answer: a fast error is no speed. */
export type RunJob = (job: Omit<LoadJob, 'mostRequests'>) => Promise<LoadResult>;

const MOST_REQUESTS = 200_000;
const WARM_UP_MS = 1500;

type Route = Pick<LoadJob, 'origin' | 'apiKey'> & { model: string; pid: number | undefined };

/** One way in one round. */
interface Round extends LoadResult {
  cpuUs: number | null;
}

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
  const proxy = await children.serve('bare-proxy.ts', [vendor.url]);
  const worker = await startGatewayWorker(vendor.url);
  children.track(worker.child);
  try {
    const run = jobRunner(children.start('load-process.ts'));
    const routes: Record<Way, Route> = {
      direct: { origin: vendor.url, pid: vendor.pid, apiKey: 'bench', model: MODEL },
      bareProxy: { origin: proxy.url, pid: proxy.pid, apiKey: 'bench', model: MODEL },
      switchyard: { origin: worker.origin, pid: worker.child.pid, apiKey: worker.apiKey, model: FLOW },
    };
    const plain = await measureKind('plain', routes, run, options);
    const stream = await measureKind('stream', routes, run, options);
    const translation = await measureTranslation(routes.switchyard, run, options);
    const workerRssMb = await rssMb(worker);
    const live = await measureLive({ vendor: vendor.url, worker, children, run, options });
    return {
      concurrency: CONCURRENCY,
      rounds: options.rounds,
      roundMs: options.roundMs,
      cores: availableParallelism(),
      node: process.version,
      plain: plain.measured,
      stream: stream.measured,
      ratio: { plain: plain.ratio, stream: stream.ratio },
      translation,
      workerRssMb,
      live,
      targets: { ratio: TARGET_RATIO, workerRssMb: TARGET_RSS_MB, translation: TARGET_TRANSLATION },
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
): Promise<{ measured: Record<Way, Measured>; ratio: number }> {
  const results: Record<Way, Round[]> = { direct: [], bareProxy: [], switchyard: [] };
  const ratios: number[] = [];
  const job = (way: Way, durationMs: number) => {
    const { origin, apiKey, model } = routes[way];
    return run({ origin, apiKey, kind, body: requestBody(model, kind), durationMs });
  };
  for (const way of WAYS) await job(way, WARM_UP_MS);
  for (let round = 1; round <= rounds; round++) {
    const rates: Record<Way, number> = { direct: 0, bareProxy: 0, switchyard: 0 };
    for (const way of WAYS) {
      const before = cpuTimeUs(routes[way].pid);
      const result = await job(way, roundMs);
      const after = cpuTimeUs(routes[way].pid);
      const cpuUs = before === null || after === null ? null : (after - before) / result.requests;
      results[way].push({ ...result, cpuUs });
      rates[way] = Math.round(result.perSecond);
    }
    ratios.push(rates.switchyard / rates.bareProxy);
    progress(
      `${kind}, round ${round} of ${rounds}: direct ${rates.direct}/s, bare proxy ${rates.bareProxy}/s, Switchyard ${rates.switchyard}/s`,
    );
  }
  const measured = {
    direct: summarise(results.direct),
    bareProxy: summarise(results.bareProxy),
    switchyard: summarise(results.switchyard),
  };
  return { measured, ratio: median(ratios) };
}

/** The same worker relaying streams and translating them, in turns. */
async function measureTranslation(
  { origin, apiKey, pid }: Route,
  run: RunJob,
  { roundMs, rounds, progress }: BenchOptions,
): Promise<TranslationMeasured | null> {
  const cpuOf = async (flow: string, durationMs: number) => {
    const before = cpuTimeUs(pid);
    const { requests } = await run({
      origin,
      apiKey,
      kind: 'stream',
      body: requestBody(flow, 'stream'),
      durationMs,
    });
    const after = cpuTimeUs(pid);
    return before === null || after === null ? null : (after - before) / requests;
  };
  await cpuOf(TRANSLATED_FLOW, WARM_UP_MS);
  const pairs: { passthrough: number; translated: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const passthrough = await cpuOf(FLOW, roundMs);
    const translated = await cpuOf(TRANSLATED_FLOW, roundMs);
    if (passthrough === null || translated === null) return null;
    pairs.push({ passthrough, translated });
    progress(
      `translation, round ${round} of ${rounds}: ${(translated / passthrough).toFixed(2)} times the CPU`,
    );
  }
  return {
    passthroughUs: median(pairs.map((pair) => pair.passthrough)),
    translatedUs: median(pairs.map((pair) => pair.translated)),
    ratio: median(pairs.map((pair) => pair.translated / pair.passthrough)),
  };
}

function summarise(results: Round[]): Measured {
  const cpu = results.flatMap((result) => (result.cpuUs === null ? [] : [result.cpuUs]));
  return {
    perSecond: median(results.map((result) => result.perSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
    cpuUs: cpu.length === 0 ? null : median(cpu),
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
