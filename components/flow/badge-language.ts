import { BADGE_TEXTS, defaultBadgeText, isDefaultBadgeText } from '#lib/contract/badge-texts.ts';
import type { Policy } from '#lib/contract/policy.ts';

type Badge = Policy['badge'];
const NAMES = new Intl.DisplayNames(['en'], { type: 'language' });
const nameOf = (tag: string): string => NAMES.of(tag) ?? tag;

/** The languages that have a default text, by their names. */
export const BADGE_LANGUAGES: readonly string[] = Object.keys(BADGE_TEXTS).sort((a, b) =>
  nameOf(a).localeCompare(nameOf(b), 'en'),
);

/** Another language; a text that is still a default one follows, one's own words stay. */
export function withLanguage(badge: Badge, language: string): Badge {
  const text = isDefaultBadgeText(badge.text) ? defaultBadgeText(language) : null;
  return { ...badge, language, text: text ?? badge.text };
}

/** A default text in another language than the badge's: what it could say instead; null when there is nothing to mend. */
export function otherText({ text, language }: Badge): { suggestion: string | null } | null {
  const suggestion = defaultBadgeText(language);
  if (!isDefaultBadgeText(text) || suggestion === text.trim()) return null;
  return { suggestion };
}

/** `German`; the tag itself when it names no language that has a default text. */
export function languageName(tag: string): string {
  return BADGE_LANGUAGES.includes(tag) ? nameOf(tag) : tag;
}

/** Every language while nothing is being looked for, else those whose tag or name begins so. */
export function matchingLanguages<T extends { value: string }>(options: readonly T[], search: string): T[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '' || options.some(({ value }) => value.toLowerCase() === wanted)) return [...options];
  return options.filter(({ value }) =>
    [value, languageName(value)].some((word) => word.toLowerCase().startsWith(wanted)),
  );
}
