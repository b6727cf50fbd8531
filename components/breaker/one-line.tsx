'use client';

import type { CSSProperties, ReactNode, Ref } from 'react';
import type { FlowView, TargetView } from '#lib/contract/api.ts';
import { useBreakers, useFlowPulse, useFreshness, useServerNow } from '../live/hooks.ts';
import { formatRate, formatShare } from '../ui/format.ts';
import { BreakerSquare } from './breaker-square.tsx';
import { type ChainLink, chainState } from './chain-state.ts';
import { linkNote, linkWords } from './chain-words.ts';
import classes from './one-line.module.css';
import { CONDITIONS } from './state-meta.ts';

export interface OneLineProps {
  flow: FlowView;
  targets: ReadonlyMap<string, TargetView>;
  /** What stands at the line's beginning; default: the flow's name. */
  head?: ReactNode;
  /** Below the flow's rate. */
  note?: ReactNode;
  /** Replaces how a target is drawn, for editors: return a OneLineLink with more in it. */
  renderLink?: (props: OneLineLinkProps) => ReactNode;
  /** Makes a target's name a link or a button. */
  renderName?: (link: ChainLink) => ReactNode;
}

/** The signature diagram: the flow, its line, and each target hanging from the line behind its breaker. */
export function OneLine({ flow, targets, head, note, renderLink, renderName }: OneLineProps) {
  const breakers = useBreakers();
  const now = useServerNow();
  const pulse = useFlowPulse(flow.slug);
  const { stale } = useFreshness();
  const { links, carryingAt } = chainState({ flow, targets, breakers, now });
  return (
    <div className={classes.frame} data-stale={stale}>
      <div className={classes.diagram}>
        <div className={classes.flow} data-carrying={carryingAt !== null}>
          <span className={classes.flowName}>{head ?? flow.name}</span>
          <span className={`${classes.flowNote} sy-live`}>
            {pulse === undefined ? 'no traffic yet' : `${formatRate(pulse.perSecond)} req/s`}
          </span>
          {note}
        </div>
        <ol className={classes.links} aria-label={`Chain of ${flow.name}, in order`}>
          {links.map((link, at) => {
            const props: OneLineLinkProps = {
              link,
              at,
              of: links.length,
              carryingAt,
              now,
              share: shareOf(link.slug, pulse?.byTarget),
              ...(renderName === undefined ? {} : { name: renderName(link) }),
            };
            return renderLink === undefined ? <OneLineLink key={link.slug} {...props} /> : renderLink(props);
          })}
        </ol>
      </div>
    </div>
  );
}

export interface OneLineLinkProps {
  link: ChainLink;
  /** Position, from 0, and how many there are. */
  at: number;
  of: number;
  carryingAt: number | null;
  /** Server's wall clock, ms. */
  now: number | null;
  /** Its share of the flow's answers in the last minute; null: none were given. */
  share: number | null;
  name?: ReactNode;
  /** Below the note: switches, Move up and Move down. */
  children?: ReactNode;
  ref?: Ref<HTMLLIElement>;
  style?: CSSProperties;
}

/** One target hanging from the line; an item of the ordered list, in words to a screen reader. */
export function OneLineLink(props: OneLineLinkProps) {
  const { link, at, of, carryingAt, now, share, name, children, ref, style } = props;
  const live = carryingAt !== null && at <= carryingAt;
  return (
    <li
      ref={ref}
      style={style}
      className={classes.link}
      data-carrying={link.carrying}
      data-passable={link.passable}
      data-abnormal={CONDITIONS[link.condition].abnormal}
    >
      <span className={classes.lead} data-live={live} />
      <span className={classes.tail} data-live={carryingAt !== null && at < carryingAt} />
      <span className={classes.drop} />
      <span className={classes.square}>
        <BreakerSquare condition={link.condition} live={link.carrying} />
      </span>
      <span className={classes.name}>
        <span>{name ?? link.slug}</span>
      </span>
      <span className={classes.note} aria-hidden="true">
        {linkNote(link, now)}
        {share !== null && share > 0 && (
          <span className={`${classes.share} sy-live`}> · {formatShare(share)}</span>
        )}
      </span>
      <span className="sy-hidden">{linkWords(link, at, of, now)}</span>
      {children}
    </li>
  );
}

function shareOf(slug: string, byTarget: Readonly<Record<string, number>> | undefined): number | null {
  if (byTarget === undefined) return null;
  const total = Object.values(byTarget).reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : (byTarget[slug] ?? 0) / total;
}
