import { policySchema } from '#lib/contract/policy.ts';
import { replayInputSchema } from '#lib/contract/replay.ts';
import { replayFlowRequests } from '#lib/control/flow/replay.ts';
import { AttemptLog } from '#lib/telemetry/attempt-log.ts';
import { storePastTraffic } from '#test/control/past-traffic.ts';
import { openExample } from '#test/control/workspace.ts';
import { median } from './statistics.ts';

const REQUESTS = 10_000;
const HOUR_MS = 3_600_000;

export interface ReplayBench {
  requests: number;
  /** The whole call with a draft beside the live policy: reading, two replays, notes. ms */
  tookMs: number[];
  /** Longest time for which nobody else got the thread, over all rounds: its CPU time, which a busy machine does not disturb. ms */
  longestBlockMs: number;
  /** Answered, as it was and replayed: shares of all. */
  recorded: number;
  replayed: number;
}

/** An hour of 10,000 recorded requests with an outage in it, in a real database, replayed with a draft. */
export async function benchReplay(options: {
  rounds: number;
  progress: (line: string) => void;
}): Promise<ReplayBench> {
  const it = await openExample();
  try {
    options.progress(`storing ${REQUESTS} requests`);
    const toWallMs = it.clock.now;
    const span = { fromWallMs: toWallMs - HOUR_MS, toWallMs };
    await storePastTraffic(it.store, { ...span, requests: REQUESTS, outage: 1 / 6 });
    const policy = policySchema.parse({ mode: 'quality' });
    const chain = ['claude', 'gpt-us', 'gpt-eu'].map((target) => ({ target, enabled: true }));
    const input = { slug: 'support-chat', ...replayInputSchema.parse({ draft: { chain, policy } }) };
    const tookMs: number[] = [];
    const shares = { recorded: 0, replayed: 0 };
    let longestBlockMs = 0;
    for (let round = 0; round < options.rounds; round += 1) {
      const blocks = watchBlocks();
      const startedAt = performance.now();
      const asked = { ctx: it.ctx, input, log: new AttemptLog() };
      const { requests, recorded, live } = await replayFlowRequests(asked);
      tookMs.push(performance.now() - startedAt);
      longestBlockMs = Math.max(longestBlockMs, blocks.stop());
      shares.recorded = recorded.answered / requests;
      shares.replayed = live.answered / requests;
      options.progress(`round ${round + 1}: ${Math.round(tookMs.at(-1) ?? 0)} ms`);
    }
    return { requests: REQUESTS, tookMs, longestBlockMs, ...shares };
  } finally {
    await it.close();
  }
}

/** Notes how much the thread works between two turns of its event loop. */
function watchBlocks(): { stop: () => number } {
  let [longestMs, seenAt, watching] = [0, threadMs(), true];
  const tick = () => {
    const now = threadMs();
    longestMs = Math.max(longestMs, now - seenAt);
    seenAt = now;
    if (watching) setImmediate(tick);
  };
  setImmediate(tick);
  const stop = () => {
    watching = false;
    return longestMs;
  };
  return { stop };
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

export function renderReplay({ requests, tookMs, longestBlockMs, recorded, replayed }: ReplayBench): string {
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  return [
    `Replaying ${requests} recorded requests, in force and a draft, from the database`,
    `  whole call, median of ${tookMs.length}   ${Math.round(median(tookMs))} ms   (to reach: under 2000 ms)`,
    `  slowest               ${Math.round(Math.max(...tookMs))} ms`,
    `  longest block of the event loop   ${longestBlockMs.toFixed(1)} ms   (to reach: 25 ms)`,
    `  answered: really ${percent(recorded)}, in force replayed ${percent(replayed)}`,
  ].join('\n');
}
