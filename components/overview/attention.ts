import type { FlowView, ProviderView, TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import type { LiveSnapshot } from '#lib/contract/live.ts';
import type { BreakerAction } from '../breaker/available-actions.ts';
import { chainState } from '../breaker/chain-state.ts';
import { CONDITIONS, type Condition, conditionOf, conditionText, isPinned } from '../breaker/state-meta.ts';
import { asSentence, plural } from '../ui/format.ts';

export interface AttentionInput {
  flows: readonly FlowView[];
  targets: ReadonlyMap<string, TargetView>;
  providers: readonly ProviderView[];
  breakers: ReadonlyMap<string, BreakerView>;
  gateway: LiveSnapshot['gateway'] | null;
  now: number | null;
}

export type AttentionAction =
  | { type: 'breaker'; action: BreakerAction; scope: BreakerView['scope']; id: string }
  | { type: 'link'; label: string; href: string };

export interface AttentionItem {
  key: string;
  /** Higher first. */
  severity: number;
  condition: Condition;
  title: string;
  text: string;
  href: string;
  action: AttentionAction;
}

/** Everything that wants a person, worst first, each with the one likely action. Empty: all clear. */
export function attentionItems(input: AttentionInput): AttentionItem[] {
  return [
    ...gatewayItems(input.gateway),
    ...flowItems(input),
    ...breakerItems(input),
    ...providerItems(input.providers),
  ].toSorted((a, b) => b.severity - a.severity || a.title.localeCompare(b.title));
}

function gatewayItems(gateway: AttentionInput['gateway']): AttentionItem[] {
  if (gateway === null || gateway.up) return [];
  return [
    {
      key: 'gateway',
      severity: 20,
      condition: 'open',
      title: 'Gateway',
      text: 'The worker is not running; the supervisor is starting it again.',
      href: '/activity',
      action: { type: 'link', label: 'Activity', href: '/activity' },
    },
  ];
}

function flowItems({ flows, targets, breakers, now }: AttentionInput): AttentionItem[] {
  return flows.flatMap((flow): AttentionItem[] => {
    const { links, carryingAt } = chainState({ flow, targets, breakers, now });
    const href = `/flows/${flow.slug}`;
    const common = { key: `flow:${flow.slug}`, title: flow.slug, href } as const;
    const action: AttentionAction = { type: 'link', label: 'Open flow', href };
    if (carryingAt === null) {
      return [
        { ...common, severity: 15, condition: 'open', text: 'No target left: callers are refused.', action },
      ];
    }
    const usable = links.filter((link) => !link.barred && link.condition !== 'disabled');
    const left = usable.filter((link) => link.passable);
    if (left.length === 1 && usable.length > 1) {
      return [
        {
          ...common,
          severity: 8,
          condition: 'half_open',
          text: `On its last target, ${left[0]?.slug}.`,
          action,
        },
      ];
    }
    return [];
  });
}

function breakerItems({ breakers, targets, now }: AttentionInput): AttentionItem[] {
  return [...breakers.values()].flatMap((view): AttentionItem[] => {
    const enabled = view.scope !== 'target' || (targets.get(view.id)?.enabled ?? true);
    const condition = conditionOf({ view, enabled, now });
    if (!CONDITIONS[condition].abnormal) return [];
    return [
      {
        key: `${view.scope}:${view.id}`,
        severity: severityOf(view, condition),
        condition,
        title: view.scope === 'target' ? view.id : `${view.scope} ${view.id}`,
        text: `${conditionText(condition, view, now)}. ${reasonOf(view, condition)}`,
        href: hrefOf(view),
        action: { type: 'breaker', action: likelyAction(condition), scope: view.scope, id: view.id },
      },
    ];
  });
}

/** A wider scope first; what waits for a person before what heals by itself. */
function severityOf(view: BreakerView, condition: Condition): number {
  const pinned = condition === 'cooling' && isPinned(view);
  return CONDITIONS[condition].severity + (view.scope === 'target' ? 0 : 1) + (pinned ? 5 : 0);
}

function likelyAction(condition: Condition): BreakerAction {
  switch (condition) {
    case 'open':
    case 'derived_open':
      return 'probe';
    case 'forced_open':
    case 'forced_closed':
      return 'clear';
    case 'cooling':
      return 'clear-cooldown';
    case 'half_open':
    case 'recovering':
      return 'force-open';
    case 'closed':
    case 'disabled':
    case 'unknown':
      return 'reset';
    default:
      return unreachable(condition);
  }
}

function reasonOf(view: BreakerView, condition: Condition): string {
  if (condition === 'forced_open' || condition === 'forced_closed') {
    return view.override === null ? '' : `"${view.override.reason}"`;
  }
  if (condition === 'cooling') return view.cooldown?.message ?? '';
  if (condition === 'derived_open') return asSentence(view.derived?.why ?? view.why);
  return view.why;
}

export function hrefOf(view: Pick<BreakerView, 'scope' | 'id'>): string {
  return view.scope === 'target' ? `/targets/${view.id}` : `/targets?q=${encodeURIComponent(view.id)}`;
}

function providerItems(providers: readonly ProviderView[]): AttentionItem[] {
  return providers
    .filter((provider) => provider.problems.length > 0)
    .map((provider) => ({
      key: `problem:${provider.slug}`,
      severity: 4,
      condition: 'unknown' as const,
      title: `provider ${provider.slug}`,
      text:
        provider.problems.length === 1
          ? (provider.problems[0] ?? '')
          : `${plural(provider.problems.length, 'problem')}: ${provider.problems.join(' ')}`,
      href: `/providers/${provider.slug}`,
      action: { type: 'link' as const, label: 'Open provider', href: `/providers/${provider.slug}` },
    }));
}

function unreachable(value: never): never {
  throw new Error(`Unhandled condition: ${String(value)}`);
}
