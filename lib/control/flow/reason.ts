import { issuesOf } from '#lib/contract/errors.ts';
import { publishReasonSchema } from '#lib/contract/flow-editing.ts';
import { invalid } from '../config/document.ts';

/**
 * The reason that every published version carries, whatever way it comes in.
 * @throws ControlError `invalid` at `reason`
 */
export function requireReason(reason: string | null): string {
  const parsed = publishReasonSchema.safeParse(reason ?? undefined);
  if (parsed.success) return parsed.data;
  throw invalid(issuesOf(parsed.error.issues).map(({ message }) => ({ path: 'reason', message })));
}
