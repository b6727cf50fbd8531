import type { RequestRecord } from '#lib/contract/records.ts';

export interface ErrorClass {
  name: string;
  words: string;
  count: number;
  /** A recorded attempt of this class; null: none was kept. */
  sample: { requestId: string; atWallMs: number; status: number | null; message: string | null } | null;
}

/** Outcomes of attempts that are not errors. */
const FINE = new Set(['ok', 'aborted', 'primary', 'alternate', 'backup']);

/** Errors by class, most frequent first, each with the newest recorded attempt that shows it. */
export function errorClasses(
  outcomes: Readonly<Record<string, number>>,
  requests: readonly RequestRecord[],
  target: string,
): ErrorClass[] {
  const samples = newestSamples(requests, target);
  const counts = new Map(Object.entries(outcomes));
  for (const name of samples.keys()) if (!counts.has(name)) counts.set(name, 0);
  return [...counts]
    .filter(([name, count]) => !FINE.has(name) && (count > 0 || samples.has(name)))
    .map(
      ([name, count]): ErrorClass => ({
        name,
        words: name.replaceAll('_', ' '),
        count,
        sample: samples.get(name) ?? null,
      }),
    )
    .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

function newestSamples(requests: readonly RequestRecord[], target: string) {
  const samples = new Map<string, NonNullable<ErrorClass['sample']>>();
  for (const request of requests.toSorted((a, b) => b.atWallMs - a.atWallMs)) {
    for (const attempt of request.attempts) {
      if (attempt.target !== target || FINE.has(attempt.outcome) || samples.has(attempt.outcome)) continue;
      samples.set(attempt.outcome, {
        requestId: request.id,
        atWallMs: request.atWallMs,
        status: attempt.status,
        message: attempt.message,
      });
    }
  }
  return samples;
}
