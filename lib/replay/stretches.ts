/** A stretch of the calls to one target, `from` to `to` (exclusive), during which it failed at one rate. */
export interface Stretch {
  from: number;
  to: number;
}

/** Calls that are judged as one: a run of the same outcome, or several short ones. */
interface Block {
  calls: number;
  failed: number;
}

/** Another stretch must explain the outcomes this much better (log-likelihood), so that a streak of bad luck is none. */
const PRICE = 12;
/** More blocks than this take too long at a time. */
const MOST_BLOCKS = 600;
/** Short runs are put together until they are about so many times as long as what counts as short. */
const TIMES_SHORT = 4;

/**
 * Where a target changed for better or worse: the calls, in their order, cut into stretches of one failure rate each, such that the
 * outcomes are as likely as can be at a price for each cut (optimal partitioning). A sharp edge is found to the call; what
 * a breaker's opening just happened to follow is not taken for one, since it is as likely as the rest of its stretch.
 */
export function stretchesOf(failed: readonly boolean[]): Stretch[] {
  const blocks = blocksOf(failed);
  const sums = sumsOf(blocks);
  const count = blocks.length;
  const best = new Float64Array(count + 1);
  const cutAt = new Int32Array(count + 1);
  for (let to = 1; to <= count; to += 1) {
    let least = Number.POSITIVE_INFINITY;
    for (let from = to - 1; from >= 0; from -= 1) {
      const cost = (best[from] ?? 0) + surprise(sums, from, to) + (from === 0 ? 0 : PRICE);
      if (cost >= least) continue;
      least = cost;
      cutAt[to] = from;
    }
    best[to] = least;
  }
  const found: Stretch[] = [];
  for (let to = count; to > 0; to = cutAt[to] ?? 0) {
    found.push({ from: sums.calls[cutAt[to] ?? 0] ?? 0, to: sums.calls[to] ?? 0 });
  }
  return found.reverse();
}

interface Sums {
  calls: Float64Array;
  failed: Float64Array;
}

function sumsOf(blocks: readonly Block[]): Sums {
  const calls = new Float64Array(blocks.length + 1);
  const failed = new Float64Array(blocks.length + 1);
  blocks.forEach((block, at) => {
    calls[at + 1] = (calls[at] ?? 0) + block.calls;
    failed[at + 1] = (failed[at] ?? 0) + block.failed;
  });
  return { calls, failed };
}

/** How unlikely the outcomes of these blocks are at their own best rate: minus the log-likelihood. */
function surprise({ calls, failed }: Sums, from: number, to: number): number {
  const all = (calls[to] ?? 0) - (calls[from] ?? 0);
  const bad = (failed[to] ?? 0) - (failed[from] ?? 0);
  const good = all - bad;
  if (bad === 0 || good === 0) return 0;
  return -(bad * Math.log(bad / all) + good * Math.log(good / all));
}

function blocksOf(failed: readonly boolean[]): Block[] {
  const runs = runsOf(failed);
  let blocks = runs;
  for (let short = 1; blocks.length > MOST_BLOCKS; short *= 2) blocks = joined(runs, short);
  return blocks;
}

function runsOf(failed: readonly boolean[]): Block[] {
  const runs: Block[] = [];
  failed.forEach((bad, at) => {
    const last = runs.at(-1);
    if (last === undefined || bad !== failed[at - 1]) runs.push({ calls: 1, failed: bad ? 1 : 0 });
    else {
      last.calls += 1;
      if (bad) last.failed += 1;
    }
  });
  return runs;
}

/** Runs up to this length are put together; longer ones stay as they are, since edges are there. */
function joined(runs: readonly Block[], short: number): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const run of runs) {
    if (run.calls > short) {
      open = null;
      blocks.push({ ...run });
      continue;
    }
    if (open === null || open.calls >= short * TIMES_SHORT) {
      open = { calls: 0, failed: 0 };
      blocks.push(open);
    }
    open.calls += run.calls;
    open.failed += run.failed;
  }
  return blocks;
}
