'use client';

import { Button, Tooltip } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { StateIcon } from '../breaker/state-icon.tsx';
import { useBreakerActions } from '../breaker/use-breaker-actions.ts';
import { useFreshness } from '../live/hooks.ts';
import { NotReadyList } from '../readiness/not-ready-list.tsx';
import { SharedLink } from '../shell/shared-link.tsx';
import { Panel, type PanelState } from '../ui/panel.tsx';
import type { AttentionAction, AttentionItem } from './attention.ts';
import classes from './overview.module.css';

/** What wants a person, worst first, each with its one likely action. */
export function AttentionList(props: { items: readonly AttentionItem[]; state: PanelState; height: number }) {
  const { items, state, height } = props;
  const { stale } = useFreshness();
  return (
    <Panel
      title="Needs attention"
      aside={items.length === 0 || state.kind !== 'ready' ? undefined : `${items.length}`}
      state={state}
      height={height}
      scroll
    >
      {items.length === 0 ? (
        <p className={classes.clear}>
          <IconCircleCheck size={18} stroke={1.6} aria-hidden="true" />
          All clear. Nothing needs a person now.
        </p>
      ) : (
        <ul className={`${classes.attention} sy-live`} data-stale={stale}>
          {items.map((item) => (
            <AttentionRow key={item.key} item={item} />
          ))}
        </ul>
      )}
      <NotReadyList />
    </Panel>
  );
}

function AttentionRow({ item }: { item: AttentionItem }) {
  return (
    <li className={classes.attentionRow}>
      <StateIcon condition={item.condition} />
      <span className={classes.attentionText}>
        <SharedLink href={item.href} className={classes.attentionTitle}>
          {item.title}
        </SharedLink>{' '}
        <span>{item.text}</span>
      </span>
      <LikelyAction action={item.action} />
    </li>
  );
}

function LikelyAction({ action }: { action: AttentionAction }) {
  if (action.type === 'link') {
    return (
      <Button component={SharedLink} href={action.href} size="compact-sm" variant="default">
        {action.label}
      </Button>
    );
  }
  return <LikelyBreakerAction action={action} />;
}

function LikelyBreakerAction({ action }: { action: Extract<AttentionAction, { type: 'breaker' }> }) {
  const { available, run, pending } = useBreakerActions({ scope: action.scope, id: action.id });
  const found = available.find((candidate) => candidate.action === action.action);
  if (found === undefined) return null;
  return (
    <Tooltip label={found.refusal ?? ''} disabled={found.refusal === null}>
      <Button
        size="compact-sm"
        variant="default"
        loading={pending === action.action}
        aria-disabled={found.refusal !== null}
        data-disabled={found.refusal !== null || undefined}
        onClick={() => {
          if (found.refusal === null) run(action.action);
        }}
      >
        {found.label}
        <span className="sy-hidden"> {action.id}</span>
      </Button>
    </Tooltip>
  );
}
