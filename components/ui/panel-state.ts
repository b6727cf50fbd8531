import { ApiError, errorMessage } from '../api/client.ts';
import type { PanelState } from './panel.tsx';

interface QueryLike {
  data: unknown;
  error: Error | null;
  isPending: boolean;
  refetch: () => unknown;
}

/** Loading, failed or ready, from a query; the last good data stays on screen when a re-read fails. */
export function panelState(query: QueryLike, empty?: PanelState | null): PanelState {
  if (query.error !== null) {
    return {
      kind: 'failed',
      text: failedText(query.error, query.data !== undefined),
      onRetry: () => void query.refetch(),
      lastGood: query.data !== undefined,
    };
  }
  if (query.isPending || query.data === undefined) return { kind: 'loading' };
  return empty ?? { kind: 'ready' };
}

function failedText(error: Error, hasData: boolean): string {
  const text = errorMessage(error);
  const suffix = hasData ? ' What is shown was read before.' : '';
  return error instanceof ApiError && error.status === 0
    ? text + suffix
    : `Could not be read. ${text}${suffix}`;
}
