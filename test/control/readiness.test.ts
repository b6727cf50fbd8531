import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import { exportConfig } from '#lib/control/config/export.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { getFlow } from '#lib/control/flow/get.ts';
import { getFlowReadiness, listReadiness } from '#lib/control/flow/readiness.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { updateTarget } from '#lib/control/target/update.ts';
import { demoConfig, demoPorts } from '#lib/simulator/demo-workspace.ts';
import { openExample, present, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
  Object.assign(workspace.env, { AZURE_US_KEY: 'k', AZURE_EU_KEY: 'k' });
});
afterEach(() => workspace.close());

type Patch = Parameters<typeof updateFlow>[0]['input']['patch'];
const patch = async (slug: string, given: Patch) => {
  const { ctx } = workspace;
  const { version } = await getFlow({ ctx, input: { slug } });
  return updateFlow({ ctx, input: { slug, expectedVersion: version, patch: given } });
};
const readinessOf = (slug: string) => getFlowReadiness({ ctx: workspace.ctx, input: { slug } });
const lacks = async (slug: string) =>
  (await readinessOf(slug)).items.flatMap(({ id, state }) => (state === 'missing' ? [id] : []));
const findingOf = async (slug: string, item: string) =>
  present((await readinessOf(slug)).items.find(({ id }) => id === item)).finding;

describe('the readiness of flows', () => {
  it('is that of each flow, judged by its chain, its policy and its providers', async () => {
    expect(await lacks('support-chat')).toEqual(['timeouts']);
    expect(await lacks('nightly-classify')).toEqual(['badge', 'timeouts']);
    expect(await findingOf('support-chat', 'other_vendor')).toBe('claude is at Anthropic, gpt-us at Azure.');
    const all = await listReadiness({ ctx: workspace.ctx });
    expect(all.map(({ flow }) => flow)).toEqual(['support-chat', 'nightly-classify']);
    expect(all[0]).toEqual(await readinessOf('support-chat'));
    expect((await refusalOf(readinessOf('nobody'))).code).toBe('not_found');
  });

  it('becomes whole with how long callers wait, and what is deliberately so', async () => {
    await patch('nightly-classify', {
      callerTimeoutSeconds: 300,
      exceptions: { badge: 'Only machines read the labels.' },
    });
    expect(await readinessOf('nightly-classify')).toMatchObject({ ready: true });
    expect(await getFlow({ ctx: workspace.ctx, input: { slug: 'nightly-classify' } })).toMatchObject({
      callerTimeoutSeconds: 300,
      exceptions: { badge: 'Only machines read the labels.' },
      publishedVersion: 1,
    });
    await patch('nightly-classify', { exceptions: { other_vendor: 'One vendor by contract.' } });
    await patch('nightly-classify', { exceptions: { badge: null }, callerTimeoutSeconds: null });
    expect(await lacks('nightly-classify')).toEqual(['badge', 'timeouts']);
    const { flows } = await exportConfig({ ctx: workspace.ctx });
    expect(flows[1]).toMatchObject({ exceptions: { other_vendor: 'One vendor by contract.' } });
    expect(flows[1]).not.toHaveProperty('callerTimeoutSeconds');
  });

  it('does not count a target whose provider has no key, at that endpoint alone', async () => {
    delete workspace.env.AZURE_US_KEY;
    expect(await findingOf('support-chat', 'backup')).toBe(
      'When claude cannot answer, gpt-eu (a backup model) can. Requests of high stakes are refused then: the same model is nowhere else.',
    );
    delete workspace.env.AZURE_EU_KEY;
    expect(await findingOf('support-chat', 'backup')).toContain(
      'gpt-us cannot be called, because its provider has a problem (azure.us-east: AZURE_US_KEY is not set)',
    );
  });

  it('does not count a target that a person has forced open, through its provider too', async () => {
    const reason = 'incident at the vendor';
    const input = {
      scope: 'provider',
      id: 'azure',
      kind: 'forced_open',
      reason,
      expiresInSeconds: 600,
    } as const;
    await setOverride({ ctx: workspace.ctx, input });
    expect(await lacks('support-chat')).toEqual(['backup', 'other_vendor', 'timeouts']);
    expect(await findingOf('support-chat', 'backup')).toContain('because its provider is forced open');
    workspace.clock.now += 600_000;
    expect(await lacks('support-chat')).toEqual(['timeouts']);
  });

  it('does not count a target whose credential its provider refuses, for as long as that is known', async () => {
    const untilWallMs = workspace.clock.now + 60_000;
    workspace.views.push(
      ...['gpt-us', 'gpt-eu'].map(
        (id) =>
          ({ scope: 'target', id, cooldown: { untilWallMs, class: 'auth', message: '' } }) as BreakerView,
      ),
    );
    expect(await findingOf('support-chat', 'backup')).toContain(
      'because its provider refuses its credential',
    );
    for (const view of workspace.views) present(view.cooldown).class = 'rate_limited';
    expect(await lacks('support-chat')).toEqual(['timeouts']);
  });

  it('sees metrics-only mode, targets that reason, and targets that are disabled', async () => {
    const { ctx } = workspace;
    const target = (slug: string, version: number, given: object) =>
      updateTarget({ ctx, input: { slug, expectedVersion: version, patch: given } });
    await target('gpt-us', 1, { metricsOnly: true });
    expect(await lacks('support-chat')).toEqual(['breaker_on', 'timeouts']);
    await target('claude', 1, { capabilities: ['reasoning'] });
    expect(await lacks('support-chat')).toEqual(['retries_bounded', 'breaker_on', 'timeouts']);
    await target('gpt-us', 2, { enabled: false });
    expect(await lacks('support-chat')).toEqual(['retries_bounded', 'timeouts']);
  });
});

it('the demo shows one flow that is not ready, for an honest reason, and two that are', async () => {
  const { ctx } = workspace;
  await replaceConfig({ ctx, input: { document: demoConfig(demoPorts(9000)) } });
  const readiness = await listReadiness({ ctx });
  expect(readiness.map(({ flow, ready }) => [flow, ready])).toEqual([
    ['support-chat', true],
    ['nightly-classify', true],
    ['contract-review', false],
  ]);
  expect(await lacks('contract-review')).toEqual(['backup', 'other_vendor']);
  expect(await findingOf('contract-review', 'backup')).toBe(
    'Only claude-sonnet can answer: gpt-4o-us is a backup model, which quality mode never serves.',
  );
});
