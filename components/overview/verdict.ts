import type { FlowView, TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import type { FlowPulse, LiveSnapshot } from '#lib/contract/live.ts';
import { type ChainState, chainState } from '../breaker/chain-state.ts';
import { formatRate, formatShare, joinWords, type Zone } from '../ui/format.ts';
import { nextProbe, recoverySentences, troubledBreakers, troubleSentences } from './trouble-words.ts';

export interface VerdictInput {
  /** The live picture has arrived. */
  ready: boolean;
  flows: readonly FlowView[];
  targets: ReadonlyMap<string, TargetView>;
  breakers: ReadonlyMap<string, BreakerView>;
  pulses: ReadonlyMap<string, FlowPulse>;
  gateway: LiveSnapshot['gateway'] | null;
  now: number | null;
  zone: Zone;
}

export interface Verdict {
  tone: 'fine' | 'warn' | 'down' | 'unknown';
  /** "Serving.", "Partly serving.", "Not serving." */
  headline: string;
  /** What follows it, each a full sentence. */
  sentences: string[];
}

/** A flow that fails more than this is told, when it has had enough requests to say so. */
const FAILING_SHARE = 0.05;
const FAILING_LEAST_REQUESTS = 20;

interface FlowNow {
  flow: FlowView;
  chain: ChainState;
  pulse: FlowPulse | undefined;
}

/** What is true now, in words: the sentence that opens the overview. */
export function verdict(input: VerdictInput): Verdict {
  const { ready, flows, gateway } = input;
  if (!ready)
    return { tone: 'unknown', headline: 'Connecting.', sentences: ['The live picture has not arrived yet.'] };
  if (gateway !== null && !gateway.up) {
    return {
      tone: 'down',
      headline: 'Not serving.',
      sentences: ['The gateway worker is not running; the supervisor is starting it again.'],
    };
  }
  if (flows.length === 0) {
    return {
      tone: 'unknown',
      headline: 'Nothing to serve yet.',
      sentences: ['Add a provider, a target and a flow; then send its slug as the model.'],
    };
  }
  const now = flows.map(
    (flow): FlowNow => ({
      flow,
      chain: chainState({ flow, targets: input.targets, breakers: input.breakers, now: input.now }),
      pulse: input.pulses.get(flow.slug),
    }),
  );
  const unserved = now.filter(({ chain }) => chain.carryingAt === null);
  const troubled = troubledBreakers(input.breakers);
  const sentences = [
    ...unservedSentences(unserved),
    ...troubleSentences(troubled, input.now, input.zone),
    ...recoverySentences(input.breakers),
    ...consequenceSentences(now),
    ...failingSentences(now),
    ...nextProbe(troubled, input.now),
  ];
  if (sentences.length === 0) sentences.push(allClosed(input.targets));
  sentences.push(trafficSentence(now));
  if (unserved.length === flows.length) return { tone: 'down', headline: 'Not serving.', sentences };
  if (unserved.length > 0) return { tone: 'down', headline: 'Partly serving.', sentences };
  return {
    tone: sentences.length > 2 || troubled.length > 0 ? 'warn' : 'fine',
    headline: 'Serving.',
    sentences,
  };
}

function unservedSentences(unserved: readonly FlowNow[]): string[] {
  if (unserved.length === 0) return [];
  const names = joinWords(unserved.map(({ flow }) => flow.slug));
  const [first] = unserved;
  const text = unserved.length === 1 && first !== undefined ? first.flow.policy.degraded.message : null;
  return [
    text === null
      ? `${names} have no target: their callers get the graceful refusal.`
      : `${names} has no target: its callers get "${text}"`,
  ];
}

/** Who answers in the primary's place, per flow; flows with the same answer share a sentence. */
function consequenceSentences(flows: readonly FlowNow[]): string[] {
  const grouped = new Map<string, string[]>();
  for (const { flow, chain } of flows) {
    const link = chain.carryingAt === null ? undefined : chain.links[chain.carryingAt];
    if (link === undefined || link.role === 'primary') continue;
    const how =
      link.role === 'alternate'
        ? 'the same model elsewhere'
        : flow.policy.badge.on
          ? 'with the badge'
          : 'without a badge';
    const key = `${link.slug}, ${how}`;
    grouped.set(key, [...(grouped.get(key) ?? []), flow.slug]);
  }
  return [...grouped].map(
    ([by, names]) => `${joinWords(names)} ${names.length === 1 ? 'is' : 'are'} answered by ${by}.`,
  );
}

function failingSentences(flows: readonly FlowNow[]): string[] {
  return flows.flatMap(({ flow, pulse }) =>
    pulse !== undefined &&
    pulse.errorShare !== null &&
    pulse.errorShare >= FAILING_SHARE &&
    pulse.requests >= FAILING_LEAST_REQUESTS
      ? [`${flow.slug} failed ${formatShare(pulse.errorShare)} of its requests in the last minute.`]
      : [],
  );
}

function allClosed(targets: ReadonlyMap<string, TargetView>): string {
  const enabled = [...targets.values()].filter((target) => target.enabled).length;
  return enabled === 1 ? 'Its one target is closed.' : `All ${enabled} targets are closed.`;
}

function trafficSentence(flows: readonly FlowNow[]): string {
  const pulses = flows.flatMap(({ pulse }) => (pulse === undefined ? [] : [pulse]));
  const requests = pulses.reduce((sum, pulse) => sum + pulse.requests, 0);
  if (requests === 0) return 'No requests in the last minute.';
  const perSecond = pulses.reduce((sum, pulse) => sum + pulse.perSecond, 0);
  const share = (part: 'errorShare' | 'degradedShare') =>
    pulses.reduce((sum, pulse) => sum + (pulse[part] ?? 0) * pulse.requests, 0) / requests;
  const degraded = share('degradedShare');
  const rest = degraded === 0 ? '' : `, ${formatShare(degraded)} degraded`;
  return `${formatRate(perSecond)} requests a second, ${formatShare(share('errorShare'))} failed${rest}.`;
}
