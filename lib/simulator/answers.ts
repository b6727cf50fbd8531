import type { Answer, Prompt, Tool } from './dialect.ts';
import { hash, pick } from './hash.ts';

const FIRST = [
  'A real model would go through it step by step here.',
  'The short version: it depends on the details, and those would be listed here.',
  'There are two sides to it, and a real answer would weigh both.',
  'This is where the facts from your own data would come in.',
  'Most people ask this because the first explanation left something out.',
  'The usual way is to check what is known, then to name what is missing.',
] as const;

const SECOND = [
  'What you can judge from this answer is the road it took, not its content.',
  'Nothing was sent outside this machine, and nothing was charged.',
  'The wording repeats for the same prompt, so two answers are easy to compare.',
  'Break this vendor and watch who answers the next one.',
  'It arrives piece by piece at about the pace of the real thing.',
  'If another model had answered, its name would stand at the front.',
] as const;

const STOP_WORDS = new Set(
  'about after also asked before being does from have help here into just more much need please tell that their them then there they this those what when where which while will with would your yours'.split(
    ' ',
  ),
);

/** The simulated answers to a prompt: deterministic in model, text and number. */
export function answer(prompt: Prompt): Answer[] {
  return Array.from({ length: prompt.answers }, (_, n) => {
    if (prompt.tool !== null) return toolCall(prompt.tool, prompt.text);
    const pieces = split(continued(answerText(prompt.model, prompt.text, n), prompt.prefill));
    const limit = prompt.maxTokens ?? Number.POSITIVE_INFINITY;
    return { kind: 'text', pieces: pieces.slice(0, limit), truncated: pieces.length > limit };
  });
}

/** What is left to say when the beginning is there already; a beginning that this model would not have made is gone on from. */
function continued(whole: string, prefill: string): string {
  if (prefill === '') return whole;
  return whole.startsWith(prefill) ? whole.slice(prefill.length) : ` ${whole}`;
}

/** Says which model speaks, that it is simulated, and what the prompt was about. */
export function answerText(model: string, prompt: string, n = 0): string {
  const seed = hash(`${model}\n${prompt}\n${n}`);
  const label = chooseLabel(prompt);
  if (label !== null) return `${label} (simulated by ${model})`;
  const topic = topicOf(prompt);
  const opening = `This is ${model} (simulated). You asked about ${topic}:`;
  return `${opening} ${pick(FIRST, seed)} ${pick(SECOND, seed >>> 8)}`;
}

/** A classification prompt names its labels: `Labels: billing, delivery, other`. Every model agrees on one. */
function chooseLabel(prompt: string): string | null {
  const labels = /\blabels?:\s*([^\n.]+)/i.exec(prompt)?.[1]?.split(',') ?? [];
  const [first, ...rest] = labels.map((label) => label.trim()).filter((label) => label !== '');
  return first === undefined ? null : pick([first, ...rest], hash(prompt));
}

/** Up to three telling words of the prompt. */
function topicOf(prompt: string): string {
  const words = prompt.slice(0, 4000).match(/\p{L}{4,24}/gu) ?? [];
  const telling = new Set(words.map((word) => word.toLowerCase()).filter((word) => !STOP_WORDS.has(word)));
  const [a, b, c] = telling;
  if (a === undefined) return 'something short';
  if (b === undefined) return a;
  return c === undefined ? `${a} and ${b}` : `${a}, ${b} and ${c}`;
}

function toolCall(tool: Tool, text: string): Answer {
  const json = JSON.stringify(example(tool.schema, topicOf(text)));
  return { kind: 'tool', name: tool.name, pieces: json.match(/.{1,6}/gs) ?? [json] };
}

/** A value that fits a JSON schema's outline: good enough for arguments, not a validator. */
function example(schema: unknown, word: string): unknown {
  if (typeof schema !== 'object' || schema === null) return {};
  if ('enum' in schema && Array.isArray(schema.enum)) return schema.enum[0];
  switch ('type' in schema ? schema.type : 'object') {
    case 'string':
      return word;
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    default: {
      const properties = 'properties' in schema ? schema.properties : null;
      if (typeof properties !== 'object' || properties === null) return {};
      return Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, example(part, word)]));
    }
  }
}

/** Words with the space before them, much as tokens are. */
function split(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [text];
}

/** Tokens of a text, at the usual four characters each. */
export function countTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}
