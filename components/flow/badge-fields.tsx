'use client';

import { Button, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { BADGE_TEXT_MAX } from '#lib/contract/policy.ts';
import { AnsweredByBadge } from './answered-by-badge.tsx';
import { otherText } from './badge-language.ts';
import { BadgeLanguageField } from './badge-language-field.tsx';
import type { PolicyFieldsProps } from './policy-fields.ts';
import classes from './policy-form.module.css';

/** Whether users are told that a backup model answered, in which words and which language. */
export function BadgeFields({ draft, issues, onChange }: PolicyFieldsProps) {
  const { badge } = draft;
  const change = (own: Partial<typeof badge>) => onChange({ ...draft, badge: { ...badge, ...own } });
  return (
    <Stack gap={12}>
      <Switch
        label="Tell users when a backup model answered"
        description="Answers of the primary’s own model, from wherever, never carry it."
        checked={badge.on}
        onChange={(event) => change({ on: event.currentTarget.checked })}
      />
      <TextInput
        label="Badge text"
        lang={badge.language}
        dir="auto"
        value={badge.text}
        maxLength={BADGE_TEXT_MAX}
        error={issues.get('badge.text')}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
      <BadgeLanguageField badge={badge} issue={issues.get('badge.language')} onChange={change} />
      {issues.has('badge.language') ? null : <OtherLanguage badge={badge} onChange={change} />}
      <BadgePreview badge={badge} />
    </Stack>
  );
}

type Badge = PolicyFieldsProps['draft']['badge'];

/** Says that the text is in another language than the badge, and offers the one that fits. */
function OtherLanguage({ badge, onChange }: { badge: Badge; onChange: (own: Partial<Badge>) => void }) {
  const other = otherText(badge);
  if (other === null) return null;
  const { suggestion } = other;
  if (suggestion === null) {
    return (
      <Text size="xs" c="dimmed">
        The text is not in this language, which has no default: write it in your own words.
      </Text>
    );
  }
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        The text is not in this language.
      </Text>
      <Button variant="default" size="xs" onClick={() => onChange({ text: suggestion })}>
        Use “<bdi lang={badge.language}>{suggestion}</bdi>”
      </Button>
    </div>
  );
}

function BadgePreview({ badge }: { badge: Badge }) {
  const { text, language } = badge;
  const facts = useMemo(() => ({ badge: text.trim() || '…', badgeLanguage: language }), [text, language]);
  return (
    <figure className={classes.preview}>
      <figcaption>As the product’s user would see it</figcaption>
      <div className={classes.bubble}>Your parcel left Rotterdam this morning and arrives tomorrow.</div>
      {badge.on ? (
        // Out of reach and unheard: what it says is in the fields, and it would speak with every letter typed.
        <div inert>
          <AnsweredByBadge switchyard={facts} onAskAgain={NOTHING} />
        </div>
      ) : (
        <Text size="xs" c="dimmed">
          No badge: nothing tells users who answered.
        </Text>
      )}
    </figure>
  );
}

const NOTHING = () => {};
