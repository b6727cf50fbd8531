'use client';

import { useState } from 'react';
import { type FreshSplit, splitFresh } from './fresh-rows.ts';

/** Holds rows back that came after the list was first read under these filters. `rows` are newest first. */
export function useFreshRows<T extends { atWallMs: number }>(
  rows: readonly T[],
  filterKey: string,
): FreshSplit<T> & { show: () => void } {
  const [frontier, setFrontier] = useState<{ key: string; atMs: number } | null>(null);
  const newest = rows[0]?.atWallMs;
  if (newest !== undefined && frontier?.key !== filterKey) setFrontier({ key: filterKey, atMs: newest });
  const split = splitFresh(rows, frontier?.key === filterKey ? frontier.atMs : null);
  return {
    ...split,
    show: () => newest !== undefined && setFrontier({ key: filterKey, atMs: newest }),
  };
}
