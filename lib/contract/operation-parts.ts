import { z } from 'zod';
import { pageQuerySchema } from './api.ts';
import { slugSchema } from './slug.ts';

/** Lists are always `{items, nextCursor}`; null: that was the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const slugParams = z.strictObject({ slug: slugSchema });
export const idParams = z.strictObject({ id: z.string().min(1).max(200) });
export const pageQuery = pageQuerySchema;

/** What a Date can hold. */
const LAST_INSTANT_MS = 8_640_000_000_000_000;

/** An ISO instant or milliseconds since the epoch, as queries write it; in ms. */
export const instantQuery = z.string().transform((text, ctx) => {
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Math.abs(ms) <= LAST_INSTANT_MS) return ms;
  ctx.addIssue({
    code: 'custom',
    message: `"${text}" is neither an ISO instant nor milliseconds since 1970.`,
  });
  return z.NEVER;
});

const flag = z.enum(['true', 'false']);
export const flagQuery = flag.default('false').transform((value) => value === 'true');
