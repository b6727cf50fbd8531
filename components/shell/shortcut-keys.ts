import { PAGES } from './nav.ts';

export type ShortcutAction =
  | { type: 'go'; href: string }
  | { type: 'pause' }
  | { type: 'refresh' }
  | { type: 'range' }
  | { type: 'filter' }
  | { type: 'help' };

export interface ShortcutState {
  /** When G was pressed, ms; null: not waiting for a second key. */
  goSince: number | null;
}

/** A second key counts for this long after G. */
const GO_WITHIN_MS = 1_500;

export const SHORTCUTS: readonly { keys: string; does: string }[] = [
  { keys: 'Ctrl K', does: 'Search and commands' },
  { keys: 'P', does: 'Pause and resume the live view' },
  { keys: 'R', does: 'Read everything again' },
  { keys: 'T', does: 'Choose the time range' },
  { keys: '/', does: 'Filter the list' },
  ...PAGES.map((page) => ({ keys: `G then ${page.key.toUpperCase()}`, does: `Go to ${page.label}` })),
  { keys: '?', does: 'This list' },
];

/** What a key press means, and what to remember for the next. */
export function readShortcut(
  state: ShortcutState,
  key: string,
  nowMs: number,
): { state: ShortcutState; action: ShortcutAction | null } {
  const idle: ShortcutState = { goSince: null };
  if (state.goSince !== null && nowMs - state.goSince <= GO_WITHIN_MS) {
    const page = PAGES.find((candidate) => candidate.key === key.toLowerCase());
    return { state: idle, action: page === undefined ? null : { type: 'go', href: page.href } };
  }
  switch (key.toLowerCase()) {
    case 'g':
      return { state: { goSince: nowMs }, action: null };
    case 'p':
      return { state: idle, action: { type: 'pause' } };
    case 'r':
      return { state: idle, action: { type: 'refresh' } };
    case 't':
      return { state: idle, action: { type: 'range' } };
    case '/':
      return { state: idle, action: { type: 'filter' } };
    case '?':
      return { state: idle, action: { type: 'help' } };
    default:
      return { state: idle, action: null };
  }
}
