import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '#lib/contract/config.ts';
import { readModelList } from '#lib/wire/listing/read.ts';
import { type ListStep, listSteps } from '#lib/wire/listing/steps.ts';

const AWS_KEYS = 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

function stepsOf(kind: ProviderKind, baseUrl: string, credential: string | null = 'the-key') {
  return listSteps({ kind, baseUrl, region: null, credential });
}

const brief = (steps: ListStep[] | null) => (steps ?? []).map(({ url, gives }) => [url, gives]);
const read = (list: unknown) => readModelList(Buffer.from(JSON.stringify(list)));

describe('where a list of models is asked for', () => {
  it.each([
    ['openai', 'https://api.openai.com', 'https://api.openai.com/v1/models'],
    ['openai-compatible', 'https://api.groq.com/openai/v1', 'https://api.groq.com/openai/v1/models'],
    ['anthropic', 'https://api.anthropic.com/v1', 'https://api.anthropic.com/v1/models?limit=1000'],
    [
      'google',
      'https://generativelanguage.googleapis.com',
      'https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000',
    ],
  ] as const)('%s: beside where its models are called', (kind, baseUrl, url) => {
    expect(brief(stepsOf(kind, baseUrl))).toEqual([[url, 'models']]);
  });

  it('sends the key as each vendor wants it, and never in the address', () => {
    const headersOf = (kind: ProviderKind) => stepsOf(kind, 'https://vendor.example')?.[0]?.headers;
    expect(headersOf('openai')).toMatchObject({ authorization: 'Bearer the-key' });
    expect(headersOf('anthropic')).toMatchObject({
      'x-api-key': 'the-key',
      'anthropic-version': '2023-06-01',
    });
    expect(headersOf('google')).toMatchObject({ 'x-goog-api-key': 'the-key' });
    expect(headersOf('azure-openai')).toMatchObject({ 'api-key': 'the-key' });
    expect(JSON.stringify(brief(stepsOf('google', 'https://vendor.example')))).not.toContain('the-key');
  });

  it('asks OpenRouter about the key first, since its list is open to anybody', () => {
    expect(brief(stepsOf('openai-compatible', 'https://openrouter.ai/api/v1'))).toEqual([
      ['https://openrouter.ai/api/v1/key', 'key'],
      ['https://openrouter.ai/api/v1/models', 'models'],
    ]);
  });

  it('asks Azure for deployments and, where those are not listed, whether the key is good', () => {
    const [step] = stepsOf('azure-openai', 'https://mine.openai.azure.com/openai/v1') ?? [];
    expect(step?.url).toMatch(/^https:\/\/mine\.openai\.azure\.com\/openai\/deployments\?api-version=/);
    expect(step?.otherwise).toMatchObject({ gives: 'key' });
    expect(step?.otherwise?.url).toMatch(/^https:\/\/mine\.openai\.azure\.com\/openai\/models\?api-version=/);
  });

  it("asks AWS's control plane, signed, and adds inference profiles where it may", () => {
    const steps = stepsOf('bedrock', 'https://bedrock-runtime.eu-central-1.amazonaws.com', AWS_KEYS) ?? [];
    expect(steps.map(({ url, optional, authorization }) => [url, optional, authorization])).toEqual([
      ['https://bedrock.eu-central-1.amazonaws.com/foundation-models', false, 'aws-sigv4'],
      ['https://bedrock.eu-central-1.amazonaws.com/inference-profiles', true, 'aws-sigv4'],
    ]);
  });

  it('knows where there is no list: at Vertex, and behind a private endpoint of AWS', () => {
    expect(stepsOf('vertex', 'https://europe-west4-aiplatform.googleapis.com')).toBeNull();
    const privateLink = 'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com';
    expect(stepsOf('bedrock', privateLink, AWS_KEYS)).toBeNull();
  });
});

