'use client';

import { useSortable } from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon, Input, Switch } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconArrowDown,
  IconArrowUp,
  IconGripVertical,
  IconX,
} from '@tabler/icons-react';
import { BreakerSquare } from '../breaker/breaker-square.tsx';
import type { ChainLink } from '../breaker/chain-state.ts';
import { conditionText } from '../breaker/state-meta.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { adapterWords } from './adapter-draft.ts';
import type { DraftEntry } from './chain-draft.ts';
import classes from './chain-editor.module.css';

export interface ChainRowProps {
  entry: DraftEntry;
  link: ChainLink;
  label: string;
  at: number;
  of: number;
  /** Server's wall clock, ms. */
  now: number | null;
  /** What is wrong with it; null: nothing. */
  issue: string | null;
  onMove: (to: number) => void;
  onEnable: (enabled: boolean) => void;
  /** Opens the rules for prompts that go to it. */
  onAdapt: () => void;
  onRemove: () => void;
}

/** One target of the chain being edited, with its live state and every way to move it. */
export function ChainRow(props: ChainRowProps) {
  const { entry, link, label, at, of, now, issue } = props;
  const rules = adapterWords(entry.adapter);
  const { setNodeRef, attributes, listeners, transform, transition, isDragging, setActivatorNodeRef } =
    useSortable({
      id: entry.target,
      attributes: { roleDescription: 'draggable target' },
    });
  const style = { transform: CSS.Translate.toString(transform), transition };
  return (
    <li
      ref={setNodeRef}
      style={style}
      className={classes.row}
      data-dragging={isDragging}
      data-off={!entry.enabled}
      data-testid={`chain-${entry.target}`}
    >
      <button
        ref={setActivatorNodeRef}
        type="button"
        className={classes.handle}
        {...attributes}
        {...listeners}
        aria-label={`Drag ${label}, position ${at + 1} of ${of}`}
      >
        <IconGripVertical size={16} aria-hidden />
      </button>
      <span className={classes.square}>
        <BreakerSquare condition={link.condition} live={link.carrying} />
      </span>
      <div className={classes.who}>
        <div className={classes.name}>
          <SharedLink href={`/targets/${encodeURIComponent(entry.target)}`} className="sy-link">
            {label}
          </SharedLink>
          <span className={classes.role}>
            {at + 1}. {ROLE_WORDS[link.role]}
          </span>
        </div>
        <div className={`${classes.note} sy-live`}>
          <span className="sy-mono">{entry.target}</span> · {link.carrying ? 'carrying · ' : ''}
          {conditionText(link.condition, link.deciding, now)}
        </div>
        {rules.length === 0 ? null : <div className={classes.note}>Prompt rules: {rules.join('; ')}</div>}
        {issue === null ? null : <Input.Error>{issue}</Input.Error>}
      </div>
      <RowControls {...props} />
    </li>
  );
}

const ROLE_WORDS: Readonly<Record<ChainLink['role'], string>> = {
  primary: 'primary',
  alternate: 'alternate: same model',
  backup: 'backup model',
  disabled: 'disabled',
};

function RowControls({ entry, label, at, of, onMove, onEnable, onAdapt, onRemove }: ChainRowProps) {
  return (
    <div className={classes.controls}>
      <Switch
        size="sm"
        checked={entry.enabled}
        onChange={(event) => onEnable(event.currentTarget.checked)}
        aria-label={`${label} enabled`}
        mr={4}
      />
      <ActionIcon
        variant={entry.adapter === null ? 'default' : 'light'}
        aria-label={`Prompt rules for ${label}`}
        title="Prompt rules"
        onClick={onAdapt}
      >
        <IconAdjustmentsHorizontal size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label={`Move up ${label}`}
        title="Move up"
        disabled={at === 0}
        onClick={() => onMove(at - 1)}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label={`Move down ${label}`}
        title="Move down"
        disabled={at === of - 1}
        onClick={() => onMove(at + 1)}
      >
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        aria-label={`Remove ${label}`}
        title={of === 1 ? 'A chain needs at least one target' : 'Remove'}
        disabled={of === 1}
        onClick={onRemove}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}
