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

export function eventRepository(db: Prisma.TransactionClient) {
  return {
    async add(transition: BreakerTransition): Promise<BreakerEvent> {
      const { id: scopeId, atWallMs, window, errors, ...rest } = transition;
      const row = await db.breakerEvent.create({
        data: { ...rest, scopeId, at: new Date(atWallMs), window: toJson(window), errors: toJson(errors) },
      });
      return toEvent(row);
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
