'use client';

import { Tabs } from '@mantine/core';
import Link from 'next/link';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { RequestsTab } from '#components/activity/requests-tab.tsx';
import { TimelineTab } from '#components/activity/timeline-tab.tsx';
import { CLASSES_HREF } from '#components/failure/class-words.ts';
import { PageHead } from '#components/flow/page-head.tsx';
import touch from '#components/flow/touch.module.css';
import { PRESET_WORDS, useRange } from '#components/shell/range.ts';

const TABS = ['timeline', 'requests'] as const;

/** What happened: to breakers, by people, and to requests. Filters live in the URL and survive changing tabs. */
export function ActivityView() {
  const [tab, setTab] = useQueryState(
    'tab',
    parseAsStringLiteral(TABS).withDefault('timeline').withOptions({ history: 'push' }),
  );
  const { range } = useRange();
  const when = range.kind === 'relative' ? PRESET_WORDS[range.preset].toLowerCase() : 'chosen range';
  return (
    <div className={touch.touch}>
      <PageHead
        title="Activity"
        actions={
          <Link className="sy-link" href={CLASSES_HREF}>
            Failure classes
          </Link>
        }
        sentence={`What breakers did, what people changed and how requests went, in the ${when}.`}
      />
      <Tabs
        value={tab}
        onChange={(next) => void setTab(TABS.find((each) => each === next) ?? 'timeline')}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
          <Tabs.Tab value="requests">Requests</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="timeline">
          <TimelineTab />
        </Tabs.Panel>
        <Tabs.Panel value="requests">
          <RequestsTab />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
