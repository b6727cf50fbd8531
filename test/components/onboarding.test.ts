import { describe, expect, it } from 'vitest';
import { clientLines } from '#components/onboarding/client-lines.ts';
import { matchesModel, modelFacts, sortModels } from '#components/onboarding/model-facts.ts';
import {
  type Existing,
  emptyDraft,
  type OnboardingDraft,
  offeredBackups,
  onboardingBody,
  plannedChain,
  plannedTargets,
  roleOf,
} from '#components/onboarding/onboarding-draft.ts';
import { placeholderIn, VENDORS, vendorOf, vendorUrl } from '#components/onboarding/vendors.ts';
import type { TargetView } from '#lib/contract/api.ts';
import { providerSchema } from '#lib/contract/config.ts';
import { knownModel } from '#lib/contract/model-catalogue.ts';
import { onboardingSchema } from '#lib/contract/onboarding.ts';
import type { ListedModel } from '#lib/contract/test-call.ts';
import { target } from './live-factories.ts';

const NOTHING: Existing = { providers: [], targets: [], flows: [] };

const listed = (id: string, more: Partial<ListedModel> = {}): ListedModel => ({
  id,
  deployment: null,
  name: null,
  contextWindow: null,
  prices: null,
  ...more,
});

function draftOf(
  vendor: string,
  models: ListedModel[],
  more: Partial<OnboardingDraft> = {},
): OnboardingDraft {
  const draft = emptyDraft(vendorOf(vendor));
  return { ...draft, models, credential: { ...draft.credential, how: 'key', apiKey: 'the-key' }, ...more };
}

const chainOf = (draft: OnboardingDraft, existing: Existing) =>
  plannedChain(plannedTargets(draft, existing), existing, draft.flow);
const rolesOf = (draft: OnboardingDraft, existing: Existing) => {
  const chain = chainOf(draft, existing);
  return chain.map((link) => [link.slug, roleOf(link, chain)]);
};

describe('the catalogue', () => {
  it.each([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['openai/gpt-4.1-mini', 'gpt-4.1-mini'],
    ['gemini-2.5-pro', 'gemini-2.5-pro'],
    ['llama-3.3-70b-versatile', 'llama-3.3-70b'],
    ['meta-llama/Llama-3.3-70B-Instruct-Turbo', 'llama-3.3-70b'],
    ['meta.llama3-3-70b-instruct-v1:0', 'llama-3.3-70b'],
    ['llama3.3:70b', 'llama-3.3-70b'],
    ['mistral-large-latest', 'mistral-large'],
    ['deepseek/deepseek-chat:free', 'deepseek-chat'],
  ])('knows %s as %s', (name, family) => {
    expect(knownModel(name)?.family).toBe(family);
  });

  it.each(['gpt-4o-audio-preview', 'gpt-4o-mini-tts', 'gpt-4-1106-preview', 'my-own-model', ''])(
    'makes nothing up about %s',
    (name) => expect(knownModel(name)).toBeNull(),
  );
});

describe('the list of models', () => {
  it('begins with those that the catalogue knows and ends with those that do not chat', () => {
    const names = ['text-embedding-3-large', 'unheard-of', 'gpt-4o', 'whisper-1', 'claude-sonnet-4-5'];
    expect(sortModels(names.map((id) => listed(id))).map(({ id }) => id)).toEqual([
      'claude-sonnet-4-5',
      'gpt-4o',
      'unheard-of',
      'text-embedding-3-large',
      'whisper-1',
    ]);
  });

  it('is searched by every word, in whichever name of a model', () => {
    const model = listed('gpt-4o-2024-08-06', { name: 'GPT-4o', deployment: 'prod-eu' });
    expect(matchesModel(model, '4o EU')).toBe(true);
    expect(matchesModel(model, '4o us')).toBe(false);
    expect(matchesModel(model, '')).toBe(true);
  });

  it('says what is known of a model, the vendor before the catalogue, and prices without rounding', () => {
    const model = listed('gpt-4o', { contextWindow: 64_000, prices: { input: 0.125, output: 10 } });
    expect(modelFacts(model)).toMatch(/^64k tokens · .*tools.* · \$0\.125 in, \$10 out per million tokens$/);
    expect(modelFacts(listed('unheard-of'))).toBe('');
  });
});

describe('a vendor', () => {
  it.each(VENDORS.map((vendor) => [vendor.id, vendor] as const))('%s fills in a provider', (_, vendor) => {
    const draft = draftOf(vendor.id, []);
    const baseUrl = vendorUrl(vendor, draft.region)
      .replace('YOUR-RESOURCE', 'mine')
      .replace('HOST', 'models.example');
    const { provider } = onboardingBody({ ...draft, baseUrl }, NOTHING);
    expect(providerSchema.safeParse(provider).error?.issues ?? []).toEqual([]);
    expect(placeholderIn(baseUrl)).toBeNull();
  });

  it('names the part of its address that is still to be written', () => {
    expect(placeholderIn(vendorOf('azure').baseUrl)).toBe('YOUR-RESOURCE');
    expect(placeholderIn(vendorOf('other').baseUrl)).toBe('HOST');
    expect(placeholderIn(vendorOf('openai').baseUrl)).toBeNull();
  });

  it('has its address follow the region', () => {
    expect(vendorUrl(vendorOf('bedrock'), 'eu-west-1')).toBe(
      'https://bedrock-runtime.eu-west-1.amazonaws.com',
    );
    expect(vendorUrl(vendorOf('vertex'), 'global')).toBe('https://aiplatform.googleapis.com');
  });

  it('a second time gets a name of its own', () => {
    const existing = { ...NOTHING, providers: [{ slug: 'openai' }] };
    expect(onboardingBody(draftOf('openai', []), existing).provider.slug).toBe('openai-2');
  });
});

