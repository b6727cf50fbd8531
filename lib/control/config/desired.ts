import { type Config, configSchema } from '#lib/contract/config.ts';
import type { NewProvider, ProviderRow } from '#lib/store/providers.ts';
import type { ControlContext } from '../context.ts';
import { type ControlError, isControlError } from '../errors.ts';
import { providerRow } from '../provider/row.ts';
import { targetRow } from '../target/row.ts';
import type { Configured } from './comparable.ts';
import { type ConfigRows, type Fault, faultsOf, flowColumns, invalid } from './document.ts';

/** @throws ControlError `invalid` with the path of every fault */
export function parseDocument(document: unknown): Config {
  const faults = faultsOf(document);
  if (faults.length > 0) throw invalid(faults);
  return configSchema.parse(document);
}

export type Desired = Configured & { flows: { slug: string; simulated: boolean }[] };

/**
 * The rows that a document asks for, its keys sealed. What is there already keeps its stored keys and, as long as it still calls the
 * same addresses, its mark as simulated.
 * @throws ControlError `invalid` with the path of every `{ stored: true }` that has nothing stored
 */
export function desiredRows(
  ctx: Pick<ControlContext, 'store'>,
  config: Config,
  current: ConfigRows,
): Desired {
  const faults: Fault[] = [];
  const providers: NewProvider[] = [];
  config.providers.forEach((provider, at) => {
    const before = current.providers.find(({ slug }) => slug === provider.slug) ?? null;
    try {
      const row = providerRow(ctx, provider, before, `providers.${at}.`);
      providers.push({ ...row, simulated: stillSimulated(row, before) });
    } catch (error) {
      faults.push(...asRefusal(error).issues);
    }
  });
  if (faults.length > 0) throw invalid(faults);
  return {
    breaker: config.settings.breaker,
    providers,
    targets: config.targets.map(targetRow),
    flows: config.flows.map((flow) => ({
      ...flowColumns(flow),
      simulated: current.flows.find(({ slug }) => slug === flow.slug)?.simulated ?? false,
      published: { chain: flow.chain, policy: flow.policy },
    })),
  };
}

function stillSimulated(row: NewProvider, before: ProviderRow | null): boolean {
  if (before?.simulated !== true) return false;
  const known = new Set(before.endpoints.map(({ baseUrl }) => baseUrl));
  return row.endpoints.every(({ baseUrl }) => known.has(baseUrl));
}

function asRefusal(error: unknown): ControlError {
  if (isControlError(error)) return error;
  throw error;
}
