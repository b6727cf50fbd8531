import type { ConfigInput } from '#lib/contract/config.ts';
import type { SimulatedEndpoint, SimulatorSettings } from '#lib/contract/simulator.ts';

/** Loopback ports of the demo's simulator. */
export interface DemoPorts {
  control: number;
  anthropic: number;
  openaiUsEast: number;
  openaiEuWest: number;
  groq: number;
}

/** The control API's port, and the next four for the vendors. */
export function demoPorts(first: number): DemoPorts {
  return {
    control: first,
    anthropic: first + 1,
    openaiUsEast: first + 2,
    openaiEuWest: first + 3,
    groq: first + 4,
  };
}

const CLAUDE = 'claude-sonnet-4-5';
const LLAMA = 'llama-3.3-70b-versatile';
const GPT_4O = 'gpt-4o';
const GPT_4O_MINI = 'gpt-4o-mini';

/** Requests a minute of the demo's traffic, by flow. */
const REQUESTS_PER_MINUTE = { 'support-chat': 40, 'nightly-classify': 24, 'contract-review': 10 };

export interface DemoSettingsInput {
  ports: DemoPorts;
  controlToken: string;
  /** The gateway, without a path. */
  gatewayUrl: string;
  apiKey: string;
}

/** What the demo's simulator process is started with. */
export function demoSettings(input: DemoSettingsInput): SimulatorSettings {
  return {
    controlPort: input.ports.control,
    controlToken: input.controlToken,
    endpoints: demoEndpoints(input.ports),
    traffic: {
      gatewayUrl: input.gatewayUrl,
      apiKey: input.apiKey,
      requestsPerMinute: { ...REQUESTS_PER_MINUTE },
    },
  };
}

/** The simulated vendors' endpoints, as `demoConfig` refers to them. */
export function demoEndpoints(ports: DemoPorts): SimulatedEndpoint[] {
  const openai = { provider: 'openai-sim', format: 'openai', models: [GPT_4O, GPT_4O_MINI] } as const;
  return [
    {
      provider: 'anthropic-sim',
      endpoint: 'global',
      format: 'anthropic',
      port: ports.anthropic,
      models: [CLAUDE],
    },
    { ...openai, models: [...openai.models], endpoint: 'us-east', port: ports.openaiUsEast },
    { ...openai, models: [...openai.models], endpoint: 'eu-west', port: ports.openaiEuWest },
    { provider: 'groq-sim', endpoint: 'global', format: 'openai', port: ports.groq, models: [LLAMA] },
  ];
}

/** The demo's configuration: three simulated vendors, five targets, three flows. */
export function demoConfig(ports: DemoPorts): ConfigInput {
  return { providers: providers(ports), targets: targets(), flows: flows() };
}

function providers(ports: DemoPorts): ConfigInput['providers'] {
  const credential = { apiKey: 'simulated' };
  const url = (port: number) => `http://127.0.0.1:${port}`;
  return [
    {
      slug: 'anthropic-sim',
      name: 'Anthropic (simulated)',
      kind: 'anthropic',
      credential,
      endpoints: [{ slug: 'global', region: 'global', baseUrl: url(ports.anthropic) }],
    },
    {
      slug: 'openai-sim',
      name: 'OpenAI (simulated)',
      kind: 'openai',
      // A key for each region: a rate limit is its account's, and one account for both would make the alternate useless for it.
      endpoints: [
        {
          slug: 'us-east',
          region: 'us-east',
          baseUrl: url(ports.openaiUsEast),
          credential: { apiKey: 'simulated-us' },
        },
        {
          slug: 'eu-west',
          region: 'eu-west',
          baseUrl: url(ports.openaiEuWest),
          credential: { apiKey: 'simulated-eu' },
        },
      ],
    },
    {
      slug: 'groq-sim',
      name: 'Groq (simulated)',
      kind: 'openai-compatible',
      credential,
      endpoints: [{ slug: 'global', region: 'global', baseUrl: `${url(ports.groq)}/openai/v1` }],
    },
  ];
}

function targets(): ConfigInput['targets'] {
  const gpt = {
    provider: 'openai-sim',
    contextWindow: 128_000,
    capabilities: ['tools', 'vision', 'json-schema'],
  } satisfies Partial<NonNullable<ConfigInput['targets']>[number]>;
  return [
    { slug: 'gpt-4o-us', endpoint: 'us-east', model: GPT_4O, ...gpt },
    { slug: 'gpt-4o-eu', endpoint: 'eu-west', model: GPT_4O, ...gpt },
    { slug: 'gpt-4o-mini-us', endpoint: 'us-east', model: GPT_4O_MINI, ...gpt },
    {
      slug: 'claude-sonnet',
      provider: 'anthropic-sim',
      endpoint: 'global',
      model: CLAUDE,
      contextWindow: 200_000,
      capabilities: ['tools', 'vision', 'prefill'],
    },
    {
      slug: 'llama-70b',
      provider: 'groq-sim',
      endpoint: 'global',
      model: LLAMA,
      contextWindow: 128_000,
      capabilities: ['tools'],
    },
  ];
}

function flows(): ConfigInput['flows'] {
  // Short enough that a broken vendor shows within seconds.
  const timeouts = { firstTokenSeconds: 5, idleSeconds: 10, totalSeconds: 60 };
  return [
    {
      slug: 'support-chat',
      name: 'Support chat',
      chain: ['gpt-4o-us', 'gpt-4o-eu', 'claude-sonnet', 'llama-70b'],
      policy: { mode: 'mixed', defaultStakes: 'low', badge: { on: true }, timeouts },
      callerTimeoutSeconds: 90,
    },
    {
      slug: 'nightly-classify',
      name: 'Nightly classification',
      chain: ['gpt-4o-mini-us', 'llama-70b'],
      policy: { mode: 'availability', badge: { on: false }, timeouts },
      callerTimeoutSeconds: 300,
      exceptions: { badge: 'A job reads the labels: nobody would see a badge.' },
    },
    // As many real ones are: a backup is in the chain, and the mode never lets it answer.
    {
      slug: 'contract-review',
      name: 'Contract review',
      chain: ['claude-sonnet', 'gpt-4o-us'],
      policy: {
        mode: 'quality',
        badge: { on: true },
        degraded: {
          as: 'error',
          message: 'Contract review is waiting for its own model. Try again in a moment.',
          retryAfterSeconds: 15,
        },
        timeouts,
      },
      callerTimeoutSeconds: 120,
    },
  ];
}
