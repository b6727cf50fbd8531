import type { Impact } from '#lib/contract/api.ts';
import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import { nameScope } from './scopes.ts';
import type { ViewLookup } from './standing-views.ts';

type FlowImpact = Impact['flows'][number];

/** What an override would do, in sentences for the person who is about to set it. */
export function impactSentences(
  override: Pick<Override, 'scope' | 'id' | 'kind'>,
  flows: readonly FlowImpact[],
  then: ViewLookup,
): string[] {
  const name = nameScope(override.scope, override.id);
  if (flows.length === 0) return [`No flow has ${name} in its chain: nobody's answers change.`];
  const first = `${count(flows.length, 'flow')} can be answered through ${name}: ${flows.map(({ slug }) => slug).join(', ')}.`;
  const moves = flows.filter(({ before, after }) => before !== after).map((flow) => moveOf(flow, then));
  const without = flows.filter(({ before, after }) => before !== null && after === null).length;
  return [
    first,
    ...(moves.length === 0 ? ['Who answers does not change.'] : moves),
    `${count(without, 'flow')} ${without === 1 ? 'is' : 'are'} left without a target.`,
    ...(override.kind === 'forced_closed'
      ? ['Calls go through even when the breaker would be open, so failures reach the flows.']
      : []),
  ];
}

function moveOf(flow: FlowImpact, then: ViewLookup): string {
  const rate = `${count(flow.perMinute, 'request')} a minute`;
  if (flow.after === null) {
    return `${flow.slug} (${rate}) is left without a target: its users get the graceful message.`;
  }
  const from = flow.before === null ? 'nobody' : flow.before;
  const model = flow.degraded ? ', a backup model' : '';
  return `${flow.slug} (${rate}) moves from ${from} to ${flow.after}${model} (${stateOf(then('target', flow.after))}).`;
}

function stateOf(view: BreakerView | undefined): string {
  if (view === undefined) return 'closed';
  if (view.effective === 'derived_open') return 'presumed down';
  return view.effective.replaceAll('_', ' ').replace('half open', 'half-open');
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
