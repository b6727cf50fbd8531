import type { ReplayInput } from '#lib/contract/replay.ts';

export const SPANS = ['1h', '6h', '24h'] as const;
export type Span = (typeof SPANS)[number];

const HOUR_MS = 3_600_000;
export const SPAN_MS: Readonly<Record<Span, number>> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
};
export const SPAN_WORDS: Readonly<Record<Span, string>> = {
  '1h': 'the last hour',
  '6h': 'the last 6 hours',
  '24h': 'the last 24 hours',
};

/** What a replay was, or would be, about. */
export interface Asked {
  span: Span;
  /** The number of the version in force. */
  published: number;
  draft: ReplayInput['draft'];
}

/** Why a result is not about what is on the screen any more; null: it is. */
export function staleWords(ran: Asked, now: Asked): string | null {
  if (ran.published !== now.published) return 'Another version is in force since: run it again.';
  if (JSON.stringify(ran.draft) !== JSON.stringify(now.draft))
    return 'The draft has changed since: run it again.';
  if (ran.span !== now.span)
    return `This was ${SPAN_WORDS[ran.span]}: run it again for ${SPAN_WORDS[now.span]}.`;
  return null;
}
