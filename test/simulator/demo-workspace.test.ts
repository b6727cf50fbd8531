import { expect, test } from 'vitest';
import { configSchema } from '#lib/contract/config.ts';
import { demoConfig, demoEndpoints, demoPorts, demoSettings } from '#lib/simulator/demo-workspace.ts';
import { simulatorSettingsSchema } from '#lib/simulator/settings.ts';

const ports = demoPorts(9000);
const config = configSchema.parse(demoConfig(ports));

test('the demo is a valid configuration of three vendors, five targets and three flows', () => {
  expect(config.providers.map((provider) => provider.slug)).toEqual([
    'anthropic-sim',
    'openai-sim',
    'groq-sim',
  ]);
  expect(config.providers.every((provider) => provider.name.endsWith('(simulated)'))).toBe(true);
  expect(config.targets).toHaveLength(5);
  expect(config.flows.map((flow) => [flow.slug, flow.policy.mode, flow.policy.badge.on])).toEqual([
    ['support-chat', 'mixed', true],
    ['nightly-classify', 'availability', false],
    ['contract-review', 'quality', true],
  ]);
});

test('the first flow has a primary, an alternate in another region, and backup models', () => {
  const chain = config.flows[0]?.chain.map((entry) =>
    config.targets.find((target) => target.slug === entry.target),
  );
  expect(chain?.map((target) => `${target?.provider}.${target?.endpoint} ${target?.model}`)).toEqual([
    'openai-sim.us-east gpt-4o',
    'openai-sim.eu-west gpt-4o',
    'anthropic-sim.global claude-sonnet-4-5',
    'groq-sim.global llama-3.3-70b-versatile',
  ]);
});

test('every target calls an endpoint that is simulated, at its port, with a model that it has', () => {
  const endpoints = demoEndpoints(ports);
  for (const target of config.targets) {
    const simulated = endpoints.find(
      (one) => one.provider === target.provider && one.endpoint === target.endpoint,
    );
    const configured = config.providers
      .find((provider) => provider.slug === target.provider)
      ?.endpoints.find((endpoint) => endpoint.slug === target.endpoint);
    expect(simulated?.models).toContain(target.model);
    expect(new URL(configured?.baseUrl ?? '').port).toBe(String(simulated?.port));
  }
});

test('the settings survive the way to another process, and generate traffic for every flow', () => {
  const settings = demoSettings({ ports, controlToken: 't', gatewayUrl: 'http://127.0.0.1:1', apiKey: 'k' });
  expect(simulatorSettingsSchema.parse(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  expect(Object.keys(settings.traffic?.requestsPerMinute ?? {})).toEqual(
    config.flows.map((flow) => flow.slug),
  );
});
