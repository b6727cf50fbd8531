import { sparklinePath, sparklineSummary } from './sparkline-path.ts';

export interface SparklineProps {
  values: readonly (number | null)[];
  /** What the values count: "Calls in 5 s over the last 5 min". */
  what: string;
  width?: number;
  height?: number;
}

/** A small shape of the recent past; its numbers stand beside it. */
export function Sparkline({ values, what, width = 96, height = 20 }: SparklineProps) {
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={sparklineSummary(values, what)}
      style={{ display: 'block', maxWidth: '100%' }}
    >
      <path
        d={sparklinePath(values, width, height)}
        fill="none"
        stroke="var(--mantine-color-dimmed)"
        strokeWidth={1.25}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
