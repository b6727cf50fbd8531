import type { BreakerEvent, BreakerTransition } from '#lib/contract/breaker-view.ts';
import type { Prisma, BreakerEvent as Row } from './generated/client.ts';
import { fromJson, toJson } from './json.ts';
import { type Page, type PageQuery, pageOf } from './page.ts';

export interface EventFilter {
  scope?: string;
  scopeId?: string;
  fromWallMs?: number;
  toWallMs?: number;
}

/** One edge of a breaker, without why. */
export type EventEdge = Pick<
  BreakerTransition,
  'scope' | 'id' | 'atWallMs' | 'from' | 'to' | 'openForMs' | 'errors'
>;

export function eventRepository(db: Prisma.TransactionClient) {
  return {
    async add(transition: BreakerTransition): Promise<BreakerEvent> {
      const { id: scopeId, atWallMs, window, errors, ...rest } = transition;
      const row = await db.breakerEvent.create({
        data: { ...rest, scopeId, at: new Date(atWallMs), window: toJson(window), errors: toJson(errors) },
      });
      return toEvent(row);
    },
    /** What breakers did in [fromWallMs, toWallMs), oldest first: the latest `limit`, without the evidence but for its latest error. */
    async edges(query: { fromWallMs: number; toWallMs: number; limit: number }): Promise<EventEdge[]> {
      const rows = await db.breakerEvent.findMany({
        where: { at: { gte: new Date(query.fromWallMs), lt: new Date(query.toWallMs) } },
        select: { at: true, scope: true, scopeId: true, from: true, to: true, openForMs: true, errors: true },
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: query.limit,
      });
      return rows.reverse().map(({ at, scope, scopeId, from, to, openForMs, errors }) => ({
        atWallMs: at.getTime(),
        id: scopeId,
        // Written from the contract's unions only.
        scope: scope as BreakerTransition['scope'],
        from: from as BreakerTransition['from'],
        to: to as BreakerTransition['to'],
        openForMs,
        errors: fromJson<BreakerTransition['errors']>(errors).slice(0, 1),
      }));
    },
    /** Newest first. */
    async list(query: PageQuery & EventFilter): Promise<Page<BreakerEvent>> {
      const { scope, scopeId, fromWallMs, toWallMs } = query;
      const rows = await db.breakerEvent.findMany({
        where: {
          scope,
          scopeId,
          at: {
            gte: fromWallMs === undefined ? undefined : new Date(fromWallMs),
            lt: toWallMs === undefined ? undefined : new Date(toWallMs),
          },
          ...(query.before === null ? {} : { id: { lt: query.before } }),
        },
        orderBy: { id: 'desc' },
        take: query.limit + 1,
      });
      return pageOf(rows, query.limit, toEvent, (row) => String(row.id));
    },
  };
}

function toEvent(row: Row): BreakerEvent {
  return {
    eventId: String(row.id),
    id: row.scopeId,
    atWallMs: row.at.getTime(),
    scope: row.scope as BreakerTransition['scope'],
    from: row.from as BreakerTransition['from'],
    to: row.to as BreakerTransition['to'],
    reason: row.reason as BreakerTransition['reason'],
    why: row.why,
    generation: row.generation,
    openForMs: row.openForMs,
    window: fromJson<BreakerTransition['window']>(row.window),
    errors: fromJson<BreakerTransition['errors']>(row.errors),
  };
}
