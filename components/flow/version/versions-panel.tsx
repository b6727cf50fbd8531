'use client';

import { Button } from '@mantine/core';
import { parseAsInteger, useQueryState } from 'nuqs';
import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import { type FlowVersion, flowVersionSchema } from '#lib/contract/flow-editing.ts';
import { ShowOlder } from '../../activity/show-older.tsx';
import { usePaged } from '../../activity/use-paged.ts';
import { errorMessage } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { formatActor } from '../../ui/format.ts';
import { Instant } from '../../ui/instant.tsx';
import { Panel, type PanelState } from '../../ui/panel.tsx';
import { type TargetIndex, targetLabel } from '../target-label.ts';
import { pointerWords } from './pointer-words.ts';
import { RollBackDialog } from './roll-back-dialog.tsx';
import classes from './version.module.css';
import { VersionDialog } from './version-dialog.tsx';

/** Everything that was ever in force for this flow, with the way back to it. */
export function VersionsPanel({ flow, targets }: { flow: FlowView; targets: TargetIndex }) {
  const [looked, look] = useQueryState('version', parseAsInteger);
  const [back, rollBack] = useState<number | null>(null);
  const { list, rows, more } = usePaged({
    queryKey: [...keys.flows, flow.slug, 'versions'],
    path: `/flows/${encodeURIComponent(flow.slug)}/versions`,
    item: flowVersionSchema,
    filter: {},
    query: () => ({}),
  });
  return (
    <Panel title="Versions" aside="none is ever changed" state={stateOf(list)}>
      <ol className={classes.list} aria-label="Versions, newest first">
        {rows.map((version) => (
          <VersionRow
            key={version.number}
            version={version}
            targets={targets}
            onLook={() => void look(version.number)}
            onRollBack={() => rollBack(version.number)}
          />
        ))}
      </ol>
      <ShowOlder more={more} reading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
      <VersionDialog
        flow={flow}
        targets={targets}
        number={looked}
        onClose={() => void look(null)}
        onRollBack={(number) => {
          void look(null);
          rollBack(number);
        }}
      />
      <RollBackDialog flow={flow} targets={targets} number={back} onClose={() => rollBack(null)} />
    </Panel>
  );
}

function stateOf(list: ReturnType<typeof usePaged>['list']): PanelState {
  if (list.data !== undefined) return { kind: 'ready' };
  if (list.error === null) return { kind: 'loading' };
  const text = `The versions could not be read. ${errorMessage(list.error)}`;
  return { kind: 'failed', text, onRetry: () => void list.refetch() };
}

interface VersionRowProps {
  version: FlowVersion;
  targets: TargetIndex;
  onLook: () => void;
  onRollBack: () => void;
}

function VersionRow({ version, targets, onLook, onRollBack }: VersionRowProps) {
  const { number, live, publishedAtWallMs, publishedBy, reason } = version;
  const words = pointerWords(version.changes, (slug) => targetLabel(targets, slug));
  return (
    <li>
      <div>
        <div className={classes.head}>
          <span className={classes.number}>Version {number}</span>
          {live ? <span className={classes.live}>in force</span> : null}
          <span className={classes.by}>
            {formatActor(publishedBy)}, <Instant at={publishedAtWallMs} form="ago" />
          </span>
        </div>
        <p className={classes.why}>{reason ?? <span className={classes.by}>no reason given</span>}</p>
        {words.length === 0 ? null : (
          <ul className={classes.what}>
            {words.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
      </div>
      <div className={classes.buttons}>
        <Button size="compact-sm" variant="default" onClick={onLook}>
          Look at<span className="sy-hidden"> version {number}</span>
        </Button>
        {live ? null : (
          <Button size="compact-sm" variant="default" onClick={onRollBack}>
            Roll back<span className="sy-hidden"> to version {number}</span>…
          </Button>
        )}
      </div>
    </li>
  );
}
