import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExplainInput, explainInputSchema, explanationSchema } from '#lib/contract/explain.ts';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import { explainFlow } from '#lib/control/flow/explain.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { updateTarget } from '#lib/control/target/update.ts';
import { breaker, openBreaker } from '#test/components/live-factories.ts';
import { openExample, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const slug = 'support-chat';
const ask = (question: Partial<Record<keyof ExplainInput, unknown>> = {}) =>
  explainFlow({ ctx: workspace.ctx, input: { slug, ...explainInputSchema.parse(question) } });
const verdicts = async (question = {}) =>
  (await ask(question)).steps.map(({ target, verdict, reason }) =>
    `${target} ${verdict} ${reason ?? ''}`.trim(),
  );

describe('what would happen to a request', () => {
  it('is the engine’s plan over the stored flow, in the shape of the contract', async () => {
    const explanation = await ask();
    expect(explanationSchema.parse(explanation)).toEqual(explanation);
    expect(explanation).toMatchObject({
      flow: slug,
      primary: 'claude',
      chosen: 'claude',
      servesBackup: true,
    });
    expect(explanation.steps.map(({ verdict }) => verdict)).toEqual(['chosen', 'standby', 'standby']);
  });

  it('goes by what the gateway last reported', async () => {
    const { views, clock } = workspace;
    const openUntilWallMs = clock.now + 12_000;
    views.push(openBreaker('claude', { openUntilWallMs }));
    const explanation = await ask();
    expect(explanation.chosen).toBe('gpt-us');
    expect(explanation.steps[0]).toMatchObject({
      verdict: 'skipped',
      scope: 'target',
      scopeId: 'claude',
      text: expect.stringContaining('12 of 20 calls failed'),
      dueAtWallMs: openUntilWallMs,
    });
  });

  it('goes by overrides and settings that are saved, whether or not the gateway has answered', async () => {
    const { ctx } = workspace;
    workspace.views.push(breaker('claude'));
    await setOverride({
      ctx,
      input: {
        scope: 'provider',
        id: 'anthropic',
        kind: 'forced_open',
        reason: 'Provider incident',
        expiresInSeconds: 60,
      },
    });
    await updateTarget({ ctx, input: { slug: 'gpt-us', expectedVersion: 1, patch: { enabled: false } } });
    expect(await verdicts()).toEqual([
      'claude skipped forced_open',
      'gpt-us skipped disabled',
      'gpt-eu chosen',
    ]);
  });

  it('depends on what is asked: stakes, needs, the length of the prompt', async () => {
    const down = { assume: [{ scope: 'target', id: 'claude', state: 'open' }] };
    expect((await ask({ ...down, stakes: 'low' })).chosen).toBe('gpt-us');
    // Only a breaker keeps the primary's model out, so the last of its kind is still asked.
    expect(await ask({ ...down, stakes: 'high' })).toMatchObject({
      servesBackup: false,
      lastResort: 'claude',
    });
    const forced = { assume: [{ scope: 'target', id: 'claude', state: 'forced_open' }] };
    expect((await ask({ ...forced, stakes: 'high' })).chosen).toBeNull();
    expect(await verdicts({ inputTokens: 150_000 })).toEqual([
      'claude chosen',
      'gpt-us skipped context_window',
      'gpt-eu skipped context_window',
    ]);
    await updateTarget({
      ctx: workspace.ctx,
      input: { slug: 'claude', expectedVersion: 1, patch: { capabilities: ['tools'] } },
    });
    expect((await verdicts({ needs: { vision: true } }))[0]).toBe('claude skipped incapable');
  });

  it('tells whom a patient flow waits for before a backup model', async () => {
    const policy = { primaryPatience: { seconds: 15, retries: 1 } };
    const patch = { policy, reason: 'Support waits for its own model.' };
    await updateFlow({ ctx: workspace.ctx, input: { slug, expectedVersion: 1, patch } });
    workspace.views.push(openBreaker('claude', { openUntilWallMs: workspace.clock.now + 12_000 }));
    const explanation = await ask();
    expect(explanation).toMatchObject({ chosen: 'claude', lastResort: null });
    expect(explanation.answer).toMatch(
      /^claude is waited for and called in 12 s as a probe\. If it does not/,
    );
  });

  it('refuses to assume anything of what there is not, by path', async () => {
    const question = explainInputSchema.parse({
      assume: [
        { scope: 'target', id: 'claude', state: 'open' },
        { scope: 'endpoint', id: 'azure.moon', state: 'open' },
      ],
    });
    const refusal = await refusalOf(explainFlow({ ctx: workspace.ctx, input: { slug, ...question } }));
    expect(refusal.issues).toEqual([
      { path: 'assume.1.id', message: 'There is no endpoint "azure.moon", so nothing can be assumed of it.' },
    ]);
    const nobody = await refusalOf(explainFlow({ ctx: workspace.ctx, input: { slug: 'nope', ...question } }));
    expect(nobody.code).toBe('not_found');
  });

  it('changes nothing: no version, no audit, no word to the gateway', async () => {
    const published = workspace.published.length;
    const announced = workspace.announced.length;
    await ask({ assume: [{ scope: 'provider', id: 'anthropic', state: 'forced_open' }] });
    expect([workspace.published.length, workspace.announced.length]).toEqual([published, announced]);
    expect(workspace.overrides).toEqual([]);
  });
});
