'use client';

import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { ReactNode } from 'react';
import { useProviders, useTargets } from '../api/resources.ts';
import classes from './activity.module.css';
import type { TimelineFilter } from './timeline.ts';

const KINDS = ['all', 'breaker', 'person'] as const;
const parsers = {
  kind: parseAsStringLiteral(KINDS).withDefault('all'),
  scope: parseAsString.withDefault(''),
  text: parseAsString.withDefault(''),
};

/** The timeline's filters as the URL has them; the time is the page's range. */
export function useTimelineFilter(): {
  filter: Omit<TimelineFilter, 'fromWallMs' | 'toWallMs'>;
  key: string;
} {
  const [filter] = useQueryStates(parsers);
  return { filter, key: `${filter.kind}|${filter.scope}|${filter.text}` };
}

/** `children` stand at the end of the row. */
export function TimelineFilters({ children }: { children: ReactNode }) {
  const [filter, set] = useQueryStates(parsers);
  return (
    <search className={classes.filters} aria-label="Filter the timeline">
      <SegmentedControl
        aria-label="Kind"
        value={filter.kind}
        onChange={(kind) => void set({ kind: KINDS.find((each) => each === kind) ?? 'all' })}
        data={[
          { value: 'all', label: 'Everything' },
          { value: 'breaker', label: 'Breakers' },
          { value: 'person', label: 'Actions' },
        ]}
      />
      <ScopeSelect value={filter.scope} onChange={(scope) => void set({ scope })} />
      <TextInput
        aria-label="Text"
        placeholder="Find text ( / )"
        data-shortcut="filter"
        value={filter.text}
        onChange={(event) => void set({ text: event.currentTarget.value })}
      />
      {children}
    </search>
  );
}

function ScopeSelect({ value, onChange }: { value: string; onChange: (scope: string) => void }) {
  const targets = useTargets().data ?? [];
  const providers = useProviders().data ?? [];
  const groups = [
    { group: 'Targets', items: targets.map((each) => each.slug) },
    { group: 'Endpoints', items: providers.flatMap((each) => each.endpoints.map((endpoint) => endpoint.id)) },
    {
      group: 'Providers',
      items: providers.map((each) => each.slug).filter((slug) => !targets.some((t) => t.slug === slug)),
    },
  ];
  return (
    <Select
      aria-label="Target, endpoint or provider"
      placeholder="Any target"
      clearable
      searchable
      value={value === '' ? null : value}
      data={groups}
      onChange={(scope) => onChange(scope ?? '')}
    />
  );
}
