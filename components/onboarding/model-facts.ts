import { knownModel } from '#lib/contract/model-catalogue.ts';
import type { ListedModel } from '#lib/contract/test-call.ts';
import { formatCount } from '../ui/format.ts';

/** Names of models that answer no chats, where a vendor's list does not tell. */
const OTHER_KINDS =
  /embed|whisper|tts|dall-e|image|imagen|audio|realtime|moderation|transcri|babbage|davinci|rerank|sora|veo|guard/i;

/** "128k tokens · tools, vision · $2.50 / $10 per million"; empty: nothing is known. */
export function modelFacts(model: ListedModel): string {
  const known = knownModel(model.id);
  const window = model.contextWindow ?? known?.contextWindow ?? null;
  return [
    model.deployment === null ? '' : `deployment ${model.deployment}`,
    window === null ? '' : `${formatCount(window)} tokens`,
    known === null ? '' : known.capabilities.join(', '),
    model.prices === null ? '' : priceWords(model.prices),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

export function priceWords({ input, output }: { input: number; output: number }): string {
  return `$${plain(input)} in, $${plain(output)} out per million tokens`;
}

function plain(price: number): string {
  return Number.isInteger(price) ? String(price) : price.toFixed(4).replace(/0{1,2}$/, '');
}

/** Those that the catalogue knows first, then the other models that chat, then the rest; each by name. */
export function sortModels(models: readonly ListedModel[]): ListedModel[] {
  const rank = ({ id }: ListedModel) => {
    if (OTHER_KINDS.test(id)) return 2;
    return knownModel(id) === null ? 1 : 0;
  };
  return models.toSorted((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id));
}

/** Every word of the query is somewhere in the model's names. */
export function matchesModel({ id, name, deployment }: ListedModel, query: string): boolean {
  const text = `${id} ${name ?? ''} ${deployment ?? ''}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
