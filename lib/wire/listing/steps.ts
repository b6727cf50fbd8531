import { ANTHROPIC_VERSION, credentialHeader, messagesBase } from '../anthropic/address.ts';
import { bedrockAuthorization, bedrockControlBase } from '../bedrock/address.ts';
import { geminiBase } from '../gemini/address.ts';
import { versionedBase } from '../openai/address.ts';
import { azureResource } from '../openai/azure-address.ts';
import type { UpstreamRequest, UpstreamTarget } from '../types.ts';

/** One GET on the way to a provider's list of models. */
export interface ListStep extends Pick<UpstreamRequest, 'url' | 'headers' | 'authorization'> {
  /** `models`: its answer lists models. `key`: it only says whether the key is good. */
  gives: 'models' | 'key';
  /** What it fails with is passed over: it adds to what another step has shown. */
  optional: boolean;
  /** Asked instead where this address does not exist. */
  otherwise: ListStep | null;
}

type Place = Pick<UpstreamTarget, 'kind' | 'baseUrl' | 'region' | 'credential'>;

/** Azure's listing of deployments, which resources made since may not have any more. */
const AZURE_DEPLOYMENTS_VERSION = '2023-03-15-preview';
const AZURE_MODELS_VERSION = '2024-10-21';

/**
 * What to ask, in order, for the models that a key may call; null: this vendor has no list that its key may read, so the model's
 * name has to be known.
 */
export function listSteps(place: Place): ListStep[] | null {
  const { kind } = place;
  switch (kind) {
    case 'openai':
    case 'openai-compatible':
      return openAiSteps(place);
    case 'anthropic':
      return [step(`${messagesBase(place.baseUrl)}/v1/models?limit=1000`, anthropicHeaders(place))];
    case 'google':
      return [step(`${geminiBase(place.baseUrl)}/models?pageSize=1000`, keyHeader('x-goog-api-key', place))];
    case 'azure-openai':
      return azureSteps(place);
    case 'bedrock':
      return bedrockSteps(place);
    case 'vertex':
      return null;
    default:
      return kind satisfies never;
  }
}

function openAiSteps(place: Place): ListStep[] {
  const base = versionedBase(place.baseUrl);
  const headers: Record<string, string> =
    place.credential === null ? {} : { authorization: `Bearer ${place.credential}` };
  const models = step(`${base}/models`, headers);
  // OpenRouter shows its list to anybody: that it came says nothing about the key.
  return isOpenRouter(base) ? [step(`${base}/key`, headers, { gives: 'key' }), models] : [models];
}

function isOpenRouter(base: string): boolean {
  return /^https?:\/\/([a-z0-9-]+\.)?openrouter\.ai(\/|$)/.test(base);
}

function anthropicHeaders({ credential }: Place): Record<string, string> {
  const version = { 'anthropic-version': ANTHROPIC_VERSION };
  if (credential === null) return version;
  const [name, value] = credentialHeader(credential, ANTHROPIC_VERSION);
  return { ...version, [name]: value };
}

/** Only a deployment can be called. Where those are not listed, the resource's models still show whether the key is good. */
function azureSteps(place: Place): ListStep[] {
  const headers = keyHeader('api-key', place);
  const resource = azureResource(place.baseUrl);
  const models = step(`${resource}/openai/models?api-version=${AZURE_MODELS_VERSION}`, headers, {
    gives: 'key',
  });
  const deployments = `${resource}/openai/deployments?api-version=${AZURE_DEPLOYMENTS_VERSION}`;
  return [step(deployments, headers, { otherwise: models })];
}

/** Newer models answer under an inference profile's name only; who may list models need not be allowed to list profiles. */
function bedrockSteps(place: Place): ListStep[] | null {
  const base = bedrockControlBase(place.baseUrl);
  if (base === null) return null;
  const { headers, authorization } = bedrockAuthorization(place.credential);
  const at = (path: string, more: Partial<ListStep> = {}) =>
    step(`${base}/${path}`, headers, { authorization, ...more });
  return [at('foundation-models'), at('inference-profiles', { optional: true })];
}

function keyHeader(name: string, { credential }: Place): Record<string, string> {
  return credential === null ? {} : { [name]: credential };
}

function step(url: string, headers: Record<string, string>, more: Partial<ListStep> = {}): ListStep {
  return {
    url,
    headers: { accept: 'application/json', ...headers },
    authorization: null,
    gives: 'models',
    optional: false,
    otherwise: null,
    ...more,
  };
}
