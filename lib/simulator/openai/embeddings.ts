import { z } from 'zod';
import { countTokens } from '../answers.ts';
import type { Dialect, Exchange, Place, ReadPrompt, Route } from '../dialect.ts';
import { hash } from '../hash.ts';
import { openaiDialect } from './dialect.ts';
import { invalid, unknownModel } from './request.ts';

const embeddingsSchema = z.looseObject({
  model: z.string(),
  input: z.union([
    z.string().min(1),
    z.array(z.union([z.string().min(1), z.array(z.int()).min(1), z.int()])).min(1),
  ]),
  dimensions: z.int().min(1).max(4096).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});

const PATHS = ['/embeddings', '/v1/embeddings', '/openai/v1/embeddings'];
const DIMENSIONS = 8;

/** OpenAI's embeddings: short vectors that depend on the text alone. */
export const embeddingsDialect: Dialect = {
  ...openaiDialect,
  route: (method, path): Route | null =>
    method === 'POST' && PATHS.includes(path) ? { kind: 'embed', model: null, stream: false } : null,
  read,
  aside: (_route, json, exchange) => vectors(json, exchange),
};

function read(json: unknown, { models }: Place): ReadPrompt {
  const parsed = embeddingsSchema.safeParse(json);
  if (!parsed.success) return { ok: false, reply: invalid(parsed.error) };
  const { model } = parsed.data;
  if (!models.includes(model)) return { ok: false, reply: unknownModel(model) };
  const text = JSON.stringify(parsed.data.input);
  return {
    ok: true,
    prompt: {
      model,
      stream: false,
      text,
      prefill: '',
      inputTokens: countTokens(text),
      maxTokens: null,
      answers: 1,
      includeUsage: true,
      tool: null,
    },
  };
}

function vectors(json: unknown, { prompt }: Exchange): object {
  const { input, dimensions, encoding_format: format } = embeddingsSchema.parse(json);
  const isOne = typeof input === 'string' || typeof input[0] === 'number';
  const texts = (isOne ? [input] : input) as unknown[];
  const data = texts.map((text, index) => {
    const vector = vectorOf(JSON.stringify(text), dimensions ?? DIMENSIONS);
    const embedding =
      format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
    return { object: 'embedding', index, embedding };
  });
  const usage = { prompt_tokens: prompt.inputTokens, total_tokens: prompt.inputTokens };
  return { object: 'list', data, model: prompt.model, usage };
}

/** A unit vector. */
function vectorOf(text: string, dimensions: number): number[] {
  const raw = Array.from({ length: dimensions }, (_, at) => (hash(`${at}\n${text}`) % 2001) / 1000 - 1);
  const length = Math.hypot(...raw) || 1;
  return raw.map((value) => value / length);
}
