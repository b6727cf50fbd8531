'use client';

import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';

export interface PartDraft<T> {
  value: T;
  dirty: boolean;
  /** Somebody else changed this part since the draft was begun: the part as it was then. */
  overtaken: T | null;
  change: (value: T) => void;
  /** Gives the draft up. */
  reset: () => void;
  /** Keeps the draft, now as a change of what is published. */
  rebase: () => void;
}

/** A local draft of one part of a flow. What others publish meanwhile never overwrites it. */
export function usePartDraft<T>(
  flow: FlowView,
  read: (flow: FlowView) => T,
  same: (a: T, b: T) => boolean,
): PartDraft<T> {
  const [draft, setDraft] = useState<{ base: T; value: T } | null>(null);
  const published = read(flow);
  const value = draft?.value ?? published;
  const dirty = draft !== null && !same(draft.value, published);
  return {
    value,
    dirty,
    overtaken: dirty && draft !== null && !same(draft.base, published) ? draft.base : null,
    change: (next) => setDraft({ base: draft?.base ?? published, value: next }),
    reset: () => setDraft(null),
    rebase: () => setDraft({ base: published, value }),
  };
}
