import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Override } from '#lib/contract/breaker-view.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { clearCooldown } from '#lib/control/breaker/clear-cooldown.ts';
import { clearOverride } from '#lib/control/breaker/clear-override.ts';
import { expireOverrides } from '#lib/control/breaker/expire-overrides.ts';
import { listOverrides } from '#lib/control/breaker/list-overrides.ts';
import { previewImpact } from '#lib/control/breaker/preview-impact.ts';
import { probeBreaker } from '#lib/control/breaker/probe.ts';
import { resetBreaker } from '#lib/control/breaker/reset.ts';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { exampleConfig, openExample, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const REASON = 'provider incident';
const force = (
  scope: Override['scope'],
  id: string,
  more: {
    kind?: Override['kind'];
    expiresInSeconds?: number | null;
    acknowledge?: 'no-target';
    reason?: string;
  } = {},
) =>
  setOverride({
    ctx: workspace.ctx,
    input: { scope, id, kind: 'forced_open', reason: REASON, expiresInSeconds: 3600, ...more },
  });
const actions = async () =>
  (await listAudit({ ctx: workspace.ctx, input: { limit: 50 } })).items.map(({ action }) => action);

describe('an override', () => {
  it('is in the gateway when the call answers, with who, why and until when', async () => {
    const override = await force('target', 'claude');
    expect(override).toMatchObject({
      by: 'user:ana@example.com',
      reason: REASON,
      expiresAtWallMs: workspace.clock.now + 3_600_000,
    });
    expect(workspace.overrides.at(-1)).toEqual([override]);
    expect(workspace.announced.at(-1)).toMatchObject({ action: 'breaker.override.set', reason: REASON });
  });

  it('that the gateway does not confirm is saved, and the refusal says so', async () => {
    workspace.gatewayDown.reason = 'no worker';
    const refusal = await refusalOf(force('target', 'claude'));
    expect(refusal.code).toBe('gateway_timeout');
    expect(refusal.message).toContain('saved');
    expect(await listOverrides({ ctx: workspace.ctx })).toHaveLength(1);
  });

  it('is not undone by the overrides of an earlier change whose snapshot is slow to be taken', async () => {
    await force('target', 'claude');
    const called = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    workspace.ctx.gateway.publish = () => {
      called.resolve();
      return taken.promise;
    };
    const { flows: _flows, targets = [], ...rest } = exampleConfig();
    const document = { ...rest, targets: targets.filter(({ slug }) => slug !== 'claude') };
    const removal = replaceConfig({ ctx: workspace.ctx, input: { document } });
    await called.promise;
    await force('target', 'gpt-us');
    taken.resolve();
    await removal;
    expect(workspace.overrides.at(-1)?.map(({ id }) => id)).toEqual(['gpt-us']);
  });

  it('needs a reason', async () => {
    const refusal = await refusalOf(force('target', 'claude', { reason: '   short   ' }));
    expect(refusal).toMatchObject({ code: 'invalid', issues: [{ path: 'reason' }] });
    expect(workspace.overrides).toEqual([]);
  });

  it('needs a scope that exists', async () => {
    expect((await refusalOf(force('endpoint', 'azure.moon'))).code).toBe('not_found');
  });

  it('replaces the one before; clearing gives the scope back', async () => {
    await force('target', 'claude');
    await force('target', 'claude', { kind: 'forced_closed', expiresInSeconds: null });
    expect(workspace.overrides.at(-1)).toMatchObject([{ kind: 'forced_closed', expiresAtWallMs: null }]);
    await clearOverride({ ctx: workspace.ctx, input: { scope: 'target', id: 'claude' } });
    expect(workspace.overrides.at(-1)).toEqual([]);
    const again = clearOverride({ ctx: workspace.ctx, input: { scope: 'target', id: 'claude' } });
    expect((await refusalOf(again)).code).toBe('not_found');
  });

  it('is over when its time is up, and the sweep writes that down once', async () => {
    await force('target', 'claude', { expiresInSeconds: 60 });
    workspace.clock.now += 59_999;
    expect(await expireOverrides({ ctx: workspace.ctx })).toBe(0);
    workspace.clock.now += 1;
    expect(await listOverrides({ ctx: workspace.ctx })).toEqual([]);
    expect(await expireOverrides({ ctx: workspace.ctx })).toBe(1);
    expect(await expireOverrides({ ctx: workspace.ctx })).toBe(0);
    expect((await actions()).filter((action) => action === 'breaker.override.expire')).toHaveLength(1);
  });
});

describe('leaving a flow without a target', () => {
  beforeEach(async () => {
    const patch = { policy: { mode: 'quality' as const }, reason: 'no backup models' };
    await updateFlow({ ctx: workspace.ctx, input: { slug: 'support-chat', expectedVersion: 1, patch } });
  });

  it('is refused until it is acknowledged', async () => {
    const refusal = await refusalOf(force('provider', 'anthropic'));
    expect(refusal.code).toBe('needs_acknowledgement');
    expect(refusal.message).toContain('support-chat');
    expect(await listOverrides({ ctx: workspace.ctx })).toEqual([]);
    await force('provider', 'anthropic', { acknowledge: 'no-target' });
    expect(await listOverrides({ ctx: workspace.ctx })).toHaveLength(1);
  });

  it('counts what is forced open already', async () => {
    await force('endpoint', 'azure.us-east');
    await force('endpoint', 'azure.sweden');
    const refusal = await refusalOf(force('target', 'claude'));
    expect(refusal.message).toContain('nightly-classify');
  });
});

describe('the impact', () => {
  const preview = (scope: Override['scope'], id: string, kind: Override['kind'] = 'forced_open') =>
    previewImpact({ ctx: workspace.ctx, input: { scope, id, kind } });

  it('says who would answer instead, with which traffic, and changes nothing', async () => {
    const impact = await preview('target', 'claude');
    expect(impact.flows).toEqual([
      { slug: 'support-chat', before: 'claude', after: 'gpt-us', perMinute: 12, degraded: true },
      { slug: 'nightly-classify', before: 'gpt-eu', after: 'gpt-eu', perMinute: 0, degraded: false },
    ]);
    expect(impact.sentences).toEqual([
      '2 flows can be answered through the target claude: support-chat, nightly-classify.',
      'support-chat (12 requests a minute) moves from claude to gpt-us, a backup model (closed).',
      '0 flows are left without a target.',
    ]);
    expect(await listOverrides({ ctx: workspace.ctx })).toEqual([]);
  });

  it('of a provider covers all its targets', async () => {
    const impact = await preview('provider', 'azure');
    expect(impact.flows.map(({ slug, after }) => [slug, after])).toEqual([
      ['support-chat', 'claude'],
      ['nightly-classify', 'claude'],
    ]);
    expect(impact.flowsWithoutTarget).toEqual([]);
  });

  it('of forcing closed gives the flow back to a target that is forced open', async () => {
    await force('target', 'claude');
    const impact = await preview('target', 'claude', 'forced_closed');
    expect(impact.flows[0]).toMatchObject({ before: 'gpt-us', after: 'claude', degraded: false });
  });
});

describe('commands', () => {
  it('reach the gateway and are in the audit', async () => {
    const { ctx, commands } = workspace;
    await resetBreaker({ ctx, input: { scope: 'endpoint', id: 'azure.sweden' } });
    await probeBreaker({ ctx, input: { scope: 'target', id: 'claude' } });
    await clearCooldown({ ctx, input: { target: 'claude' } });
    expect(commands).toEqual(['reset endpoint azure.sweden', 'probe target claude', 'clear-cooldown claude']);
    expect((await actions()).slice(0, 3)).toEqual([
      'breaker.cooldown.clear',
      'breaker.probe',
      'breaker.reset',
    ]);
  });

  it('say when the gateway has not confirmed them', async () => {
    workspace.gatewayDown.reason = 'no worker';
    const reset = resetBreaker({ ctx: workspace.ctx, input: { scope: 'target', id: 'claude' } });
    expect((await refusalOf(reset)).code).toBe('gateway_timeout');
  });

  it('are refused for a scope that does not exist', async () => {
    const probe = probeBreaker({ ctx: workspace.ctx, input: { scope: 'target', id: 'nobody' } });
    expect((await refusalOf(probe)).code).toBe('not_found');
  });
});
