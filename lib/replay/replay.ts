import type { Usage } from '#lib/contract/records.ts';
import type { ReplayTally } from '#lib/contract/replay.ts';
import { type Arrival, arrivalsOf } from './arrivals.ts';
import { Behaviour } from './behaviour.ts';
import { ReplayClock } from './clock.ts';
import { Conduct } from './conduct.ts';
import { recordedJitter } from './jitter.ts';
import { Lane } from './lane.ts';
import { notesOf } from './notes.ts';
import { recordedEnding } from './recorded.ts';
import { RequestLuck } from './request-luck.ts';
import { type Sample, type Samples, samplesOf } from './samples.ts';
import { Splices } from './splices.ts';
import { inSteps } from './steps.ts';
import { Tally } from './tally.ts';
import type { ReplayFlow, ReplayHost, ReplayPlan } from './types.ts';

export interface Replayed {
  requests: number;
  filled: number;
  recorded: ReplayTally;
  live: ReplayTally;
  draft: ReplayTally | null;
  notes: string[];
}

/**
 * Sends the recorded requests through the real engine once more, in their own time: under the published policy, and under the
 * draft beside it. What a target does to a call is what it did then, as far as that is known. The same plan gives the same
 * result. Nothing runs for longer than one request's step between two of the host's turns.
 *
 * @throws RangeError when the flow is not in the world; the reason of the host's signal
 */
export async function replay(plan: ReplayPlan, host: ReplayHost): Promise<Replayed> {
  const { turn } = host;
  const live = plan.world.flows.get(plan.flow);
  if (live === undefined) throw new RangeError(`The flow "${plan.flow}" is not in the replayed world.`);
  const { list: arrivals, unlike } = await arrivalsOf(plan, turn);
  const samples = await samplesOf(arrivals, plan.edges, turn);
  const counted = new Set(arrivals.filter((arrival) => isCounted(arrival, plan)));
  const typical = typicalUsage(counted);
  const newTally = () => new Tally(plan.world.prices, typical);
  const recorded = newTally();
  await inSteps(counted, turn, (arrival) => recorded.add(recordedEnding(arrival, live.buffer)));
  const tallies = { live: newTally(), draft: plan.draft === null ? null : newTally() };
  const splices = new Splices(plan.seed, plan.requests);
  await runLanes({ plan, host, live, arrivals, counted, samples, splices, tallies });
  const results: ReplayTally[] = [];
  for (const tally of [recorded, tallies.live, tallies.draft]) {
    if (tally !== null) results.push(tally.result());
    await turn();
  }
  const [recordedTally, liveTally, draftTally = null] = results;
  if (recordedTally === undefined || liveTally === undefined)
    throw new Error('Two results are always there.');
  const shown = { recorded: recordedTally, liveTally, draftTally };
  return {
    requests: weigh(counted),
    filled: weigh(counted, ({ filled }) => filled),
    recorded: recordedTally,
    live: liveTally,
    draft: draftTally,
    notes: notesOf({ plan, live, arrivals: [...counted], unlike, samples, splices, ...shown }),
  };
}

interface Running {
  plan: ReplayPlan;
  host: ReplayHost;
  live: ReplayFlow;
  arrivals: readonly Arrival[];
  counted: ReadonlySet<Arrival>;
  samples: Samples;
  splices: Splices;
  tallies: { live: Tally; draft: Tally | null };
}

/** The published policy and the draft, side by side in one virtual time. */
async function runLanes(running: Running): Promise<void> {
  const { plan, host, live, arrivals, counted, samples, splices, tallies } = running;
  const { seed, world } = plan;
  const conducts = new Map<string, Conduct>();
  for (const [target, list] of samples.byTarget) {
    conducts.set(target, new Conduct(list));
    await host.turn();
  }
  const targets = new Map(world.targets.map((target) => [target.slug, target]));
  const good = goodOf(arrivals, samples, plan.flow);
  const behaviour = new Behaviour(seed, samples, conducts, plan.past, targets, good);
  await host.turn();
  const clock = new ReplayClock((arrivals[0]?.atWallMs ?? plan.fromWallMs) - 1);
  const luck = new RequestLuck(seed, arrivals);
  const jitter = recordedJitter(plan, arrivals, clock);
  await host.turn();
  const lane = (flow: ReplayFlow, tally: Tally) => {
    const flows = new Map([...world.flows, [plan.flow, flow]]);
    return new Lane({ clock, seed, world, jitter, luck, flows, behaviour, splices, tally });
  };
  const lanes = [lane(live, tallies.live)];
  if (plan.draft !== null && tallies.draft !== null) lanes.push(lane(plan.draft, tallies.draft));
  await serveAll(clock, host, lanes, arrivals, counted);
}

/** Each request goes through every lane at its own time. */
async function serveAll(
  clock: ReplayClock,
  host: ReplayHost,
  lanes: readonly Lane[],
  arrivals: readonly Arrival[],
  counted: ReadonlySet<Arrival>,
): Promise<void> {
  const faults: unknown[] = [];
  const expect = (at: number): void => {
    const arrival = arrivals[at];
    if (arrival === undefined) return;
    clock.at(arrival.atWallMs, () => {
      for (const lane of lanes) {
        lane.serve(arrival, counted.has(arrival)).catch((fault: unknown) => faults.push(fault));
      }
      expect(at + 1);
    });
  };
  expect(0);
  await clock.run(host);
  if (faults.length > 0) throw faults[0];
}

function isCounted({ atWallMs, request }: Arrival, { flow, fromWallMs, toWallMs }: ReplayPlan): boolean {
  return request.flow === flow && atWallMs >= fromWallMs && atWallMs < toWallMs;
}

/** Good answers of the flow in question, whoever gave them. */
function goodOf(arrivals: readonly Arrival[], { byAttempt }: Samples, flow: string): Sample[] {
  const good: Sample[] = [];
  for (const { filled, request } of arrivals) {
    if (filled || request.flow !== flow) continue;
    for (const attempt of request.attempts) {
      const sample = byAttempt.get(attempt);
      if (sample?.failure === null) good.push(sample);
    }
  }
  return good.sort((a, b) => a.atWallMs - b.atWallMs);
}

/** The mean of what the requests are known to have used; null: none is known. */
function typicalUsage(arrivals: Iterable<Arrival>): Usage | null {
  const sum = { weight: 0, inputTokens: 0, outputTokens: 0 };
  for (const { request, weight } of arrivals) {
    const { usage } = request;
    if (usage === null || (usage.inputTokens === null && usage.outputTokens === null)) continue;
    sum.weight += weight;
    sum.inputTokens += (usage.inputTokens ?? 0) * weight;
    sum.outputTokens += (usage.outputTokens ?? 0) * weight;
  }
  if (sum.weight === 0) return null;
  return { inputTokens: sum.inputTokens / sum.weight, outputTokens: sum.outputTokens / sum.weight };
}

function weigh(arrivals: Iterable<Arrival>, which: (arrival: Arrival) => boolean = () => true): number {
  let sum = 0;
  for (const arrival of arrivals) if (which(arrival)) sum += arrival.weight;
  return Math.round(sum);
}
