import type { ProviderView, TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import type { TargetPulse } from '#lib/contract/live.ts';
import { CONDITIONS, type Condition, conditionOf } from '../breaker/state-meta.ts';
import { breakerKey } from '../live/live-state.ts';

export const SORTS = ['name', 'state', 'rate', 'errors', 'p95'] as const;
export type Sort = (typeof SORTS)[number];

export interface TargetRow {
  target: TargetView;
  condition: Condition;
  pulse: TargetPulse | undefined;
}

/** One provider with its endpoints' own rows and its targets, in the order asked for. */
export interface ProviderGroup {
  provider: ProviderView;
  endpoints: ProviderView['endpoints'];
  rows: TargetRow[];
}

export interface RowsInput {
  providers: readonly ProviderView[];
  targets: readonly TargetView[];
  breakers: ReadonlyMap<string, BreakerView>;
  pulses: ReadonlyMap<string, TargetPulse>;
  now: number | null;
  query: string;
  sort: Sort;
  descending: boolean;
  /** Only scopes that an operator has overridden. */
  overridesOnly: boolean;
}

/** Groups by provider; a group's place is that of its first row. */
export function targetGroups(input: RowsInput): ProviderGroup[] {
  const { providers, targets, breakers, pulses, now } = input;
  const order = compare(input.sort, input.descending);
  return providers
    .map((provider): ProviderGroup => {
      const rows = targets
        .filter((target) => target.provider === provider.slug)
        .map(
          (target): TargetRow => ({
            target,
            pulse: pulses.get(target.slug),
            condition: conditionOf({
              view: breakers.get(breakerKey('target', target.slug)),
              enabled: target.enabled,
              now,
            }),
          }),
        )
        .filter((row) => matches(row.target, provider, input.query))
        .filter((row) => !input.overridesOnly || isOverridden(breakers, 'target', row.target.slug))
        .toSorted(order);
      return { provider, endpoints: shownEndpoints(provider, rows, input), rows };
    })
    .filter(
      (group) => group.rows.length > 0 || group.endpoints.length > 0 || showsBare(group.provider, input),
    )
    .toSorted((a, b) => compareGroups(a, b, order));
}

function shownEndpoints(provider: ProviderView, rows: readonly TargetRow[], input: RowsInput) {
  if (input.overridesOnly) {
    return provider.endpoints.filter((endpoint) => isOverridden(input.breakers, 'endpoint', endpoint.id));
  }
  const used = new Set(rows.map((row) => row.target.endpointId));
  return provider.endpoints.filter(
    (endpoint) => used.has(endpoint.id) || matchesText(input.query, [endpoint.id, provider.slug]),
  );
}

function showsBare(provider: ProviderView, input: RowsInput): boolean {
  return input.overridesOnly
    ? isOverridden(input.breakers, 'provider', provider.slug)
    : matchesText(input.query, [provider.slug, provider.name]);
}

function isOverridden(
  breakers: ReadonlyMap<string, BreakerView>,
  scope: BreakerView['scope'],
  id: string,
): boolean {
  return (breakers.get(breakerKey(scope, id))?.override ?? null) !== null;
}

function matches(target: TargetView, provider: ProviderView, query: string): boolean {
  return matchesText(query, [
    target.slug,
    target.model,
    target.endpointId,
    provider.name,
    provider.slug,
    ...target.flows,
  ]);
}

function matchesText(query: string, texts: readonly string[]): boolean {
  const wanted = query.trim().toLowerCase();
  return wanted === '' || texts.some((text) => text.toLowerCase().includes(wanted));
}

function compareGroups(a: ProviderGroup, b: ProviderGroup, order: ReturnType<typeof compare>): number {
  const [first, second] = [a.rows[0], b.rows[0]];
  if (first === undefined || second === undefined)
    return Number(first === undefined) - Number(second === undefined);
  return order(first, second) || a.provider.slug.localeCompare(b.provider.slug);
}

function compare(sort: Sort, descending: boolean): (a: TargetRow, b: TargetRow) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => sign * compareBy(sort, a, b) || a.target.slug.localeCompare(b.target.slug);
}

function compareBy(sort: Sort, a: TargetRow, b: TargetRow): number {
  switch (sort) {
    case 'name':
      return a.target.slug.localeCompare(b.target.slug);
    case 'state':
      return CONDITIONS[a.condition].severity - CONDITIONS[b.condition].severity;
    case 'rate':
      return (a.pulse?.perSecond ?? -1) - (b.pulse?.perSecond ?? -1);
    case 'errors':
      return (a.pulse?.errorShare ?? -1) - (b.pulse?.errorShare ?? -1);
    case 'p95':
      return (a.pulse?.p95Ms ?? -1) - (b.pulse?.p95Ms ?? -1);
    default:
      return unreachable(sort);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled sort: ${String(value)}`);
}
