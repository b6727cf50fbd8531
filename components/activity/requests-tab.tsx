'use client';

import { Select } from '@mantine/core';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { type ReactNode, useRef } from 'react';
import { REQUEST_OUTCOMES, type RequestRecord, requestRecordSchema } from '#lib/contract/records.ts';
import { errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { useFlows, useTargets } from '../api/resources.ts';
import { useRange } from '../shell/range.ts';
import { Panel, type PanelState } from '../ui/panel.tsx';
import classes from './activity.module.css';
import { FreshPill } from './fresh-pill.tsx';
import { isoBounds, rangeKey } from './range-query.ts';
import { RequestHeadRow, RequestRow } from './request-row.tsx';
import { outcomeWords } from './request-trail.ts';
import { ShowOlder } from './show-older.tsx';
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
  const { range } = useRange();
  const [filter] = useQueryStates(parsers);
  const requests = usePaged({
    queryKey: keys.requests,
    path: '/requests',
    item: requestRecordSchema,
    filter: { ...filter, range: rangeKey(range) },
    query: () => ({ ...filter, ...isoBounds(range, Date.now()) }),
    refreshMs: range.kind === 'relative' ? REFRESH_MS : false,
  });
  const { shown, fresh, show } = useFreshRows(requests.rows, JSON.stringify([filter, rangeKey(range)]));
  const { error, isPending, isFetchingNextPage, refetch, fetchNextPage } = requests.list;
  const filtered = Object.values(filter).some((value) => value !== null);
  const state: PanelState | null =
    error !== null
      ? {
          kind: 'failed',
          text: `The requests could not be read. ${errorMessage(error)}`,
          onRetry: () => void refetch(),
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
      <RequestList requests={shown} />
      <ShowOlder more={requests.more} reading={isFetchingNextPage} onMore={() => void fetchNextPage()} />
      <p className={classes.quiet}>
        Every failure and every failover is recorded, of plain successes a sample. No prompt or answer is
        kept.
      </p>
    </>
  );
}

function RequestList({ requests }: { requests: readonly RequestRecord[] }) {
  const list = useRef<HTMLOListElement>(null);
  useRowKeys(list);
  if (requests.length === 0) return null;
  return (
    <div className={classes.list}>
      <RequestHeadRow />
      <ol ref={list} className={classes.plainList} aria-label="Requests, newest first">
        {requests.map((request) => (
          <RequestRow key={request.id} request={request} />
        ))}
      </ol>
    </div>
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
