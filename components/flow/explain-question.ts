import type { ExplainInput } from '#lib/contract/explain.ts';
import type { TargetIndex } from './target-label.ts';

/** What a hypothetical request asks for, as the URL has it. */
export const ASKS = ['tools', 'vision', 'schema', 'whole'] as const;
export type Ask = (typeof ASKS)[number];

export const ASK_WORDS: Readonly<Record<Ask, string>> = {
  tools: 'Tools',
  vision: 'Images',
  schema: 'JSON schema',
  whole: 'Not streamed',
};

/** The question's part of the URL; all of it at rest asks about an ordinary request now. */
export interface Question {
  stakes: 'high' | 'low' | null;
  asks: readonly Ask[];
  tokens: number | null;
  /** `target:gpt-us`, `endpoint:openai.us-east`, `provider:openai` */
  down: readonly string[];
}

export interface ScopeChoice {
  group: string;
  items: { value: string; label: string }[];
}

/** What POST explain takes. */
export function explainBody({ stakes, asks, tokens, down }: Question): ExplainInput {
  return {
    stakes,
    stream: !asks.includes('whole'),
    needs: {
      tools: asks.includes('tools'),
      vision: asks.includes('vision'),
      jsonSchema: asks.includes('schema'),
    },
    inputTokens: tokens,
    assume: down.flatMap(assumptionOf),
  };
}

/** Everything that a flow's chain stands on, to be assumed down; shared places first once. */
export function downChoices(chain: readonly { target: string }[], targets: TargetIndex): ScopeChoice[] {
  const own = chain.flatMap(({ target }) => targets.get(target) ?? []);
  const unique = (values: string[]) => [...new Set(values)];
  const items = (scope: string, ids: string[]) =>
    unique(ids).map((id) => ({ value: `${scope}:${id}`, label: id }));
  return [
    {
      group: 'Targets',
      items: items(
        'target',
        own.map(({ slug }) => slug),
      ),
    },
    {
      group: 'Endpoints',
      items: items(
        'endpoint',
        own.map(({ endpointId }) => endpointId),
      ),
    },
    {
      group: 'Providers',
      items: items(
        'provider',
        own.map(({ provider }) => provider),
      ),
    },
  ];
}

/** "a high-stakes request with tools and images, if provider openai is down" */
export function questionWords({ stakes, asks, tokens, down }: Question): string {
  const kind = stakes === null ? 'an ordinary request' : `a ${stakes}-stakes request`;
  const needs = asks.filter((ask) => ask !== 'whole').map((ask) => NEED_WORDS[ask]);
  const parts = [
    ...(needs.length === 0 ? [] : [`with ${needs.join(' and ')}`]),
    ...(asks.includes('whole') ? ['answered whole'] : []),
    ...(tokens === null ? [] : [`of ${tokens} tokens`]),
  ];
  const names = down.map((key) => key.replace(':', ' '));
  const when =
    names.length === 0 ? '' : `, if ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} down`;
  return `${[kind, ...parts].join(' ')}${when}`;
}

const NEED_WORDS: Readonly<Record<Exclude<Ask, 'whole'>, string>> = {
  tools: 'tools',
  vision: 'images',
  schema: 'a JSON schema',
};

/** What the URL says and nobody knows is left out rather than refused: the page must open. */
function assumptionOf(key: string): ExplainInput['assume'] {
  const [scope, ...rest] = key.split(':');
  const id = rest.join(':');
  if (id === '' || (scope !== 'target' && scope !== 'endpoint' && scope !== 'provider')) return [];
  return [{ scope, id, state: 'open' }];
}
