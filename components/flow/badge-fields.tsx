'use client';

import { Stack, Switch, Text, TextInput } from '@mantine/core';
import { BADGE_TEXT_MAX } from '#lib/contract/policy.ts';
import { AnsweredByBadge } from './answered-by-badge.tsx';
import type { PolicyFieldsProps } from './policy-fields.ts';
import classes from './policy-section.module.css';

/** Whether users are told that a backup model answered, and in which words. */
export function BadgeFields({ draft, issues, onChange }: PolicyFieldsProps) {
  const { badge } = draft;
  return (
    <Stack gap={12}>
      <Switch
        label="Tell users when a backup model answered"
        description="Answers of the primary’s own model, from wherever, never carry it."
        checked={badge.on}
        onChange={(event) => onChange({ ...draft, badge: { ...badge, on: event.currentTarget.checked } })}
      />
      <TextInput
        label="Badge text"
        value={badge.text}
        maxLength={BADGE_TEXT_MAX}
        error={issues.get('badge.text')}
        onChange={(event) => onChange({ ...draft, badge: { ...badge, text: event.currentTarget.value } })}
      />
      <figure className={classes.preview}>
        <figcaption>As the product’s user would see it</figcaption>
        <div className={classes.bubble}>Your parcel left Rotterdam this morning and arrives tomorrow.</div>
        {badge.on ? (
          <AnsweredByBadge text={badge.text.trim() || '…'} />
        ) : (
          <Text size="xs" c="dimmed">
            No badge: nothing tells users who answered.
          </Text>
        )}
      </figure>
    </Stack>
  );
}
