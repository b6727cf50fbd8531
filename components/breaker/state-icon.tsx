import { CONDITIONS, type Condition } from './state-meta.ts';

const OCTAGON = 'M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2z';
const LOCK = 'M5.6 7.4h4.8v3.9H5.6zM6.6 7.2V6a1.4 1.4 0 0 1 2.8 0v1.2';

/** Shape says the state; the colour only repeats it. Decorative: the word stands beside it. */
export function StateIcon({ condition, size = 16 }: { condition: Condition; size?: number }) {
  const color = `var(--sy-${CONDITIONS[condition].role})`;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
      style={{ flex: 'none' }}
    >
      <Shape condition={condition} color={color} />
    </svg>
  );
}

function Shape({ condition, color }: { condition: Condition; color: string }) {
  const knockout = {
    stroke: 'var(--sy-surface)',
    strokeWidth: 1.8,
    fill: 'none',
    strokeLinecap: 'round' as const,
  };
  const outline = { stroke: color, strokeWidth: 1.5, fill: 'none' };
  switch (condition) {
    case 'closed':
      return (
        <>
          <circle cx="8" cy="8" r="7" fill={color} />
          <path d="M4.8 8.3 7 10.5l4.2-4.8" {...knockout} />
        </>
      );
    case 'half_open':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" {...outline} />
          <path d="M8 1.8a6.2 6.2 0 0 0 0 12.4z" fill={color} />
        </>
      );
    case 'open':
      return (
        <>
          <path d={OCTAGON} fill={color} />
          <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" {...knockout} />
        </>
      );
    case 'derived_open':
      return (
        <>
          <path d={OCTAGON} {...outline} />
          <path d="M3.9 6.7h2.6v2.6H3.9zM9.5 6.7h2.6v2.6H9.5z" fill={color} />
        </>
      );
    case 'forced_open':
      return (
        <>
          <path d={OCTAGON} {...outline} strokeDasharray="2.4 1.6" />
          <path d={LOCK} stroke={color} strokeWidth={1.2} fill="none" />
          <path d="M5.6 7.4h4.8v3.9H5.6z" fill={color} />
        </>
      );
    case 'forced_closed':
      return (
        <>
          <circle cx="8" cy="8" r="6.6" {...outline} strokeDasharray="2.4 1.6" />
          <path d={LOCK} stroke={color} strokeWidth={1.2} fill="none" />
          <path d="M5.6 7.4h4.8v3.9H5.6z" fill={color} />
        </>
      );
    case 'recovering':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" {...outline} />
          <path d="M8 11.4V5M5.4 7.4 8 4.8l2.6 2.6" {...outline} strokeLinecap="round" />
        </>
      );
    case 'cooling':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" {...outline} />
          <path d="M8 4.4V8l2.4 1.6" {...outline} strokeLinecap="round" />
        </>
      );
    case 'disabled':
      return <rect x="1.5" y="6.25" width="13" height="3.5" rx="1" fill={color} />;
    case 'unknown':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" {...outline} />
          <path d="M6.3 6.4a1.75 1.75 0 1 1 2.5 1.7c-.6.3-.8.6-.8 1.2" {...outline} strokeLinecap="round" />
          <circle cx="8" cy="11.5" r=".9" fill={color} />
        </>
      );
    default:
      return unreachable(condition);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled condition: ${String(value)}`);
}
