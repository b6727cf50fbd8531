import { FAILURE_CLASSES, type Failures, type FailureView } from '#lib/contract/failures.ts';
import { effectOf } from '#lib/engine/effects.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';

export interface ListFailuresInput {
  fromWallMs: number;
  toWallMs: number;
  /** Attempts in the range by target, then by how they ended: every one of them, not a sample. */
  outcomes: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

/** Every class of failure with what the engine does about it, how often it came, and the latest one to look at. */
export async function listFailures({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ListFailuresInput;
}): Promise<Failures> {
  authorise(ctx);
  const { fromWallMs, toWallMs } = input;
  const latest = await ctx.store.requests.latestOutcomes(FAILURE_CLASSES, fromWallMs, toWallMs);
  const items = FAILURE_CLASSES.map((name): FailureView => {
    const { verdict, retry, failOver, scope, callersFault, misconfiguration } = effectOf(name);
    const targets = [...input.outcomes]
      .map(([target, outcomes]) => ({ target, count: outcomes[name] ?? 0 }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count || a.target.localeCompare(b.target));
    return {
      class: name,
      effect: { verdict, retry, failOver, scope, callersFault, misconfiguration },
      count: targets.reduce((sum, { count }) => sum + count, 0),
      targets,
      latest: latest.get(name) ?? null,
    };
  });
  return { from: fromWallMs, to: toWallMs, items };
}
