'use client';

import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ProviderView } from '#lib/contract/api.ts';
import { BreakerMenu } from '../breaker/action-buttons.tsx';
import { StateBadge } from '../breaker/state-badge.tsx';
import { Sparkline } from '../chart/sparkline.tsx';
import { useFreshness, useTargetPulse } from '../live/hooks.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatLatency, formatRate, formatShare } from '../ui/format.ts';
import classes from './target-list.module.css';
import type { ProviderGroup, Sort, TargetRow } from './target-rows.ts';

interface Props {
  groups: readonly ProviderGroup[];
  sort: Sort;
  descending: boolean;
  onSort: (part: { sort: Sort | null; desc: boolean | null }) => void;
}

const COLUMNS: readonly { sort: Sort; label: string; className?: string; worstFirst: boolean }[] = [
  { sort: 'name', label: 'Target', worstFirst: false },
  { sort: 'state', label: 'State', worstFirst: true },
  { sort: 'rate', label: 'req/s', className: 'num', worstFirst: true },
  { sort: 'errors', label: 'Errors', className: 'num', worstFirst: true },
  { sort: 'p95', label: 'p95', className: 'num', worstFirst: true },
];
const WIDE: readonly Sort[] = ['rate', 'errors', 'p95'];

export function TargetTable({ groups, sort, descending, onSort }: Props) {
  const { stale } = useFreshness();
  return (
    <div className={classes.scroll}>
      <table className={classes.table} data-stale={stale}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <SortHeader
                key={column.sort}
                column={column}
                current={sort}
                descending={descending}
                onSort={onSort}
              />
            ))}
            <th scope="col" className={classes.wide}>
              Last 5 min
            </th>
            <th scope="col" className={classes.wide}>
              Flows
            </th>
            <th scope="col">
              <span className="sy-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        {groups.map((group) => (
          <Group key={group.provider.slug} group={group} />
        ))}
      </table>
    </div>
  );
}

function SortHeader(props: {
  column: (typeof COLUMNS)[number];
  current: Sort;
  descending: boolean;
  onSort: Props['onSort'];
}) {
  const { column, current, descending, onSort } = props;
  const active = column.sort === current;
  const Arrow = descending ? IconArrowDown : IconArrowUp;
  const wide = WIDE.includes(column.sort) ? classes.wide : '';
  return (
    <th
      scope="col"
      className={`${column.className === undefined ? '' : classes.num} ${wide}`}
      aria-sort={active ? (descending ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        className={classes.sort}
        onClick={() => {
          const desc = active ? !descending : column.worstFirst;
          onSort({ sort: column.sort === 'name' ? null : column.sort, desc: desc || null });
        }}
      >
        {column.label}
        {active && <Arrow size={13} aria-hidden="true" />}
      </button>
    </th>
  );
}

function Group({ group }: { group: ProviderGroup }) {
  const { provider, endpoints, rows } = group;
  const several = provider.endpoints.length > 1;
  return (
    <tbody>
      <ScopeRow scope="provider" id={provider.slug} className={classes.provider}>
        <SharedLink href={`/providers/${provider.slug}`} className={classes.link}>
          {provider.name}
        </SharedLink>{' '}
        <span className={classes.model}>{provider.kind}</span>
      </ScopeRow>
      {endpoints.map((endpoint) => (
        <EndpointRows
          key={endpoint.id}
          endpoint={endpoint}
          rows={rows.filter((row) => row.target.endpointId === endpoint.id)}
          several={several}
        />
      ))}
    </tbody>
  );
}

function EndpointRows(props: {
  endpoint: ProviderView['endpoints'][number];
  rows: readonly TargetRow[];
  several: boolean;
}) {
  const { endpoint, rows } = props;
  return (
    <>
      <ScopeRow scope="endpoint" id={endpoint.id} className={classes.endpoint} indent={classes.indent1}>
        {endpoint.slug}{' '}
        {endpoint.region !== null && endpoint.region !== endpoint.slug && (
          <span className={classes.model}>{endpoint.region}</span>
        )}
      </ScopeRow>
      {rows.map((row) => (
        <TargetTableRow key={row.target.slug} row={row} />
      ))}
    </>
  );
}

function ScopeRow(props: {
  scope: 'provider' | 'endpoint';
  id: string;
  className: string | undefined;
  indent?: string | undefined;
  children: ReactNode;
}) {
  return (
    <tr className={props.className}>
      <th scope="row" className={props.indent}>
        {props.children}
      </th>
      <td>
        <StateBadge scope={props.scope} id={props.id} withNext />
      </td>
      <td colSpan={5} className={classes.wide} />
      <td className={classes.num}>
        <BreakerMenu scope={props.scope} id={props.id} />
      </td>
    </tr>
  );
}

function TargetTableRow({ row: { target } }: { row: TargetRow }) {
  const pulse = useTargetPulse(target.slug);
  return (
    <tr className={classes.row}>
      <th scope="row" className={classes.indent2}>
        <SharedLink href={`/targets/${target.slug}`} className={classes.link}>
          {target.slug}
        </SharedLink>{' '}
        <span className={classes.model}>{target.model}</span>
        <span className={`${classes.phone} sy-live`}>
          {pulse === undefined
            ? 'no calls yet'
            : `${formatRate(pulse.perSecond)} req/s, ${formatShare(pulse.errorShare)} errors`}
        </span>
      </th>
      <td>
        <StateBadge scope="target" id={target.slug} enabled={target.enabled} withNext />
      </td>
      <td className={`${classes.num} ${classes.wide} sy-live`}>
        {pulse === undefined ? '–' : formatRate(pulse.perSecond)}
      </td>
      <td className={`${classes.num} ${classes.wide} sy-live`}>{formatShare(pulse?.errorShare ?? null)}</td>
      <td className={`${classes.num} ${classes.wide} sy-live`}>{formatLatency(pulse?.p95Ms ?? null)}</td>
      <td className={`${classes.wide} sy-live`}>
        <Sparkline values={pulse?.spark ?? []} what={`Calls of ${target.slug} in 5 s over the last 5 min`} />
      </td>
      <td className={`${classes.wide} ${classes.flows}`} title={target.flows.join(', ')}>
        {target.flows.length === 0 ? 'none' : target.flows.join(', ')}
      </td>
      <td className={classes.num}>
        <BreakerMenu scope="target" id={target.slug} />
      </td>
    </tr>
  );
}
