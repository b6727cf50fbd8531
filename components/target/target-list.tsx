'use client';

import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter, IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useProviders, useTargets } from '../api/resources.ts';
import { useLiveState, useServerNow } from '../live/hooks.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { plural } from '../ui/format.ts';
import { Panel, type PanelState } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import { useSettled } from '../ui/use-settled.ts';
import { TargetDrawer } from './target-drawer.tsx';
import classes from './target-list.module.css';
import { useTargetListState } from './target-list-state.ts';
import { targetGroups } from './target-rows.ts';
import { TargetTable } from './target-table.tsx';

/** Every provider, endpoint and target with its state now, and the same actions on each. */
export function TargetList() {
  const [list, setList] = useTargetListState();
  const [adding, { open, close }] = useDisclosure(false);
  const providers = useProviders();
  const targets = useTargets();
  const live = useLiveState();
  const settled = useSettled(live, `${list.sort}${list.desc}${list.q}${list.show}${live.ready}`, 10_000);
  const { breakers, targets: pulses } = settled.value;
  const now = useServerNow();
  const groups = useMemo(
    () =>
      targetGroups({
        providers: providers.data ?? [],
        targets: targets.data ?? [],
        breakers,
        pulses,
        now,
        query: list.q,
        sort: list.sort,
        descending: list.desc,
        overridesOnly: list.show === 'overrides',
      }),
    [providers.data, targets.data, breakers, pulses, now, list],
  );
  const state = panelState(
    targets.data === undefined ? targets : providers,
    emptyState(groups.length, targets.data?.length ?? 0),
  );
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1 className={classes.title}>Targets</h1>
        <p className={classes.sub}>
          {targets.data === undefined
            ? ' '
            : `${plural(targets.data.length, 'target')} at ${plural(providers.data?.length ?? 0, 'provider')}. Each has its own breaker; endpoints and providers have theirs above it.`}
        </p>
        <TextInput
          data-shortcut="filter"
          aria-label="Filter targets"
          placeholder="Filter by name, model or flow"
          leftSection={<IconFilter size={15} aria-hidden="true" />}
          value={list.q}
          onChange={(event) => void setList({ q: event.currentTarget.value || null })}
          className={classes.filter}
        />
        <SegmentedControl
          aria-label="Which to show"
          value={list.show}
          onChange={(value) => void setList({ show: value === 'overrides' ? 'overrides' : null })}
          data={[
            { value: 'all', label: 'All' },
            { value: 'overrides', label: 'Overridden' },
          ]}
        />
        <Button leftSection={<IconPlus size={15} aria-hidden="true" />} onClick={open}>
          Add target
        </Button>
      </div>
      <Panel title="By provider" state={state} height={420} flush>
        <div {...settled.hover}>
          <TargetTable
            groups={groups}
            sort={list.sort}
            descending={list.desc}
            onSort={(part) => void setList(part)}
          />
        </div>
      </Panel>
      <TargetDrawer opened={adding} onClose={close} target={null} />
    </div>
  );
}

function emptyState(shown: number, all: number): PanelState | null {
  if (shown > 0) return null;
  if (all === 0) {
    return {
      kind: 'never',
      text: 'No target yet. A target is one model at one endpoint of a provider.',
      action: (
        <SharedLink className="sy-link" href="/add-provider">
          Add a provider and choose its models
        </SharedLink>
      ),
    };
  }
  return { kind: 'none', text: 'No target matches this filter.' };
}
