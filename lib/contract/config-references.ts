import { z } from 'zod';
import { endpointId } from './slug.ts';

const text = z.string().catch('');
const listOf = <T extends z.ZodType>(item: T) => z.array(item).catch([]);
const entry = z
  .union([z.string().transform((target) => ({ target })), z.object({ target: text })])
  .catch({ target: '' });

/** A document as far as it can be read: what is broken elsewhere in it reads as empty here, and keeps its place. */
const readable = z.object({
  providers: listOf(
    z
      .object({ slug: text, endpoints: listOf(z.object({ slug: text }).catch({ slug: '' })) })
      .catch({ slug: '', endpoints: [] }),
  ),
  targets: listOf(
    z.object({ slug: text, provider: text, endpoint: text }).catch({ slug: '', provider: '', endpoint: '' }),
  ),
  flows: listOf(
    z
      .object({ slug: text, aliases: listOf(text), chain: listOf(entry) })
      .catch({ slug: '', aliases: [], chain: [] }),
  ),
});
type Readable = z.output<typeof readable>;

type Issue = (path: (string | number)[], message: string) => void;

/** Names must be unique and lead somewhere. Works on a document whose shape has faults too. */
export function checkReferences(document: unknown, ctx: z.RefinementCtx): void {
  const parsed = readable.safeParse(document);
  if (!parsed.success) return;
  const issue: Issue = (path, message) => ctx.addIssue({ code: 'custom', path, message });
  const endpoints = checkProviders(parsed.data, issue);
  const targets = checkTargets(parsed.data, endpoints, issue);
  checkFlows(parsed.data, targets, issue);
}

function checkProviders(config: Readable, issue: Issue): Map<string, Set<string>> {
  const endpoints = new Map<string, Set<string>>();
  config.providers.forEach((provider, at) => {
    if (provider.slug !== '' && endpoints.has(provider.slug))
      issue(['providers', at, 'slug'], `There is already a provider "${provider.slug}".`);
    const own = new Set<string>();
    provider.endpoints.forEach((endpoint, n) => {
      if (endpoint.slug !== '' && own.has(endpoint.slug)) {
        issue(
          ['providers', at, 'endpoints', n, 'slug'],
          `${endpointId(provider.slug, endpoint.slug)} appears twice.`,
        );
      }
      own.add(endpoint.slug);
    });
    endpoints.set(provider.slug, own);
  });
  return endpoints;
}

function checkTargets(config: Readable, endpoints: Map<string, Set<string>>, issue: Issue): Set<string> {
  const targets = new Set<string>();
  config.targets.forEach((target, at) => {
    if (target.slug !== '' && targets.has(target.slug))
      issue(['targets', at, 'slug'], `There is already a target "${target.slug}".`);
    targets.add(target.slug);
    const own = endpoints.get(target.provider);
    if (target.provider === '') return;
    if (own === undefined) {
      issue(
        ['targets', at, 'provider'],
        `No provider "${target.provider}"; there are: ${list(endpoints.keys())}.`,
      );
    } else if (target.endpoint !== '' && !own.has(target.endpoint)) {
      issue(
        ['targets', at, 'endpoint'],
        `Provider "${target.provider}" has no endpoint "${target.endpoint}"; it has: ${list(own)}.`,
      );
    }
  });
  return targets;
}

function checkFlows(config: Readable, targets: Set<string>, issue: Issue): void {
  const names = new Map<string, string>();
  config.flows.forEach((flow, at) => {
    claimName(names, flow.slug, flow.slug, ['flows', at, 'slug'], issue);
  });
  config.flows.forEach((flow, at) => {
    flow.aliases.forEach((alias, n) => {
      claimName(names, alias, flow.slug, ['flows', at, 'aliases', n], issue);
    });
    const seen = new Set<string>();
    flow.chain.forEach((entry, n) => {
      if (entry.target === '') return;
      if (!targets.has(entry.target)) {
        issue(['flows', at, 'chain', n], `No target "${entry.target}"; there are: ${list(targets)}.`);
      } else if (seen.has(entry.target)) {
        issue(['flows', at, 'chain', n], `"${entry.target}" is in this chain twice.`);
      }
      seen.add(entry.target);
    });
  });
}

function claimName(
  names: Map<string, string>,
  name: string,
  flow: string,
  path: (string | number)[],
  issue: Issue,
): void {
  if (name === '') return;
  const owner = names.get(name);
  if (owner === undefined) names.set(name, flow);
  else issue(path, `"${name}" already names the flow "${owner}".`);
}

function list(values: Iterable<string>): string {
  return [...values].filter((value) => value !== '').join(', ') || 'none';
}
