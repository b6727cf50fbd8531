import type { Override } from '#lib/contract/breaker-view.ts';
import { callable, everCalled, isBackupModel, primaryOf } from './readiness-chain.ts';
import type { ReadinessFacts } from './readiness-facts.ts';
import { allOf, anyOf, editFlow, type Finding } from './readiness-words.ts';

const HOUR_MS = 3_600_000;
/** Longer than a day is no incident any more. */
const LONG_MS = 24 * HOUR_MS;

/** No breaker of the chain is in metrics-only mode or held for long. */
export function judgeBreakers(facts: ReadinessFacts): Finding {
  const links = everCalled(facts);
  const quiet = links.filter(({ metricsOnly }) => metricsOnly);
  const held = new Map(
    links.flatMap((link) =>
      link.overrides
        .filter(isLong)
        .map((override) => [`${override.scope} ${override.id}`, override] as const),
    ),
  );
  const first = quiet[0] ?? links.find(({ overrides }) => overrides.some(isLong));
  if (first === undefined) {
    const text =
      links.length === 0
        ? 'Nothing in the chain is switched on.'
        : 'No target of the chain is in metrics-only mode or forced for long.';
    return { ok: true, text, fix: null };
  }
  const parts = [
    ...(quiet.length === 0 ? [] : [metricsOnlyWords(quiet.map((link) => link.slug))]),
    ...[...held.values()].map(heldWords),
  ];
  return {
    ok: false,
    text: parts.join(' '),
    fix: { label: `Look at ${first.slug}`, href: `/targets/${first.slug}` },
  };
}

/** Whoever is answered by a backup model is told. */
export function judgeBadge(facts: ReadinessFacts): Finding {
  const { badge } = facts.policy;
  const backups = callable(facts)
    .filter((link) => isBackupModel(facts, link))
    .map(({ slug }) => slug);
  if (backups.length === 0) {
    return { ok: true, text: 'No backup model is ever served here, so there is nothing to mark.', fix: null };
  }
  if (badge.on) {
    return { ok: true, text: `Answers of ${allOf(backups)} carry the badge “${badge.text}”.`, fix: null };
  }
  return {
    ok: false,
    text: `The badge is off: nobody can tell when ${anyOf(backups)} answers instead of ${primaryOf(facts)?.slug}.`,
    fix: editFlow(facts, 'Edit the badge'),
  };
}

function isLong({ setAtWallMs, expiresAtWallMs }: Override): boolean {
  return expiresAtWallMs === null || expiresAtWallMs - setAtWallMs > LONG_MS;
}

function metricsOnlyWords(slugs: readonly string[]): string {
  return slugs.length === 1
    ? `${slugs[0]} is in metrics-only mode: its breaker turns nothing away.`
    : `${allOf(slugs)} are in metrics-only mode: their breakers turn nothing away.`;
}

function heldWords({ scope, id, kind, reason, setAtWallMs, expiresAtWallMs }: Override): string {
  const how = kind === 'forced_open' ? 'forced open' : 'forced closed';
  const until =
    expiresAtWallMs === null
      ? 'until cleared'
      : `for ${Math.round((expiresAtWallMs - setAtWallMs) / HOUR_MS)} h`;
  return `The ${scope} ${id} is ${how} ${until} (${reason.replace(/\.$/, '')}).`;
}
