import { publishReasonSchema } from '#lib/contract/flow-editing.ts';

/** Beginnings of reasons, each long enough by itself. */
export const PUBLISH_PICKS = [
  'Provider incident',
  'Planned change',
  'Cost or quality',
  'Test of the failover',
];
export const ROLL_BACK_PICKS = ['Worse than before', 'Published by mistake', 'The incident is over'];

/** What is wrong with a reason; null: nothing. */
export function reasonFault(reason: string): string | null {
  return publishReasonSchema.safeParse(reason).error?.issues[0]?.message ?? null;
}