describe('what a list says', () => {
  it('reads the lists of all vendors', () => {
    const plain = (id: string) => ({ id, deployment: null, name: null, contextWindow: null, prices: null });
    expect(read({ object: 'list', data: [{ id: 'gpt-4o', object: 'model' }] })).toEqual([plain('gpt-4o')]);
    expect(
      read({ data: [{ type: 'model', id: 'claude-sonnet-4-5', display_name: 'Claude Sonnet 4.5' }] }),
    ).toEqual([{ ...plain('claude-sonnet-4-5'), name: 'Claude Sonnet 4.5' }]);
    const gemini = { name: 'models/gemini-2.5-pro', displayName: 'Gemini 2.5 Pro', inputTokenLimit: 1048576 };
    expect(read({ models: [gemini] })).toEqual([
      { ...plain('gemini-2.5-pro'), name: 'Gemini 2.5 Pro', contextWindow: 1_048_576 },
    ]);
    const profile = { inferenceProfileId: 'eu.amazon.nova-lite-v1:0', inferenceProfileName: 'EU Nova Lite' };
    expect(read({ inferenceProfileSummaries: [profile] })).toEqual([
      { ...plain('eu.amazon.nova-lite-v1:0'), name: 'EU Nova Lite' },
    ]);
  });

  it("takes a deployment's own name along, where it is another than its model's", () => {
    const data = [
      { object: 'deployment', id: 'chat-eu', model: 'gpt-4o' },
      { object: 'deployment', id: 'gpt-4o', model: 'gpt-4o' },
    ];
    expect(read({ data })?.map(({ id, deployment }) => [id, deployment])).toEqual([
      ['gpt-4o', 'chat-eu'],
      ['gpt-4o', null],
    ]);
  });

  it('leaves out what can neither chat nor embed, where the list says so', () => {
    const google = [
      { name: 'models/imagen', supportedGenerationMethods: ['predict'] },
      { name: 'models/gemini-2.5-flash', supportedGenerationMethods: ['generateContent', 'countTokens'] },
    ];
    expect(read({ models: google })?.map(({ id }) => id)).toEqual(['gemini-2.5-flash']);
    const aws = [
      { modelId: 'image', outputModalities: ['IMAGE'], inferenceTypesSupported: ['ON_DEMAND'] },
      { modelId: 'profile-only', outputModalities: ['TEXT'], inferenceTypesSupported: ['INFERENCE_PROFILE'] },
      { modelId: 'text', outputModalities: ['TEXT'], inferenceTypesSupported: ['ON_DEMAND'] },
    ];
    expect(read({ modelSummaries: aws })?.map(({ id }) => id)).toEqual(['text']);
    const together = [
      { id: 'flux', object: 'model', type: 'image' },
      { id: 'llama', object: 'model', type: 'chat' },
    ];
    expect(read(together)?.map(({ id }) => id)).toEqual(['llama']);
  });

  it('reads context windows and prices by whatever name, and no price that depends', () => {
    const openRouter = {
      id: 'anthropic/claude-sonnet-4.5',
      context_length: 200_000,
      pricing: { prompt: '0.000003', completion: '0.000015' },
    };
    const together = { id: 'llama', context_length: 131_072, pricing: { input: 0.88, output: 0.88 } };
    const auto = { id: 'openrouter/auto', pricing: { prompt: '-1', completion: '-1' } };
    const [a, b, c, d] =
      read({ data: [openRouter, together, auto, { id: 'vllm', max_model_len: 8192 }] }) ?? [];
    expect(a).toMatchObject({ contextWindow: 200_000, prices: { input: 3, output: 15 } });
    expect(b).toMatchObject({ contextWindow: 131_072, prices: { input: 0.88, output: 0.88 } });
    expect(c).toMatchObject({ contextWindow: null, prices: null });
    expect(d).toMatchObject({ contextWindow: 8192 });
  });

  it('tells an empty list from what is no list', () => {
    expect(read({ data: [] })).toEqual([]);
    expect(read({ status: 'ok' })).toBeNull();
    expect(readModelList(Buffer.from('<html>Welcome</html>'))).toBeNull();
  });
});
