'use client';

import { Button, Select } from '@mantine/core';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { type ReactNode, useRef } from 'react';
import { REQUEST_OUTCOMES, requestRecordSchema } from '#lib/contract/records.ts';
import { errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { useFlows, useTargets } from '../api/resources.ts';
import { boundsOf, useRange } from '../shell/range.ts';
import { Panel, type PanelState } from '../ui/panel.tsx';
import classes from './activity.module.css';
import { FreshPill } from './fresh-pill.tsx';
import { RequestHeadRow, RequestRow } from './request-row.tsx';
import { outcomeWords } from './request-trail.ts';
import { useFreshRows } from './use-fresh-rows.ts';
import { usePaged } from './use-paged.ts';
import { useRowKeys } from './use-row-keys.ts';

const REFRESH_MS = 5_000;
const parsers = {
  flow: parseAsString,
  target: parseAsString,
  outcome: parseAsStringLiteral(REQUEST_OUTCOMES),
};

/** Recorded requests, newest first. */
export function RequestsTab() {
  const list = useRef<HTMLOListElement>(null);
  useRowKeys(list);
  const { range } = useRange();
  const [filter] = useQueryStates(parsers);
  const rangeKey = range.kind === 'absolute' ? `${range.fromMs}-${range.toMs}` : range.preset;
  const requests = usePaged({
    queryKey: keys.requests,
    path: '/requests',
    item: requestRecordSchema,
    filter: { ...filter, range: rangeKey },
    query: () => {
      const { fromMs, toMs } = boundsOf(range, Date.now());
      const to = range.kind === 'absolute' ? new Date(toMs).toISOString() : null;
      return { ...filter, from: new Date(fromMs).toISOString(), to };
    },
    refreshMs: range.kind === 'relative' ? REFRESH_MS : false,
  });
  const { shown, fresh, show } = useFreshRows(requests.rows, JSON.stringify([filter, rangeKey]));
  const { error, isPending } = requests.list;
  const filtered = Object.values(filter).some((value) => value !== null);
  const state: PanelState | null =
    error !== null
      ? {
          kind: 'failed',
          text: `The requests could not be read. ${errorMessage(error)}`,
          onRetry: () => void requests.list.refetch(),
        }
      : isPending
        ? { kind: 'loading' }
        : shown.length === 0
          ? { kind: 'none', text: `No request was recorded in this range${filtered ? ' that matches' : ''}.` }
          : null;
  return (
    <>
      <RequestFilters>
        <FreshPill fresh={fresh} onShow={show} />
      </RequestFilters>
      {state === null ? null : <Panel title="Requests" height={200} state={state} />}
      {shown.length === 0 ? null : (
        <div className={classes.list}>
          <RequestHeadRow />
          <ol ref={list} className={classes.plainList} aria-label="Requests, newest first">
            {shown.map((request) => (
              <RequestRow key={request.id} request={request} />
            ))}
          </ol>
        </div>
      )}
      {requests.more ? (
        <div className={classes.foot}>
          <Button
            variant="default"
            loading={requests.list.isFetchingNextPage}
            onClick={() => void requests.list.fetchNextPage()}
          >
            Show older
          </Button>
        </div>
      ) : null}
      <p className={classes.quiet}>
        Every failure and every failover is recorded, of plain successes a sample. No prompt or answer is
        kept.
      </p>
    </>
  );
}

/** `children` stand at the end of the row. */
function RequestFilters({ children }: { children: ReactNode }) {
  const [filter, set] = useQueryStates(parsers);
  const flows = useFlows().data ?? [];
  const targets = useTargets().data ?? [];
  return (
    <search className={classes.filters} aria-label="Filter the requests">
      <Select
        aria-label="Flow"
        placeholder="Any flow"
        data-shortcut="filter"
        clearable
        value={filter.flow}
        data={flows.map((flow) => ({ value: flow.slug, label: flow.name }))}
        onChange={(flow) => void set({ flow })}
      />
      <Select
        aria-label="Target"
        placeholder="Any target"
        clearable
        value={filter.target}
        data={targets.map((target) => target.slug)}
        onChange={(target) => void set({ target })}
      />
      <Select
        aria-label="Outcome"
        placeholder="Any outcome"
        clearable
        value={filter.outcome}
        data={REQUEST_OUTCOMES.map((outcome) => ({ value: outcome, label: outcomeWords(outcome) }))}
        onChange={(outcome) =>
          void set({ outcome: REQUEST_OUTCOMES.find((each) => each === outcome) ?? null })
        }
      />
      {children}
    </search>
  );
}
