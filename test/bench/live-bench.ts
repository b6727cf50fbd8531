import type { ChildProcess } from 'node:child_process';
import type { Children } from './children.ts';
import type { BenchOptions, LiveMeasured, RunJob } from './gateway-bench.ts';
import type { GatewayWorker } from './gateway-worker.ts';
import { openStreams, startProduct } from './product.ts';
import { median } from './statistics.ts';
import { DRIP, FLOW, requestBody } from './workload.ts';

const STREAMS = 3;
const RUNS = 5;

export interface LiveBench {
  vendor: string;
  worker: GatewayWorker;
  children: Children;
  run: RunJob;
  options: BenchOptions;
}

/** What is loaded, and how three streams are opened beside it. */
interface Setting {
  streams: LiveMeasured['streams'];
  origin: string;
  apiKey: string;
  open: () => Promise<() => void>;
  close: () => Promise<void>;
}

/** p99 with three dashboards watching against none. Where the whole product cannot run, three open answers stand in for them. */
export async function measureLive(bench: LiveBench): Promise<LiveMeasured> {
  const setting = (await wholeProduct(bench)) ?? workerAlone(bench);
  const { progress, roundMs } = bench.options;
  const p99 = async () => {
    const body = requestBody(FLOW, 'plain');
    const { origin, apiKey } = setting;
    return (await bench.run({ origin, apiKey, kind: 'plain', body, durationMs: roundMs })).p99Ms;
  };
  const without: number[] = [];
  const watched: number[] = [];
  try {
    await p99();
    for (let n = 1; n <= RUNS; n++) {
      without.push(await p99());
      const close = await setting.open();
      watched.push(await p99());
      close();
      progress(`three ${setting.streams} streams, run ${n} of ${RUNS}`);
    }
  } finally {
    await setting.close();
  }
  return { streams: setting.streams, p99WithoutMs: median(without), p99WithMs: median(watched) };
}

async function wholeProduct({ vendor, children, options }: LiveBench): Promise<Setting | null> {
  const track = (child: ChildProcess) => children.track(child);
  const product = await startProduct(vendor, track).catch((error: Error) => {
    options.progress(`The whole product did not start: ${error.message}`);
    return null;
  });
  if (product === null) return null;
  options.progress('the whole product is up');
  return {
    streams: 'live',
    origin: product.origin,
    apiKey: product.apiKey,
    open: () => product.openLive(STREAMS),
    close: async () => {
      const exit = new Promise((resolve) => product.child.once('exit', resolve));
      product.child.kill('SIGTERM');
      await exit;
      await product.removeData();
    },
  };
}

function workerAlone({ worker }: LiveBench): Setting {
  const headers = { authorization: `Bearer ${worker.apiKey}`, 'content-type': 'application/json' };
  const body = requestBody(FLOW, 'stream', DRIP);
  return {
    streams: 'answers',
    origin: worker.origin,
    apiKey: worker.apiKey,
    open: () =>
      openStreams(STREAMS, `${worker.origin}/v1/chat/completions`, { method: 'POST', headers, body }),
    close: () => Promise.resolve(),
  };
}
