'use client';

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import { EXCEPTABLE_ITEMS, type ExceptableItem, type ReadinessItem } from '#lib/contract/readiness.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { CallersField } from './callers-field.tsx';
import { ExceptionForm, WithdrawException } from './exception-form.tsx';
import classes from './readiness.module.css';
import { ReadinessSign } from './readiness-sign.tsx';

const exceptable = (id: ReadinessItem['id']): ExceptableItem | null =>
  EXCEPTABLE_ITEMS.find((one) => one === id) ?? null;

/** One item: its state, how it is, why it matters, and what can be done. */
export function ReadinessRow({ flow, item }: { flow: FlowView; item: ReadinessItem }) {
  const [explaining, setExplaining] = useState(false);
  const id = exceptable(item.id);
  const asks = explaining && item.state === 'missing';
  return (
    <li className={classes.item}>
      <ReadinessSign state={item.state} />
      <div className={classes.text}>
        <h3 className={classes.title}>{item.title}</h3>
        <p>{item.finding}</p>
        {item.exception === null ? (
          <p className={classes.why}>{item.why}</p>
        ) : (
          <p>On purpose: {item.exception}</p>
        )}
      </div>
      <div className={classes.actions}>
        <Fix flow={flow} item={item} />
        {id !== null && item.state === 'missing' && !asks && (
          <Button size="compact-sm" variant="default" onClick={() => setExplaining(true)}>
            On purpose…<span className="sy-hidden"> {item.title}</span>
          </Button>
        )}
        {id !== null && item.state === 'excepted' && (
          <WithdrawException flow={flow} item={id} title={item.title} />
        )}
      </div>
      {id !== null && asks && (
        <ExceptionForm flow={flow} item={id} title={item.title} onClose={() => setExplaining(false)} />
      )}
      {item.id === 'timeouts' && <CallersField key={flow.callerTimeoutSeconds} flow={flow} />}
    </li>
  );
}

/** Where it is mended; what this very row holds needs no link. */
function Fix({ flow, item }: { flow: FlowView; item: ReadinessItem }) {
  if (item.fix === null || item.fix.href.startsWith(`/flows/${flow.slug}#`)) return null;
  return (
    <Button component={SharedLink} href={item.fix.href} size="compact-sm" variant="default">
      {item.fix.label}
    </Button>
  );
}
