import { ControlError } from './errors.ts';

/** @throws ControlError `not_found` */
export function found<T>(row: T | null | undefined, what: string, id: string): T {
  if (row === null || row === undefined) throw new ControlError('not_found', `There is no ${what} "${id}".`);
  return row;
}

/**
 * Compare-and-set: the caller names the version it read.
 * @throws ControlError `stale_version` with the row as it is now
 */
export function requireVersion(version: number, expected: number, what: string, current: unknown): void {
  if (version === expected) return;
  throw new ControlError(
    'stale_version',
    `${what} was changed in the meantime: it is at version ${version}, you had ${expected}. Look at it again, then repeat your change.`,
    { current },
  );
}

/** @throws ControlError `in_use` naming the users */
export function refuseWhileUsed(what: string, users: readonly string[], remedy: string): void {
  if (users.length === 0) return;
  throw new ControlError('in_use', `${what} is used by ${users.join(', ')}. ${remedy}`);
}

/** @throws ControlError `already_exists` */
export function refuseDuplicate(exists: boolean, what: string, slug: string): void {
  if (!exists) return;
  const message = `There is already a ${what} "${slug}".`;
  throw new ControlError('already_exists', message, { issues: [{ path: 'slug', message }] });
}

/** Plain data compared by its JSON, absent and undefined alike. */
export function sameJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
