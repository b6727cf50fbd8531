import type { SeriesSpec } from './prepare.ts';

interface Stroke {
  stroke: string;
  strokeWidth: number;
}

/** Lines are ink by default; the roles' colours are kept for what is wrong. */
export const TONES: Readonly<Record<SeriesSpec<unknown>['tone'], Stroke>> = {
  strong: { stroke: 'var(--mantine-color-text)', strokeWidth: 2 },
  normal: { stroke: 'var(--mantine-color-dimmed)', strokeWidth: 1.5 },
  quiet: { stroke: 'var(--mantine-color-dimmed)', strokeWidth: 1 },
  open: { stroke: 'var(--sy-open)', strokeWidth: 2 },
  probe: { stroke: 'var(--sy-probe)', strokeWidth: 2 },
};
