import type { ReadinessFacts, ReadinessLink } from './readiness-facts.ts';
import { allOf, anyOf, editFlow, type Finding } from './readiness-words.ts';

/** The first link that is on: the others are measured by it. */
export function primaryOf({ links }: ReadinessFacts): ReadinessLink | null {
  return links[0] ?? null;
}

export function isBackupModel(facts: ReadinessFacts, link: ReadinessLink): boolean {
  return link.modelFamily !== primaryOf(facts)?.modelFamily;
}

/** Those that the mode ever calls: in quality mode a backup model might as well not be there. */
export function everCalled(facts: ReadinessFacts): ReadinessLink[] {
  return facts.links.filter((link) => facts.policy.mode !== 'quality' || !isBackupModel(facts, link));
}

/** Those that the flow may be answered by as things stand, in order; two that call the same count once. */
export function callable(facts: ReadinessFacts): ReadinessLink[] {
  const found: ReadinessLink[] = [];
  for (const link of facts.links) {
    if (whyNot(facts, link, found) === null) found.push(link);
  }
  return found;
}

/** A second target that can be called and that the mode serves. */
export function judgeBackup(facts: ReadinessFacts): Finding {
  const [first, ...rest] = callable(facts);
  if (first !== undefined && rest.length > 0) {
    const others = rest.map((link) => `${link.slug} (${roleOf(facts, link)})`);
    const text = `When ${first.slug} cannot answer, ${anyOf(others)} can.${highStakes(facts, rest)}`;
    return { ok: true, text, fix: null };
  }
  const start = first === undefined ? 'Nothing in the chain can be called' : `Only ${first.slug} can answer`;
  const reasons = reasonsIn(facts);
  const text =
    reasons.length === 0 ? `${start}: the chain has no other target.` : `${start}: ${reasons.join('; ')}.`;
  const broken = facts.links.find((link) => link.unusable !== null);
  return {
    ok: false,
    text,
    fix:
      broken === undefined
        ? editFlow(facts, 'Edit the chain')
        : { label: `Look at ${broken.slug}`, href: `/targets/${broken.slug}` },
  };
}

/** One of them in another vendor than the primary's. */
export function judgeOtherVendor(facts: ReadinessFacts): Finding {
  const primary = primaryOf(facts);
  const fix = editFlow(facts, 'Edit the chain');
  if (primary === null) return { ok: false, text: 'Nothing in the chain is switched on.', fix };
  const able = callable(facts);
  const elsewhere = able.find(({ vendor }) => vendor.id !== primary.vendor.id);
  if (elsewhere !== undefined) {
    const text = `${primary.slug} is at ${primary.vendor.name}, ${elsewhere.slug} at ${elsewhere.vendor.name}.`;
    return { ok: true, text, fix: null };
  }
  const names = able.map(({ slug }) => slug);
  const where = primary.vendor.name;
  const text =
    names.length > 1
      ? `${allOf(names)} are ${names.length === 2 ? 'both' : 'all'} at ${where}. Other regions and accounts there do not help when ${where} itself is down.`
      : `When ${where} is down, nobody else can answer.`;
  return { ok: false, text, fix };
}

/** Why a link cannot answer, as a clause; null: it can. */
function whyNot(facts: ReadinessFacts, link: ReadinessLink, before: readonly ReadinessLink[]): string | null {
  if (isBackupModel(facts, link) && facts.policy.mode === 'quality')
    return `${link.slug} is a backup model, which quality mode never serves`;
  if (link.unusable !== null) return `${link.slug} cannot be called, because ${link.unusable}`;
  const same = before.find(({ calls }) => calls === link.calls);
  return same === undefined ? null : `${link.slug} calls the same model at the same endpoint as ${same.slug}`;
}

function reasonsIn(facts: ReadinessFacts): string[] {
  const able = callable(facts);
  const links = facts.links.flatMap((link) => (able.includes(link) ? [] : (whyNot(facts, link, able) ?? [])));
  return [...links, ...facts.off.map((slug) => `${slug} is switched off`)];
}

function roleOf(facts: ReadinessFacts, link: ReadinessLink): string {
  return isBackupModel(facts, link) ? 'a backup model' : 'the same model';
}

/** In mixed mode a backup model is one for some requests only. */
function highStakes(facts: ReadinessFacts, rest: readonly ReadinessLink[]): string {
  const { mode, defaultStakes } = facts.policy;
  if (mode !== 'mixed' || rest.some((link) => !isBackupModel(facts, link))) return '';
  const which =
    defaultStakes === 'high'
      ? 'Requests that do not say that their stakes are low'
      : 'Requests of high stakes';
  return ` ${which} are refused then: the same model is nowhere else.`;
}
