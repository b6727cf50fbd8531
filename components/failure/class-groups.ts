import type { FailureView } from '#lib/contract/failures.ts';
import { joinWords, plural } from '../ui/format.ts';
import { CLASS_WORDS, type FailureClass } from './class-words.ts';

export interface ClassGroup {
  title: string;
  classes: readonly FailureClass[];
}

/** In the order in which they want a person. */
export const CLASS_GROUPS: readonly ClassGroup[] = [
  {
    title: 'For you to mend',
    classes: ['auth', 'permission', 'provider_access_denied', 'quota_exhausted', 'model_not_found'],
  },
  {
    title: 'The provider is unwell',
    classes: [
      'overloaded',
      'server_error',
      'timeout',
      'connection',
      'protocol_violation',
      'model_output_invalid',
    ],
  },
  { title: 'The account’s limits', classes: ['rate_limited', 'rate_limited_too_big'] },
  {
    title: 'The request itself',
    classes: [
      'context_length_exceeded',
      'content_filtered',
      'unsupported_feature',
      'invalid_request',
      'payload_too_large',
      'state_not_portable',
      'client_abort',
    ],
  },
];

const NAMED = 3;
const WAITING = new Set<FailureClass>(CLASS_GROUPS[0]?.classes);

/** What came in the range, and whether somebody has to act. `when`: "last 24 hours". */
export function failureSentence(failures: readonly FailureView[], when: string): string {
  const came = failures.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count);
  if (came.length === 0) return `No attempt failed in the ${when}.`;
  const total = came.reduce((sum, { count }) => sum + count, 0);
  const named = came.slice(0, NAMED).map(({ class: name, count }) => `${count} ${titleInside(name)}`);
  const others = came.slice(NAMED).reduce((sum, { count }) => sum + count, 0);
  const list = joinWords(others === 0 ? named : [...named, `${others} of other kinds`]);
  const waiting = came.filter((failure) => WAITING.has(failure.class));
  const call =
    waiting.length === 0
      ? 'None of them waits for you.'
      : `${joinWords(waiting.map((failure) => CLASS_WORDS[failure.class].title))} ${waiting.length === 1 ? 'waits' : 'wait'} for you.`;
  return `${plural(total, 'attempt')} failed in the ${when}: ${list}. ${call}`;
}

function titleInside(name: FailureClass): string {
  const { title } = CLASS_WORDS[name];
  return `“${title.charAt(0).toLowerCase()}${title.slice(1)}”`;
}