describe('the chosen models', () => {
  it('become targets with what the catalogue and the list know, and nothing else', () => {
    const models = [
      listed('gpt-4o'),
      listed('gpt-4o-2024-08-06', { contextWindow: 100_000, prices: { input: 2.5, output: 10 } }),
      listed('my-own-model'),
    ];
    const { targets } = onboardingBody(draftOf('openai', models), NOTHING);
    expect(targets).toEqual([
      {
        slug: 'gpt-4o',
        endpoint: 'global',
        model: 'gpt-4o',
        contextWindow: 128_000,
        capabilities: ['tools', 'vision', 'json-schema'],
      },
      {
        slug: 'gpt-4o-2024-08-06',
        endpoint: 'global',
        model: 'gpt-4o-2024-08-06',
        modelFamily: 'gpt-4o',
        contextWindow: 100_000,
        capabilities: ['tools', 'vision', 'json-schema'],
        prices: { input: 2.5, output: 10 },
      },
      { slug: 'my-own-model', endpoint: 'global', model: 'my-own-model' },
    ]);
  });

  it('get slugs that are free and valid', () => {
    const existing = { ...NOTHING, targets: [target('gpt-4o')] };
    const models = [
      listed('gpt-4o'),
      listed('meta-llama/Llama-3.3-70B'),
      listed('gpt-4o', { deployment: 'EU Chat' }),
    ];
    const body = onboardingBody(draftOf('azure', models, { baseUrl: 'https://mine.example' }), existing);
    expect(body.targets.map(({ slug }) => slug)).toEqual(['azure-openai-gpt-4o', 'llama-3-3-70b', 'eu-chat']);
    expect(onboardingSchema.safeParse(body).error?.issues ?? []).toEqual([]);
  });
});

describe('the flow that is made of them', () => {
  const bedrockClaude: TargetView = target('claude-aws', {
    model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    modelFamily: 'claude-sonnet-4-5',
    simulated: false,
  });
  const other = target('llama', { model: 'llama-3.3-70b', modelFamily: 'llama-3.3-70b', simulated: false });
  const simulated = target('claude-sim', { modelFamily: 'claude-sonnet-4-5', simulated: true });
  const existing: Existing = { ...NOTHING, targets: [bedrockClaude, other, simulated] };
  const draft = draftOf('anthropic', [listed('claude-sonnet-4-5-20250929'), listed('claude-haiku-4-5')]);

  it('asks the model that was chosen first, then the same model elsewhere, then the others', () => {
    expect(rolesOf(draft, existing)).toEqual([
      ['claude-sonnet-4-5-20250929', 'primary'],
      ['claude-aws', 'alternate'],
      ['claude-haiku-4-5', 'backup'],
    ]);
  });

  it('offers the other real targets as backups, and adds those that are wanted', () => {
    expect(offeredBackups(chainOf(draft, existing), existing).map(({ slug }) => slug)).toEqual(['llama']);
    const flow = { ...draft.flow, added: ['llama'], removed: ['claude-aws'] };
    expect(rolesOf({ ...draft, flow }, existing)).toEqual([
      ['claude-sonnet-4-5-20250929', 'primary'],
      ['claude-haiku-4-5', 'backup'],
      ['llama', 'backup'],
    ]);
  });

  it('keeps an order made by hand, with what is new at its end', () => {
    const flow = {
      ...draft.flow,
      added: ['llama'],
      chain: ['claude-haiku-4-5', 'claude-sonnet-4-5-20250929'],
    };
    expect(rolesOf({ ...draft, flow }, existing).map(([slug]) => slug)).toEqual([
      'claude-haiku-4-5',
      'claude-sonnet-4-5-20250929',
      'claude-aws',
      'llama',
    ]);
  });

  it('calls the model as the targets that are there do, since alternates are told by that name', () => {
    const byModel = target('claude-old', {
      model: 'claude-sonnet-4-5-20250929',
      modelFamily: 'claude-sonnet-4-5-20250929',
      simulated: false,
    });
    const at = draftOf('bedrock', [listed('us.anthropic.claude-sonnet-4-5-20250929-v1:0')]);
    const [planned] = plannedTargets(at, { ...NOTHING, targets: [byModel] });
    expect(planned?.family).toBe('claude-sonnet-4-5-20250929');
    expect(rolesOf(at, { ...NOTHING, targets: [byModel] }).map(([, role]) => role)).toEqual([
      'primary',
      'alternate',
    ]);
  });

  it('gets a name that no flow has, by slug or alias', () => {
    const flows = [{ slug: 'assistant', aliases: ['assistant-2'] }];
    expect(onboardingBody(draft, { ...existing, flows }).flow?.slug).toBe('assistant-3');
  });

  it('is left out where nobody wants it, or nothing was chosen', () => {
    expect(onboardingBody({ ...draft, flow: { ...draft.flow, make: false } }, existing).flow).toBeNull();
    expect(onboardingBody(draftOf('openai', []), NOTHING).flow).toBeNull();
  });
});

describe('the lines for an application', () => {
  it('hold the flow and the address, and the key only while it is known', () => {
    const before = clientLines('http://127.0.0.1:8080/', 'assistant', null);
    expect(before.map(({ id }) => id)).toEqual(['curl', 'openai', 'python', 'anthropic']);
    for (const { code } of before) {
      expect(code).toContain('assistant');
      expect(code).toContain('SWITCHYARD_API_KEY');
      expect(code).not.toContain('8080//');
    }
    const after = clientLines('http://127.0.0.1:8080', 'assistant', 'sy_live_1');
    for (const { code } of after) expect(code).toContain('sy_live_1');
  });
});
