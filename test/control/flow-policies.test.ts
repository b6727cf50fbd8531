import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainPutSchema } from '#lib/contract/api.ts';
import { configSchema } from '#lib/contract/config.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { exportConfig } from '#lib/control/config/export.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { replaceFlowChain } from '#lib/control/flow/replace-chain.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { updateTarget } from '#lib/control/target/update.ts';
import { openExample, present, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const slug = 'support-chat';
const reason = 'as the runbook says';
const snapshot = () => present(workspace.published.at(-1));
const published = () => present(snapshot().flows.find((flow) => flow.slug === slug));

const adapter = {
  systemPrefix: 'You are terse.',
  replace: [{ find: 'GPT', with: 'the assistant' }],
  set: { temperature: 0.2, reasoning: { effort: 'low' } },
  remove: ['seed'],
  maxTokens: 800,
};

describe('prompt rules in a chain', () => {
  it('reach the gateway whole, and the audit says for which target they changed', async () => {
    const { ctx } = workspace;
    const { chain } = chainPutSchema.parse({
      chain: ['claude', { target: 'gpt-us', adapter }, 'gpt-eu'],
    });
    const view = await replaceFlowChain({ ctx, input: { slug, expectedVersion: 1, chain, reason } });
    expect(view.chain[1]?.adapter).toEqual(adapter);
    expect(published().chain[1]?.adapter).toEqual(adapter);
    const [entry] = (await listAudit({ ctx, input: { limit: 1 } })).items;
    expect(entry?.summary).toBe('Changed the prompt rules of the flow Support chat for gpt-us.');
  });

  it('that would change the request itself are refused by path, whatever way they come in', () => {
    const chain = [{ target: 'gpt-us', adapter: { set: { messages: [] }, remove: ['stream'] } }];
    const issues = present(chainPutSchema.safeParse({ chain }).error).issues;
    expect(issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['chain.0.adapter.set.messages', 'This field is the request itself, not a parameter.'],
      ['chain.0.adapter.remove.0', 'This field is the request itself, not a parameter.'],
    ]);
  });
});

describe('the later parts of a policy', () => {
  it('are patched one by one and leave the rest as it was', async () => {
    const { ctx } = workspace;
    const patch = {
      hedge: { on: true },
      retry: { budgetPerSuccess: 0.2 },
      midStream: 'error',
      buffer: true,
    } as const;
    const view = await updateFlow({
      ctx,
      input: { slug, expectedVersion: 1, patch: { policy: patch, reason } },
    });
    expect(view.policy).toMatchObject({
      hedge: { on: true, minDelaySeconds: 0.8, share: 0.05 },
      retry: { maxPerTarget: 2, maxAttempts: 5, budgetPerSuccess: 0.2 },
      midStream: 'error',
      buffer: true,
      prefill: true,
      badge: { on: true },
    });
    expect(published().policy).toEqual(view.policy);
    const [entry] = (await listAudit({ ctx, input: { limit: 1 } })).items;
    expect(entry?.summary).toContain('the hedging, the retries');
  });

  it('keep to their limits, with the path of the field', async () => {
    const { ctx } = workspace;
    const patch = { policy: { hedge: { share: 0.9 } }, reason };
    const refusal = await refusalOf(updateFlow({ ctx, input: { slug, expectedVersion: 1, patch } }));
    expect(refusal.issues).toEqual([
      { path: 'policy.hedge.share', message: expect.stringContaining('At most 0.2') },
    ]);
  });
});

describe('metrics-only mode', () => {
  it('of a target reaches the gateway and its view', async () => {
    const { ctx } = workspace;
    const input = { slug: 'claude', expectedVersion: 1, patch: { metricsOnly: true } };
    expect(await updateTarget({ ctx, input })).toMatchObject({ metricsOnly: true, version: 2 });
    expect(snapshot().targets.map(({ metricsOnly }) => metricsOnly)).toEqual([true, false, false]);
  });
});

it('a document with everything in it comes back from the export as it was put in', async () => {
  const { ctx } = workspace;
  const exported = await exportConfig({ ctx });
  const [flow] = exported.flows;
  const document = configSchema.parse({
    ...exported,
    settings: { breaker: { ...exported.settings.breaker, rampSeconds: 0, rampFirstShare: 0.2 } },
    targets: exported.targets.map((target) => ({ ...target, metricsOnly: true })),
    flows: [
      {
        ...present(flow),
        chain: [{ target: 'claude', enabled: true, adapter }],
        policy: {
          ...present(flow).policy,
          hedge: { on: true, minDelaySeconds: 1.5, share: 0.1 },
          retry: { maxPerTarget: 1, maxAttempts: 3, budgetPerSuccess: 0 },
          contextOverflow: 'propagate',
          midStream: 'error',
          prefill: false,
          buffer: true,
          untranslatable: 'skip',
        },
      },
    ],
  });
  await replaceConfig({ ctx, input: { document } });
  expect(await exportConfig({ ctx })).toEqual(document);
  expect(await replaceConfig({ ctx, input: { document, dryRun: true } })).toEqual({ changes: [] });
});
