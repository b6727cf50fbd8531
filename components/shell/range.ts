'use client';

import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';

export const PRESETS = ['5m', '15m', '1h', '6h', '24h', '7d'] as const;
export type Preset = (typeof PRESETS)[number];

const MINUTE = 60_000;
export const PRESET_MS: Readonly<Record<Preset, number>> = {
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': 60 * MINUTE,
  '6h': 360 * MINUTE,
  '24h': 1440 * MINUTE,
  '7d': 7 * 1440 * MINUTE,
};
export const PRESET_WORDS: Readonly<Record<Preset, string>> = {
  '5m': 'Last 5 minutes',
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
};

/** A range as the URL has it: a preset moves with the clock, an absolute one stands still. */
export type Range =
  | { kind: 'relative'; preset: Preset }
  | { kind: 'absolute'; fromMs: number; toMs: number; before: Preset };

const parsers = {
  range: parseAsStringLiteral(PRESETS).withDefault('15m'),
  from: parseAsInteger,
  to: parseAsInteger,
};

export interface RangeControl {
  range: Range;
  setPreset: (preset: Preset) => void;
  setAbsolute: (fromMs: number, toMs: number) => void;
  /** From an absolute range back to the one before it. */
  back: () => void;
}

/** The page's time range. `range` in the URL is the preset, never the instants that it stands for. */
export function useRange(): RangeControl {
  const [{ range: preset, from, to }, set] = useQueryStates(parsers);
  const range = useMemo<Range>(
    () =>
      from !== null && to !== null && to > from
        ? { kind: 'absolute', fromMs: from, toMs: to, before: preset }
        : { kind: 'relative', preset },
    [preset, from, to],
  );
  const setPreset = useCallback((next: Preset) => void set({ range: next, from: null, to: null }), [set]);
  const setAbsolute = useCallback(
    (fromMs: number, toMs: number) => void set({ from: Math.round(fromMs), to: Math.round(toMs) }),
    [set],
  );
  const back = useCallback(() => void set({ from: null, to: null }), [set]);
  return useMemo(() => ({ range, setPreset, setAbsolute, back }), [range, setPreset, setAbsolute, back]);
}

/** The instants of a range at a moment. */
export function boundsOf(range: Range, nowMs: number): { fromMs: number; toMs: number } {
  return range.kind === 'absolute'
    ? { fromMs: range.fromMs, toMs: range.toMs }
    : { fromMs: nowMs - PRESET_MS[range.preset], toMs: nowMs };
}

/** How often charts of this range are worth re-reading, ms; false: a closed range does not change. */
export function refreshOf(range: Range): number | false {
  if (range.kind === 'absolute') return false;
  return Math.min(60_000, Math.max(2_000, PRESET_MS[range.preset] / 200));
}
