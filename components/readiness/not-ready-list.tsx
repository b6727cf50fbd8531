'use client';

import { SharedLink } from '../shell/shared-link.tsx';
import classes from './readiness.module.css';
import { ReadinessIcon } from './readiness-sign.tsx';
import { notReady } from './readiness-words.ts';
import { useReadiness } from './use-readiness.ts';

/** Flows that would not survive an outage of their provider; nothing at all while every flow would. */
export function NotReadyList() {
  const flows = notReady(useReadiness().data ?? []);
  if (flows.length === 0) return null;
  return (
    <section className={classes.notReady} aria-labelledby="not-ready">
      <h3 id="not-ready">Not ready for an outage</h3>
      <ul className={classes.list}>
        {flows.map(({ flow, text, more }) => (
          <li key={flow} className={classes.row}>
            <ReadinessIcon state="missing" />
            <span>
              <SharedLink href={`/flows/${flow}`}>{flow}</SharedLink> {text}
              {more > 0 && ` And ${more} more.`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
