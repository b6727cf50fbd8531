'use client';

import Link from 'next/link';
import { useRequests } from '../api/resources.ts';
import type { useRangeMetrics } from '../chart/use-range-metrics.ts';
import { ClassName } from '../failure/class-name.tsx';
import { CLASSES_HREF, failureClassOf } from '../failure/class-words.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatCount } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import { type ErrorClass, errorClasses } from './error-taxonomy.ts';
import classes from './target-detail.module.css';

interface Props {
  slug: string;
  metrics: ReturnType<typeof useRangeMetrics>;
}

/** Which errors, how many, and one of each to look at. */
export function TaxonomyPanel({ slug, metrics }: Props) {
  const requests = useRequests({ target: slug, limit: 100 }, 10_000);
  const outcomes = metrics.data?.series.find((series) => series.key === slug)?.outcomes ?? {};
  const found = errorClasses(outcomes, requests.data?.items ?? [], slug);
  const state = panelState(
    metrics.data === undefined ? metrics : requests,
    found.length === 0 ? { kind: 'none', text: 'No errors in this range.' } : null,
  );
  return (
    <Panel
      title="Errors by class"
      state={state}
      height={150}
      aside={
        <Link className="sy-link" href={CLASSES_HREF}>
          What do these mean?
        </Link>
      }
    >
      <table className={classes.errors}>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" className={classes.num}>
              In range
            </th>
            <th scope="col">Latest recorded</th>
          </tr>
        </thead>
        <tbody>
          {found.map((error) => (
            <ErrorRow key={error.name} error={error} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function ErrorRow({ error }: { error: ErrorClass }) {
  const { sample } = error;
  const name = failureClassOf(error.name);
  return (
    <tr>
      <th scope="row">{name === null ? error.words : <ClassName name={name} />}</th>
      <td className={classes.num}>{formatCount(error.count)}</td>
      <td>
        {sample === null ? (
          <span className={classes.dim}>none kept</span>
        ) : (
          <>
            <SharedLink
              className="sy-link"
              href={`/activity/requests/${encodeURIComponent(sample.requestId)}`}
            >
              <Instant at={sample.atWallMs} />
              <span className="sy-hidden"> request {sample.requestId}</span>
            </SharedLink>{' '}
            {sample.status ?? ''} <span className={classes.dim}>{sample.message}</span>
          </>
        )}
      </td>
    </tr>
  );
}
