import { CONDITIONS, type Condition } from './state-meta.ts';

/**
 * A breaker across a vertical line, 20 by 20: filled when closed, a visible gap when open, half when probing, a lock when forced.
 * Decorative: the words stand in the list item.
 */
export function BreakerSquare({ condition, live }: { condition: Condition; live: boolean }) {
  const role = CONDITIONS[condition].role;
  const quiet = condition === 'closed' && !live;
  const color = quiet ? 'var(--sy-line-strong)' : `var(--sy-${role})`;
  const forced = condition === 'forced_open' || condition === 'forced_closed';
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <rect x="0" y="0" width="20" height="20" fill="var(--sy-surface)" />
      <Body condition={condition} color={color} />
      {forced && <Lock color={condition === 'forced_closed' ? 'var(--sy-surface)' : color} />}
    </svg>
  );
}

function Body({ condition, color }: { condition: Condition; color: string }) {
  const box = { x: 3, y: 3, width: 14, height: 14, stroke: color, strokeWidth: 2 };
  switch (condition) {
    case 'closed':
    case 'forced_closed':
      return <rect {...box} fill={color} strokeDasharray={condition === 'closed' ? undefined : '3 2'} />;
    case 'half_open':
      return (
        <>
          <rect {...box} fill="none" />
          <rect x="3" y="10" width="14" height="7" fill={color} />
        </>
      );
    case 'open':
      return (
        <path
          d="M3 6V3h3M14 3h3v3M17 14v3h-3M6 17H3v-3M6.5 6.5l7 7m0-7-7 7"
          stroke={color}
          strokeWidth={2}
          fill="none"
        />
      );
    case 'derived_open':
      return (
        <>
          <path d="M3 6V3h3M14 3h3v3M17 14v3h-3M6 17H3v-3" stroke={color} strokeWidth={2} fill="none" />
          <path d="M5.5 8.75h2.5v2.5H5.5zM12 8.75h2.5v2.5H12z" fill={color} />
        </>
      );
    case 'forced_open':
      return <rect {...box} fill="none" strokeDasharray="3 2" />;
    case 'recovering':
      return (
        <>
          <rect {...box} fill="none" />
          <path d="M10 14V6.8M6.9 9.6 10 6.5l3.1 3.1" stroke={color} strokeWidth={1.6} fill="none" />
        </>
      );
    case 'cooling':
      return (
        <>
          <rect {...box} fill="none" />
          <path d="M10 6v4.2l2.6 1.6" stroke={color} strokeWidth={1.6} fill="none" />
        </>
      );
    case 'disabled':
      return <path d="M3 10h14" stroke={color} strokeWidth={4} />;
    case 'unknown':
      return <rect {...box} fill="none" strokeWidth={1.5} strokeDasharray="1.5 2.5" />;
    default:
      return unreachable(condition);
  }
}

function Lock({ color }: { color: string }) {
  return (
    <path
      d="M7 9.5h6v4.5H7zM8.3 9.3V7.6a1.7 1.7 0 0 1 3.4 0v1.7"
      stroke={color}
      strokeWidth={1.4}
      fill="none"
    />
  );
}

function unreachable(value: never): never {
  throw new Error(`Unhandled condition: ${String(value)}`);
}
