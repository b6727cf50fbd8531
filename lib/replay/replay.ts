import type { Usage } from '#lib/contract/records.ts';
import type { ReplayTally } from '#lib/contract/replay.ts';
import { type Arrival, arrivalsOf } from './arrivals.ts';
import { Behaviour } from './behaviour.ts';
import { ReplayClock } from './clock.ts';
import { Conduct } from './conduct.ts';
import { recordedJitter } from './jitter.ts';
import { Lane } from './lane.ts';
import { type Noted, notesOf } from './notes.ts';
import { recordedEnding } from './recorded.ts';
import { RequestLuck } from './request-luck.ts';
import { type Sample, type Samples, samplesOf } from './samples.ts';
import { Splices } from './splices.ts';
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
  const live = plan.world.flows.get(plan.flow);
  if (live === undefined) throw new RangeError(`The flow "${plan.flow}" is not in the replayed world.`);
  const { list: arrivals, unlike } = arrivalsOf(plan);
  await host.turn();
  const samples = samplesOf(arrivals, plan.edges);
  const conducts = new Map<string, Conduct>();
  for (const [target, list] of samples.byTarget) {
    await host.turn();
    conducts.set(target, new Conduct(list));
  }
  const counted = new Set(arrivals.filter((arrival) => isCounted(arrival, plan)));
  const typical = typicalUsage(counted);
  const newTally = () => new Tally(plan.world.prices, typical);
  const recorded = newTally();
  for (const arrival of counted) recorded.add(recordedEnding(arrival, live.buffer));
  const targets = new Map(plan.world.targets.map((target) => [target.slug, target]));
  const good = goodOf(arrivals, samples, plan.flow);
  const behaviour = new Behaviour(plan.seed, samples, conducts, plan.past, targets, good);
  const splices = new Splices(plan.seed, plan.requests);
  const clock = new ReplayClock((arrivals[0]?.atWallMs ?? plan.fromWallMs) - 1);
  const { seed, world } = plan;
  const luck = new RequestLuck(seed, arrivals);
  const jitter = recordedJitter(plan, arrivals, clock);
  const lane = (flow: ReplayFlow, tally: Tally) => {
    const flows = new Map([...world.flows, [plan.flow, flow]]);
    return new Lane({ clock, seed, world, jitter, luck, flows, behaviour, splices, tally });
  };
  const tallies = { live: newTally(), draft: plan.draft === null ? null : newTally() };
  const lanes = [lane(live, tallies.live)];
  if (plan.draft !== null && tallies.draft !== null) lanes.push(lane(plan.draft, tallies.draft));
  await serveAll(clock, host, lanes, arrivals, counted);
  const noted: Noted = {
    plan,
    live,
    arrivals: [...counted],
    unlike,
    samples,
    splices,
    recorded: recorded.result(),
    liveTally: tallies.live.result(),
    draftTally: tallies.draft?.result() ?? null,
  };
  return {
    requests: weigh(counted),
    filled: weigh(counted, ({ filled }) => filled),
    recorded: noted.recorded,
    live: noted.liveTally,
    draft: noted.draftTally,
    notes: notesOf(noted),
  };
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
