import { describe, expect, it } from 'vitest';
import { blockedByViews } from '#lib/engine/blocked.ts';
import { planChain } from '#lib/engine/select-plan.ts';
import type { EngineTarget } from '#lib/engine/types.ts';
import { makeFailure, makeFlow } from './factories.ts';
import { backup, east, west, world } from './world.ts';

const NEEDS = { tools: false, vision: false, jsonSchema: false };

/** What a preview built on published views says would be called. */
function preview(
  targets: readonly EngineTarget[],
  { engine, clock }: Pick<ReturnType<typeof world>, 'engine' | 'clock'>,
) {
  const plan = planChain({
    flow: makeFlow(targets),
    target: (slug) => targets.find((target) => target.slug === slug),
    blocked: (target) =>
      blockedByViews(target, (scope, id) => engine.view(scope, id) ?? undefined, clock.wall()),
    needs: NEEDS,
    stakes: null,
  });
  return plan.steps.map((step) =>
    step.kind === 'candidate' ? step.target.slug : `${step.target}: ${step.reason}`,
  );
}

describe('a preview from published views', () => {
  it('says what a request would meet', async () => {
    const targets = [east, west, backup];
    const it = world(targets, { [east.slug]: [makeFailure('server_error')] });
    expect(preview(targets, it)).toEqual([east.slug, west.slug, backup.slug]);
    for (let n = 0; n < 5; n += 1) await it.run();
    expect(preview(targets, it)).toEqual([`${east.slug}: breaker_open`, west.slug, backup.slug]);
    it.engine.setOverrides([
      {
        scope: 'endpoint',
        id: 'a.west',
        kind: 'forced_open',
        reason: 'x',
        by: 'y',
        setAtWallMs: 0,
        expiresAtWallMs: null,
      },
    ]);
    expect(preview(targets, it)).toEqual([
      `${east.slug}: breaker_open`,
      `${west.slug}: forced_open`,
      backup.slug,
    ]);
    const { trail } = await it.run();
    expect(
      trail.map((entry) => (entry.kind === 'skip' ? `${entry.target}: ${entry.reason}` : entry.target)),
    ).toEqual(preview(targets, it));
  });

  it('knows cooldowns and pins', async () => {
    const targets = [east, backup];
    const limited = world(targets, { [east.slug]: [makeFailure('rate_limited', { retryAfterMs: 60_000 })] });
    await limited.run();
    expect(preview(targets, limited)[0]).toBe(`${east.slug}: cooldown`);
    const pinned = world(targets, { [east.slug]: [makeFailure('quota_exhausted')] });
    await pinned.run();
    expect(preview(targets, pinned)[0]).toBe(`${east.slug}: quota`);
  });
});

describe('the last resort', () => {
  it('is the target due soonest, and there is none while anybody can be called', () => {
    const due: Record<string, number> = { [east.slug]: 9_000, [west.slug]: 3_000 };
    const plan = (open: string[]) =>
      planChain({
        flow: makeFlow([east, west]),
        target: (slug) => [east, west].find((target) => target.slug === slug),
        blocked: ({ slug }) =>
          open.includes(slug)
            ? {
                reason: 'breaker_open',
                scope: 'target',
                scopeId: slug,
                dueAt: due[slug] ?? 0,
                text: '',
                class: null,
              }
            : null,
        needs: NEEDS,
        stakes: null,
      });
    expect(plan([east.slug, west.slug]).lastResort).toBe(west);
    expect(plan([west.slug]).lastResort).toBeNull();
  });
});
