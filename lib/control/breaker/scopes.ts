import type { Override } from '#lib/contract/breaker-view.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { Repositories } from '#lib/store/store.ts';
import type { ConfigRows } from '../config/document.ts';
import { ControlError } from '../errors.ts';

export type Scope = Override['scope'];

/** Everything that has a breaker, by kind. */
export async function scopesOf(tx: Repositories): Promise<Record<Scope, ReadonlySet<string>>> {
  return scopesIn({ providers: await tx.providers.list(), targets: await tx.targets.list() });
}

export function scopesIn({
  providers,
  targets,
}: Pick<ConfigRows, 'providers' | 'targets'>): Record<Scope, ReadonlySet<string>> {
  return {
    target: new Set(targets.map(({ slug }) => slug)),
    endpoint: new Set(
      providers.flatMap(({ slug, endpoints }) => endpoints.map((own) => endpointId(slug, own.slug))),
    ),
    provider: new Set(providers.map(({ slug }) => slug)),
  };
}

/** @throws ControlError `not_found` */
export async function requireScope(tx: Repositories, scope: Scope, id: string): Promise<void> {
  if ((await scopesOf(tx))[scope].has(id)) return;
  throw new ControlError('not_found', `There is no ${scope} "${id}", so it has no breaker.`);
}

/** "the target gpt-us" */
export function nameScope(scope: Scope, id: string): string {
  return `the ${scope} ${id}`;
}
