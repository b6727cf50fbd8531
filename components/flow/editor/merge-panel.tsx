'use client';

import { Button, Group, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import type { FlowContent } from '../draft-content.ts';
import { type MergeField, merge, mergeFields, type Side, type ThreeWays } from '../merge.ts';
import { type TargetIndex, targetLabel } from '../target-label.ts';
import classes from './merge-panel.module.css';
import type { Clash } from './use-clash.ts';

interface MergePanelProps {
  clash: Clash;
  ways: ThreeWays;
  targets: TargetIndex;
  /** With the content that counts from now on. */
  onSettle: (content: FlowContent) => void;
}

/** Two people have changed one flow: field by field, what it was, what they made of it, what is here; and whose counts. */
export function MergePanel({ clash, ways, targets, onSettle }: MergePanelProps) {
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const fields = mergeFields(ways, (slug) => targetLabel(targets, slug));
  const conflicts = fields.filter(({ state }) => state === 'conflict');
  const open = conflicts.filter(({ path }) => !choices.has(path)).length;
  const chooseAll = (side: Side) => setChoices(new Map(conflicts.map(({ path }) => [path, side])));
  return (
    <section className={classes.panel} aria-labelledby="merge-title" tabIndex={-1} id="merge">
      <div role="alert">
        <h2 id="merge-title">{clash.title}</h2>
        <p>{clash.sentence} Your draft is kept as it is until you choose.</p>
      </div>
      <FieldList title="They changed, and you did not" fields={fields} state="theirs" side="theirs" />
      <FieldList title="You changed, and they did not" fields={fields} state="mine" side="mine" />
      {conflicts.length === 0 ? null : (
        <Stack gap={8}>
          <Group justify="space-between" gap={8}>
            <h3>Both of you changed</h3>
            <Group gap={6}>
              <Button size="compact-sm" variant="default" onClick={() => chooseAll('theirs')}>
                All theirs
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => chooseAll('mine')}>
                All mine
              </Button>
            </Group>
          </Group>
          {conflicts.map((field) => (
            <Conflict
              key={field.path}
              field={field}
              choice={choices.get(field.path) ?? null}
              onChoose={(side) => setChoices(new Map([...choices, [field.path, side]]))}
            />
          ))}
        </Stack>
      )}
      <Group gap={8}>
        <Button disabled={open > 0} onClick={() => onSettle(merge(ways, choices))}>
          {conflicts.length === 0 ? 'Take their changes into my draft' : 'Go on with this'}
        </Button>
        <Button variant="default" onClick={() => onSettle(ways.theirs)}>
          Drop my changes
        </Button>
        {open === 0 ? null : (
          <span className={classes.quiet}>
            {open === 1 ? 'One field is still to be chosen.' : `${open} fields are still to be chosen.`}
          </span>
        )}
      </Group>
    </section>
  );
}

function FieldList(props: {
  title: string;
  fields: readonly MergeField[];
  state: MergeField['state'];
  side: Side;
}) {
  const own = props.fields.filter(({ state }) => state === props.state);
  if (own.length === 0) return null;
  return (
    <div>
      <h3>{props.title}</h3>
      <ul className={classes.list}>
        {own.map((field) => (
          <li key={field.path}>
            {field.label}: {field.base} becomes {field[props.side]}.
          </li>
        ))}
      </ul>
    </div>
  );
}

function Conflict(props: { field: MergeField; choice: Side | null; onChoose: (side: Side) => void }) {
  const { field, choice, onChoose } = props;
  return (
    <Radio.Group
      className={classes.conflict}
      label={field.label}
      description={`It was: ${field.base}`}
      value={choice}
      onChange={(value) => onChoose(value === 'theirs' ? 'theirs' : 'mine')}
    >
      <div className={classes.sides}>
        <Radio value="theirs" label={`Theirs: ${field.theirs}`} />
        <Radio value="mine" label={`Mine: ${field.mine}`} />
      </div>
    </Radio.Group>
  );
}
