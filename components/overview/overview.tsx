'use client';

import { Skeleton } from '@mantine/core';
import { useMemo } from 'react';
import type { FlowView, TargetView } from '#lib/contract/api.ts';
import { useEvents, useFlows, useProviders, useStatus, useTargets } from '../api/resources.ts';
import { OneLine } from '../breaker/one-line.tsx';
import { DraftSign } from '../flow/draft-sign.tsx';
import { useLiveState, useServerNow } from '../live/hooks.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { BreakSomethingButton } from '../simulator/break-something.tsx';
import { Panel, type PanelState } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import { attentionItems } from './attention.ts';
import { AttentionList } from './attention-list.tsx';
import classes from './overview.module.css';
import { OverviewCharts } from './overview-charts.tsx';
import { TargetTiles } from './target-tiles.tsx';
import { VerdictLine } from './verdict-line.tsx';
import { WhatChanged } from './what-changed.tsx';

const NO_TARGETS: readonly TargetView[] = [];
const ONE_ROW = 5;
const NO_FLOWS: readonly FlowView[] = [];

/** Is traffic being served, what is broken, what changed, what do I press: in that order. */
export function Overview() {
  const flows = useFlows();
  const targets = useTargets();
  const providers = useProviders();
  const status = useStatus();
  const events = useEvents({ limit: 200 });
  const live = useLiveState();
  const now = useServerNow();
  const bySlug = useMemo(
    () => new Map((targets.data ?? NO_TARGETS).map((target) => [target.slug, target])),
    [targets.data],
  );
  const { breakers, gateway } = live;
  const rows = flows.data ?? NO_FLOWS;
  const items = attentionItems({
    flows: rows,
    targets: bySlug,
    providers: providers.data ?? [],
    breakers,
    gateway,
    now,
  });
  const lists = flows.data === undefined ? flows : targets;
  const state = live.ready ? panelState(lists) : { kind: 'loading' as const };
  const flowsState = rows.length === 0 && state.kind === 'ready' ? firstSteps(bySlug.size > 0) : state;
  const height = Math.min(4, Math.max(2, rows.length || 3)) * 75 - 6;
  // One row of tiles leaves room for taller charts; with two, all of it still fits a small laptop.
  const chartHeight = (targets.data?.length ?? 0) > ONE_ROW ? 106 : 150;
  return (
    <div className={classes.page}>
      <div className={classes.top}>
        <VerdictLine flows={rows} targets={bySlug} ready={live.ready && flows.data !== undefined} />
        {status.data?.demo && <BreakSomethingButton />}
      </div>
      <Panel title="Flows" state={flowsState} className={classes.flows} height={height}>
        <div className={classes.lines}>
          {rows.map((flow) => (
            <OneLine
              key={flow.slug}
              flow={flow}
              targets={bySlug}
              head={
                <SharedLink href={`/flows/${flow.slug}`} className={classes.plain}>
                  {flow.slug}
                </SharedLink>
              }
              note={<DraftSign flow={flow} />}
              renderName={(link) => (
                <SharedLink href={`/targets/${link.slug}`} className={classes.plain}>
                  {link.slug}
                </SharedLink>
              )}
            />
          ))}
        </div>
      </Panel>
      <div className={classes.attentionArea}>
        <AttentionList items={items} state={state} height={height} />
      </div>
      <section aria-label="Targets" className={classes.tilesArea}>
        {targets.data === undefined || !live.ready ? (
          <Skeleton height={156} />
        ) : (
          <TargetTiles targets={targets.data} breakers={breakers} now={now} />
        )}
      </section>
      <OverviewCharts transitions={events.data?.items ?? []} height={chartHeight} />
      <WhatChanged events={events} height={chartHeight + 26} />
    </div>
  );
}

/** Where a workspace without a flow begins: each step a link. A target that is there already only lacks its flow. */
function firstSteps(hasTargets: boolean): PanelState {
  return {
    kind: 'never',
    text: 'Two steps to the first answer:',
    action: (
      <ol className={classes.steps}>
        <li>
          {hasTargets ? (
            <>
              <Step href="/flows">Create a flow</Step>, the name that applications send as their model.
            </>
          ) : (
            <>
              <Step href="/add-provider">Add a provider</Step>, the account at a vendor: its key is tested,
              and the models that you choose become targets of a flow.
            </>
          )}
        </li>
        <li>
          <Step href="/settings">Create an API key</Step>, and call.
        </li>
      </ol>
    ),
  };
}

function Step({ href, children }: { href: string; children: string }) {
  return (
    <SharedLink className="sy-link" href={href}>
      {children}
    </SharedLink>
  );
}
