import type { ListedModel } from '../../contract/test-call.ts';
import { asArray, asNumber, asObject, asText, type JsonObject, parseJson } from '../json.ts';

/** What no list of models is longer than; the rest would only slow a page down. */
const MOST = 2_000;

/**
 * The models of a list, in its order and each once, whichever vendor's shape it has; null: this is no list of models.
 * Models that answer neither chats nor embeddings are left out where the list says so.
 */
export function readModelList(body: Uint8Array): ListedModel[] | null {
  const json = parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  const outer = asObject(json);
  const found = Array.isArray(json) ? json : LISTS.map((name) => outer?.[name]).find(Array.isArray);
  if (found === undefined) return null;
  const models = new Map<string, ListedModel>();
  for (const entry of asArray(found)) {
    const model = modelOf(asObject(entry) ?? {});
    if (model !== null && models.size < MOST) models.set(`${model.deployment}\n${model.id}`, model);
  }
  return [...models.values()];
}

/** OpenAI, Anthropic and Azure; Google; Bedrock's two. Together sends a bare array. */
const LISTS = ['data', 'models', 'modelSummaries', 'inferenceProfileSummaries'];

function modelOf(entry: JsonObject): ListedModel | null {
  const id = idOf(entry);
  if (id === null || !isCallable(entry)) return null;
  const name = textOf(entry, ['display_name', 'displayName', 'modelName', 'inferenceProfileName', 'name']);
  return {
    ...azureNames(entry, id),
    name: name === id || name === `models/${id}` ? null : name,
    contextWindow: numberOf(entry, WINDOWS),
    prices: pricesOf(asObject(entry.pricing)),
  };
}

/** Azure lists deployments: their id is what is called, `model` is what answers there. */
function azureNames(entry: JsonObject, id: string): Pick<ListedModel, 'id' | 'deployment'> {
  const model = entry.object === 'deployment' ? asText(entry.model) : null;
  return model === null || model === id ? { id, deployment: null } : { id: model, deployment: id };
}

function idOf(entry: JsonObject): string | null {
  const own = textOf(entry, ['id', 'modelId', 'inferenceProfileId']);
  if (own !== null) return own;
  const name = asText(entry.name);
  return name?.startsWith('models/') ? name.slice('models/'.length) : name;
}

/** What different vendors call the tokens that fit. */
const WINDOWS = [
  'context_length',
  'context_window',
  'max_context_length',
  'max_model_len',
  'max_input_tokens',
  'inputTokenLimit',
];

const METHODS = ['generateContent', 'embedContent'];
const TYPES = ['chat', 'language', 'code', 'embedding'];

/** Google names methods, Together a type, Bedrock what comes out and how it is paid for; the others say nothing. */
function isCallable(entry: JsonObject): boolean {
  const has = (value: unknown, wanted: readonly string[]) =>
    !Array.isArray(value) || value.some((each) => typeof each === 'string' && wanted.includes(each));
  if (!has(entry.supportedGenerationMethods, METHODS)) return false;
  if (!has(entry.outputModalities, ['TEXT', 'EMBEDDING'])) return false;
  if (!has(entry.inferenceTypesSupported, ['ON_DEMAND'])) return false;
  const type = entry.object === 'model' ? asText(entry.type) : null;
  return type === null || type === 'model' || TYPES.includes(type);
}

/** OpenRouter prices a token, as text; Together a million of them, as numbers. */
function pricesOf(pricing: JsonObject | null): ListedModel['prices'] {
  const each = pricing === null ? [] : [asText(pricing.prompt), asText(pricing.completion)];
  const [input, output] =
    each[0] == null || each[1] == null
      ? [asNumber(pricing?.input), asNumber(pricing?.output)]
      : each.map((price) => Number((Number(price) * 1e6).toPrecision(12)));
  return isPrice(input) && isPrice(output) ? { input, output } : null;
}

/** Negative: OpenRouter's sign for "it depends"; two zeros of Together mean that it is not priced by the token. */
function isPrice(price: number | null | undefined): price is number {
  return typeof price === 'number' && Number.isFinite(price) && price >= 0 && price <= 100_000;
}

function textOf(entry: JsonObject, names: readonly string[]): string | null {
  return names.map((name) => asText(entry[name])).find((text) => text !== null) ?? null;
}

function numberOf(entry: JsonObject, names: readonly string[]): number | null {
  const found = names.map((name) => asNumber(entry[name])).find((number) => number !== null && number >= 1);
  return found === undefined || found === null ? null : Math.floor(found);
}
