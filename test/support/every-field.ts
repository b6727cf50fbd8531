import type { ConfigInput } from '#lib/contract/config.ts';

export const EVERY_FIELD_KEYS = ['sk-secret-of-the-vendor', 'sk-secret-of-the-region'];

/** A configuration that sets every field there is, each to something other than its default. */
export function everyField(): ConfigInput {
  return { settings: settings(), providers: providers(), targets: targets(), flows: flows() };
}

function breaker() {
  return {
    consecutiveFailures: 4,
    failureRate: 0.4,
    slowRate: 0.7,
    minimumCalls: 12,
    windowSeconds: 45,
    openSeconds: 7,
    maxOpenSeconds: 40,
    probeSuccesses: 3,
    rampSeconds: 20,
    rampAfterSeconds: 50,
    rampFirstShare: 0.2,
    rampSecondShare: 0.6,
  };
}

const settings = (): ConfigInput['settings'] => ({ breaker: breaker() });

function providers(): ConfigInput['providers'] {
  return [
    {
      slug: 'azure',
      name: 'Azure OpenAI',
      kind: 'azure-openai',
      credential: { apiKey: EVERY_FIELD_KEYS[0] ?? '' },
      endpoints: [
        {
          slug: 'us-east',
          region: 'eastus2',
          baseUrl: 'https://example-us.openai.azure.com',
          credential: { apiKey: EVERY_FIELD_KEYS[1] ?? '' },
        },
        {
          slug: 'sweden',
          region: 'swedencentral',
          baseUrl: 'https://example-se.openai.azure.com',
          credential: { env: 'AZURE_SWEDEN_KEY' },
        },
      ],
    },
    {
      slug: 'anthropic',
      name: 'Anthropic',
      kind: 'anthropic',
      credential: { env: 'ANTHROPIC_API_KEY' },
      endpoints: [{ slug: 'global', baseUrl: 'https://api.anthropic.com' }],
    },
  ];
}

function targets(): ConfigInput['targets'] {
  return [
    {
      slug: 'gpt-us',
      provider: 'azure',
      endpoint: 'us-east',
      model: 'gpt-4o',
      deployment: 'chat-us',
      modelFamily: 'gpt-4o-family',
      contextWindow: 128_000,
      capabilities: ['tools', 'vision', 'json-schema', 'reasoning'],
      enabled: false,
      breaker: { ...breaker(), openSeconds: 5 },
      metricsOnly: true,
      prices: { input: 2.5, output: 10 },
    },
    {
      slug: 'claude',
      provider: 'anthropic',
      endpoint: 'global',
      model: 'claude-sonnet-4-5',
      capabilities: [],
      enabled: true,
      metricsOnly: false,
    },
  ];
}

function adapter() {
  return {
    systemPrefix: 'You are the support desk of Acme.',
    systemSuffix: 'Answer in at most five sentences.',
    replace: [{ find: 'Sonnet', with: 'GPT' }],
    set: { temperature: 0.2, metadata: { team: 'support' } },
    remove: ['top_k'],
    maxTokens: 900,
  };
}

function flows(): ConfigInput['flows'] {
  return [
    {
      slug: 'support-chat',
      name: 'Support chat',
      aliases: ['claude-support', 'gpt-4o'],
      chain: [
        { target: 'claude', enabled: true },
        { target: 'gpt-us', enabled: false, adapter: adapter() },
      ],
      policy: {
        mode: 'mixed',
        defaultStakes: 'high',
        primaryPatience: { seconds: 3, retries: 2 },
        badge: { on: true, text: 'Antwort eines Ersatzmodells', language: 'de-CH' },
        degraded: { as: 'message', message: 'Bitte gleich noch einmal.', retryAfterSeconds: 12 },
        timeouts: { firstTokenSeconds: 8, idleSeconds: 21, totalSeconds: 75 },
        retry: { maxPerTarget: 1, maxAttempts: 4, budgetPerSuccess: 0.2 },
        contentFilter: 'failover',
        contextOverflow: 'propagate',
        hedge: { on: true, minDelaySeconds: 1.5, share: 0.1 },
        midStream: 'error',
        prefill: false,
        buffer: true,
        untranslatable: 'skip',
      },
      callerTimeoutSeconds: 90,
      exceptions: {
        other_vendor: 'The contract allows one vendor only.',
        badge: 'A machine reads the answers, nobody would see it.',
        timeouts: 'The batch job waits for as long as it takes.',
      },
    },
  ];
}
