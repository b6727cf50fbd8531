import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import { drainTarget, resumeTarget } from '#lib/control/target/drain.ts';
import { previewDrain } from '#lib/control/target/preview-drain.ts';
import { openExample, present, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const REASON = 'The vendor moves this region tonight';
const drain = (slug: string, more: object = {}) =>
  drainTarget({ ctx: workspace.ctx, input: { slug, reason: REASON, ...more } });
const preview = (slug: string) => previewDrain({ ctx: workspace.ctx, input: { slug } });

/** What the gateway was told last of a target. */
const toldEnabled = (slug: string) =>
  present(workspace.published.at(-1)?.targets.find((target) => target.slug === slug)).enabled;

describe('draining a target', () => {
  it('is explained first, flow by flow', async () => {
    const { sentences, flows, flowsWithoutTarget } = await preview('gpt-eu');
    expect(sentences[0]).toBe('Calls under way at gpt-eu finish; no new one begins there.');
    expect(sentences).toContain('nightly-classify (0 requests a minute) moves from gpt-eu to gpt-us.');
    expect(sentences).toContain('support-chat (12 requests a minute) stays with claude.');
    expect(flows.map(({ slug, before, after }) => [slug, before, after])).toEqual([
      ['support-chat', 'claude', 'claude'],
      ['nightly-classify', 'gpt-eu', 'gpt-us'],
    ]);
    expect(flowsWithoutTarget).toEqual([]);
  });

  it('says when another model becomes the primary, and what to do to keep the roles', async () => {
    const { sentences } = await preview('claude');
    expect(sentences.find((sentence) => sentence.startsWith('support-chat'))).toMatch(
      /moves from claude to gpt-us, and another model becomes its primary: .*no badge.*force the target open instead/,
    );
  });

  it('stops new calls, keeps the target, and leaves its reason in the log', async () => {
    expect(await drain('gpt-eu')).toMatchObject({ slug: 'gpt-eu', enabled: false });
    expect(toldEnabled('gpt-eu')).toBe(false);
    expect(workspace.announced.at(-1)).toMatchObject({
      action: 'target.drain',
      entityId: 'gpt-eu',
      reason: REASON,
      by: 'user:ana@example.com',
    });
  });

  it('of the last target of a flow needs to be meant', async () => {
    await drain('gpt-us');
    await drain('gpt-eu');
    const refusal = await refusalOf(drain('claude'));
    expect(refusal.code).toBe('needs_acknowledgement');
    expect(refusal.message).toContain('support-chat, nightly-classify without a target');
    expect(toldEnabled('claude')).toBe(true);
    await drain('claude', { acknowledge: 'no-target' });
    expect(toldEnabled('claude')).toBe(false);
  });

  it('of the last target of a flow needs to be meant while nothing gets through to it, too', async () => {
    await drain('gpt-us');
    await drain('gpt-eu');
    const reason = 'The vendor is down, nobody answers';
    const override = { kind: 'forced_open' as const, reason, expiresInSeconds: 3600 };
    await setOverride({
      ctx: workspace.ctx,
      input: { scope: 'target', id: 'claude', ...override, acknowledge: 'no-target' },
    });
    const { sentences, flowsWithoutTarget } = await preview('claude');
    expect(flowsWithoutTarget).toEqual(['support-chat', 'nightly-classify']);
    expect(sentences.at(-1)).toBe('2 flows are left without a target.');
    expect((await refusalOf(drain('claude'))).code).toBe('needs_acknowledgement');
    expect(toldEnabled('claude')).toBe(true);
  });

  it('of one of several that nobody gets through to takes nothing away', async () => {
    const reason = 'The vendors are down, nobody answers';
    for (const id of ['anthropic', 'azure']) {
      const override = { kind: 'forced_open' as const, reason, expiresInSeconds: 3600 };
      const input = { scope: 'provider' as const, id, ...override, acknowledge: 'no-target' as const };
      await setOverride({ ctx: workspace.ctx, input });
    }
    const { sentences, flowsWithoutTarget } = await preview('claude');
    expect(flowsWithoutTarget).toEqual([]);
    expect(sentences[1]).toContain('has nobody to answer it now, with or without this target.');
    expect(sentences.at(-1)).toBe('0 flows are left without a target.');
  });

  it('twice changes nothing', async () => {
    await drain('gpt-eu');
    const entries = workspace.announced.length;
    await drain('gpt-eu');
    expect(workspace.announced).toHaveLength(entries);
  });

  it('is taken back by resuming', async () => {
    await drain('gpt-eu');
    const view = await resumeTarget({ ctx: workspace.ctx, input: { slug: 'gpt-eu' } });
    expect(view.enabled).toBe(true);
    expect(toldEnabled('gpt-eu')).toBe(true);
    expect(workspace.announced.at(-1)).toMatchObject({ action: 'target.resume' });
  });

  it('of a target that is not there is refused', async () => {
    expect((await refusalOf(drain('nobody'))).code).toBe('not_found');
    expect((await refusalOf(preview('nobody'))).code).toBe('not_found');
  });
});
