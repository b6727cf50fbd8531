import { describe, expect, test } from 'vitest';
import {
  BADGE_LANGUAGES,
  languageName,
  matchingLanguages,
  otherText,
  withLanguage,
} from '#components/flow/badge-language.ts';
import { patienceWords } from '#components/flow/patience-words.ts';
import { BADGE_TEXTS, defaultBadgeText } from '#lib/contract/badge-texts.ts';
import { BADGE_TEXT_MAX, policySchema } from '#lib/contract/policy.ts';

const { badge } = policySchema.parse({});

describe('the default texts', () => {
  test('are what a policy begins with, and each is a badge that a policy may have', () => {
    expect(badge.text).toBe(defaultBadgeText(badge.language));
    for (const [language, text] of Object.entries(BADGE_TEXTS)) {
      expect(policySchema.safeParse({ badge: { on: true, text, language } }).success).toBe(true);
      expect(text.length).toBeLessThanOrEqual(BADGE_TEXT_MAX);
    }
  });

  test('are found by the nearest tag, however it is written', () => {
    expect(defaultBadgeText('de-CH')).toBe(BADGE_TEXTS.de);
    expect(defaultBadgeText('PT-br')).toBe(BADGE_TEXTS.pt);
    expect(defaultBadgeText('zh-TW')).toBe(BADGE_TEXTS['zh-Hant']);
    expect(defaultBadgeText('zh-Hans-CN')).toBe(BADGE_TEXTS.zh);
    expect(defaultBadgeText('fi')).toBeNull();
    expect(defaultBadgeText('')).toBeNull();
  });
});

describe('another language for the badge', () => {
  test('brings its default text where the text was still a default', () => {
    const german = withLanguage(badge, 'de');
    expect(german).toMatchObject({ language: 'de', text: BADGE_TEXTS.de });
    expect(withLanguage(german, 'ja').text).toBe(BADGE_TEXTS.ja);
  });

  test('leaves one’s own words alone, and a default text where the language has none', () => {
    expect(withLanguage({ ...badge, text: 'Plan B said this' }, 'de').text).toBe('Plan B said this');
    expect(withLanguage(badge, 'fi').text).toBe(badge.text);
  });

  test('says when a default text is in another language, and what would fit', () => {
    expect(otherText(badge)).toBeNull();
    expect(otherText({ ...badge, language: 'en-GB' })).toBeNull();
    expect(otherText({ ...badge, language: 'fr' })).toEqual({ suggestion: BADGE_TEXTS.fr });
    expect(otherText({ ...badge, language: 'fi' })).toEqual({ suggestion: null });
    expect(otherText({ ...badge, language: 'fi', text: 'Varamalli vastasi' })).toBeNull();
  });

  test('is looked for by tag and by name; a chosen one hides none of the others', () => {
    const options = BADGE_LANGUAGES.map((value) => ({ value }));
    const found = (search: string) => matchingLanguages(options, search).map(({ value }) => value);
    expect(found('ger')).toEqual(['de']);
    expect(found('Jap')).toEqual(['ja']);
    expect(found('de')).toHaveLength(options.length);
    expect(found('xx')).toEqual([]);
    expect(languageName('de')).toBe('German');
    expect(languageName('not a tag')).toBe('not a tag');
  });
});

describe('patience with the primary', () => {
  test('says what it costs, and that there is none', () => {
    expect(patienceWords({ seconds: 4, retries: 2 })).toMatch(/up to 4 s longer.*up to 2 more calls/);
    expect(patienceWords({ seconds: 4, retries: 1 })).toContain('1 more call ');
    expect(patienceWords({ seconds: 0, retries: 0 })).toMatch(/^None/);
    expect(patienceWords({ seconds: '', retries: 1 })).toMatch(/^None/);
  });
});
