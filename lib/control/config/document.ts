import { breakerSettingsSchema } from '#lib/contract/breaker-settings.ts';
import {
  type Config,
  type ConfigFlow,
  type ConfigProvider,
  type ConfigTarget,
  type CredentialInput,
  configSchema,
} from '#lib/contract/config.ts';
import { issuesOf } from '#lib/contract/errors.ts';
import type { BreakerSettings } from '#lib/engine/types.ts';
import type { FlowRow, NewFlow } from '#lib/store/flows.ts';
import type { NewProvider, ProviderRow, StoredCredential } from '#lib/store/providers.ts';
import type { Repositories } from '#lib/store/store.ts';
import type { NewTarget, TargetRow } from '#lib/store/targets.ts';
import { ControlError } from '../errors.ts';
import { readBreakerSettings } from '../setting-keys.ts';

/** Everything configured, as it is stored. */
export interface ConfigRows {
  breaker: BreakerSettings;
  providers: ProviderRow[];
  targets: TargetRow[];
  flows: FlowRow[];
}

export interface Fault {
  path: string;
  message: string;
}

/** The part of a flow that the document holds. */
type DocumentFlow = Pick<FlowRow, 'slug' | 'name' | 'aliases' | 'callerTimeoutSeconds' | 'exceptions'> & {
  published: Pick<FlowRow['published'], 'chain' | 'policy'>;
};

export async function loadRows(tx: Repositories): Promise<ConfigRows> {
  return {
    breaker: (await readBreakerSettings(tx)).value,
    providers: await tx.providers.list(),
    targets: await tx.targets.list(),
    flows: await tx.flows.list(),
  };
}

/** The declarative document that stands for these rows; a stored key appears as `{ stored: true }`. */
export function documentOf(rows: {
  breaker: BreakerSettings;
  providers: readonly NewProvider[];
  targets: readonly NewTarget[];
  flows: readonly DocumentFlow[];
}): Config {
  return {
    settings: { breaker: rows.breaker },
    providers: rows.providers.map(providerDocument),
    targets: rows.targets.map(targetDocument),
    flows: rows.flows.map(flowDocument),
  };
}

export function providerDocument(row: NewProvider): ConfigProvider {
  return {
    slug: row.slug,
    name: row.name,
    kind: row.kind,
    ...credentialOf(row.credential),
    endpoints: row.endpoints.map((endpoint) => ({
      slug: endpoint.slug,
      ...given('region', endpoint.region),
      baseUrl: endpoint.baseUrl,
      ...credentialOf(endpoint.credential),
    })),
  };
}

export function targetDocument(row: NewTarget): ConfigTarget {
  return {
    slug: row.slug,
    provider: row.provider,
    endpoint: row.endpoint,
    model: row.model,
    ...given('deployment', row.deployment),
    ...given('modelFamily', row.modelFamily),
    ...given('contextWindow', row.contextWindow),
    ...given('capabilities', row.capabilities),
    enabled: row.enabled,
    ...given('breaker', row.breaker),
    metricsOnly: row.metricsOnly,
    ...given('prices', row.prices),
  };
}

export function flowDocument(row: DocumentFlow): ConfigFlow {
  return {
    slug: row.slug,
    name: row.name,
    aliases: row.aliases,
    chain: row.published.chain,
    policy: row.published.policy,
    ...given('callerTimeoutSeconds', row.callerTimeoutSeconds),
    ...given('exceptions', Object.keys(row.exceptions).length === 0 ? null : row.exceptions),
  };
}

/** The part of a flow's row, beside what it publishes, that a document gives. */
export function flowColumns(flow: ConfigFlow): Omit<NewFlow, 'simulated'> {
  const { slug, name, aliases, callerTimeoutSeconds = null, exceptions = {} } = flow;
  return { slug, name, aliases, callerTimeoutSeconds, exceptions };
}

/** The entry that a caller's input describes. */
export interface About {
  list: 'providers' | 'targets' | 'flows';
  slug: string;
}

/**
 * Checks everything configured as a whole, before it is written. Faults inside the entry that it is about get paths relative to it.
 *
 * @throws ControlError `invalid` with every fault
 */
export function checkRows(rows: Parameters<typeof documentOf>[0], about: About): void {
  const issues = faultsAbout(rows, about);
  if (issues.length > 0) throw invalid(issues);
}

/** What `checkRows` would refuse; empty: nothing. */
export function faultsAbout(rows: Parameters<typeof documentOf>[0], about: About): Fault[] {
  const taken = about.list === 'flows' ? aliasFault(rows.flows, about.slug) : null;
  if (taken !== null) return [{ path: 'slug', message: taken }];
  const list = rows[about.list];
  const at = list.findIndex((row) => row.slug === about.slug);
  // Checked as the last of its list: of two that claim one name, it is the caller's that comes too late.
  const last = {
    ...rows,
    [about.list]: [...list.slice(0, at), ...list.slice(at + 1), ...list.slice(at, at + 1)],
  };
  const prefix = `${about.list}.${list.length - 1}.`;
  return faultsOf(documentOf(last)).map(({ path, message }) => ({
    path: path.startsWith(prefix) ? path.slice(prefix.length) : placeOf(path, about.list, at),
    message,
  }));
}

/** Why a flow cannot have this slug: clients call another one by it. null: none. */
export function aliasFault(flows: readonly DocumentFlow[], slug: string): string | null {
  const owner = flows.find((flow) => flow.slug !== slug && flow.aliases.includes(slug));
  return owner === undefined ? null : `"${slug}" already names the flow "${owner.slug}".`;
}

/** The path in the document as it is, of one in which the entry `at` has been moved to the end of its list. */
function placeOf(path: string, moved: About['list'], at: number): string {
  const [list, position, ...rest] = path.split('.');
  if (list !== moved || Number(position) < at) return path;
  return [list, Number(position) + 1, ...rest].join('.');
}

/** Every fault of a whole document, with paths such as `flows.0.chain.2`; none when it can be put in force. */
export function faultsOf(document: unknown): Fault[] {
  const parsed = configSchema.safeParse(document);
  if (!parsed.success) return issuesOf(parsed.error.issues);
  return parsed.data.targets.flatMap((target, at) => mergedFaults(parsed.data, target, at));
}

export function invalid(issues: Fault[]): ControlError {
  return new ControlError('invalid', issues.map(({ message }) => message).join(' '), { issues });
}

/** A target's breaker settings are in force merged with the global ones, so the rules hold for the merged ones. */
function mergedFaults(config: Config, target: ConfigTarget, at: number): Fault[] {
  if (target.breaker === undefined) return [];
  const merged = breakerSettingsSchema.safeParse({ ...config.settings.breaker, ...target.breaker });
  if (merged.success) return [];
  return issuesOf(merged.error.issues).map(({ path, message }) => ({
    path: `targets.${at}.breaker.${path}`,
    message: `${message} (Merged with the global settings.)`,
  }));
}

/** The list with the row of this slug replaced, or with it at the end. */
export function withRow<T extends { slug: string }>(rows: readonly T[], row: T): T[] {
  const at = rows.findIndex(({ slug }) => slug === row.slug);
  return at < 0 ? [...rows, row] : rows.with(at, row);
}

function credentialOf(credential: StoredCredential | null): { credential?: CredentialInput } {
  if (credential === null) return {};
  return { credential: 'env' in credential ? { env: credential.env } : { stored: true } };
}

function given<K extends string, T>(key: K, value: T | null): { [P in K]?: T } {
  const entry: { [P in K]?: T } = {};
  if (value !== null) entry[key] = value;
  return entry;
}
