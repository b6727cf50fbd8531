'use client';

import { Autocomplete } from '@mantine/core';
import type { Policy } from '#lib/contract/policy.ts';
import { BADGE_LANGUAGES, languageName, matchingLanguages, withLanguage } from './badge-language.ts';

interface BadgeLanguageFieldProps {
  badge: Policy['badge'];
  issue: string | undefined;
  onChange: (badge: Policy['badge']) => void;
}

/** The language of the badge's text: any tag, the usual ones to choose from. */
export function BadgeLanguageField({ badge, issue, onChange }: BadgeLanguageFieldProps) {
  return (
    <Autocomplete
      label="Language"
      description="For the badge’s own words and for screen readers. A text that is still the default changes with it."
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data={[...BADGE_LANGUAGES]}
      value={badge.language}
      error={issue}
      autoCapitalize="none"
      spellCheck={false}
      maxDropdownHeight={280}
      filter={({ options, search }) =>
        matchingLanguages(
          options.flatMap((option) => ('group' in option ? [] : [option])),
          search,
        )
      }
      renderOption={({ option }) => `${languageName(option.value)} (${option.value})`}
      onChange={(language) => onChange(withLanguage(badge, language))}
    />
  );
}
