import { z } from 'zod';
import { countTokens } from '../answers.ts';
import {
  ANSWER,
  type Answer,
  type Dialect,
  type Exchange,
  type Place,
  type ReadPrompt,
  type StreamBlock,
} from '../dialect.ts';
import { askedIn, textOf, wantsTool } from '../prompt-text.ts';
import { openaiDialect, openaiHeaders } from './dialect.ts';
import { serverError } from './errors.ts';
import { invalid, unknownModel } from './request.ts';

const itemSchema = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: z.unknown().optional(),
});
const responsesSchema = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(itemSchema).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  tools: z
    .array(z.looseObject({ type: z.string(), name: z.string().optional(), parameters: z.unknown() }))
    .nullish(),
  tool_choice: z.unknown().optional(),
});

const PATHS = ['/responses', '/v1/responses', '/openai/v1/responses'];

/** OpenAI's Responses API. */
export const responsesDialect: Dialect = {
  ...openaiDialect,
  route: (method, path) => (method === 'POST' && PATHS.includes(path) ? ANSWER : null),
  headers: openaiHeaders,
  read,
  completion: (exchange) =>
    whole(
      exchange,
      exchange.answers.map((answer) => item(exchange, answer)),
      'completed',
    ),
  stream,
  frame: (body) =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', sequence_number: 0, ...body })}\n\n`,
  malformedEvent: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","del\n\n',
  streamError: (requestId) => {
    const error = { ...serverError(requestId), code: 'server_error', param: null };
    return `event: error\ndata: ${JSON.stringify({ type: 'error', sequence_number: 99, error })}\n\n`;
  },
};

function read(json: unknown, { models }: Place): ReadPrompt {
  const parsed = responsesSchema.safeParse(json);
  if (!parsed.success) return { ok: false, reply: invalid(parsed.error) };
  const request = parsed.data;
  if (!models.includes(request.model)) return { ok: false, reply: unknownModel(request.model) };
  const items =
    typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input;
  const turns = items.map(({ role, content }) => ({ role: role ?? 'item', text: textOf(content) }));
  const { text } = askedIn(turns, 'assistant');
  const isResult = items.at(-1)?.role === undefined;
  const forced = request.tool_choice === 'required' || typeof request.tool_choice === 'object';
  const choice = request.tool_choice === 'none' || isResult ? 'none' : forced ? 'forced' : 'auto';
  const tool = (request.tools ?? []).find(({ type }) => type === 'function');
  return {
    ok: true,
    prompt: {
      model: request.model,
      stream: request.stream ?? false,
      text,
      prefill: '',
      inputTokens: countTokens([request.instructions ?? '', ...turns.map((turn) => turn.text)].join('\n')),
      maxTokens: request.max_output_tokens ?? null,
      answers: 1,
      includeUsage: true,
      tool:
        tool?.name !== undefined && wantsTool(choice, text)
          ? { name: tool.name, schema: tool.parameters }
          : null,
    },
  };
}

function stream(exchange: Exchange): StreamBlock[] {
  const blocks: StreamBlock[] = [];
  let sequence = 0;
  const add = (phase: StreamBlock['phase'], type: string, more: object) => {
    const data = JSON.stringify({ type, sequence_number: sequence, ...more });
    blocks.push({ phase, bytes: `event: ${type}\ndata: ${data}\n\n` });
    sequence += 1;
  };
  add('opening', 'response.created', { response: whole(exchange, [], 'in_progress') });
  add('opening', 'response.in_progress', { response: whole(exchange, [], 'in_progress') });
  const [answer] = exchange.answers;
  if (answer !== undefined) addItem(add, exchange, answer);
  const truncated = answer?.kind === 'text' && answer.truncated;
  const output = answer === undefined ? [] : [item(exchange, answer)];
  const status = truncated ? 'incomplete' : 'completed';
  add('closing', `response.${status}`, { response: whole(exchange, output, status) });
  return blocks;
}

type Add = (phase: StreamBlock['phase'], type: string, more: object) => void;

function addItem(add: Add, exchange: Exchange, answer: Answer): void {
  const done = item(exchange, answer);
  const at = { item_id: done.id, output_index: 0 };
  const text = answer.pieces.join('');
  if (answer.kind === 'tool') {
    add('opening', 'response.output_item.added', {
      output_index: 0,
      item: { ...done, status: 'in_progress', arguments: '' },
    });
    for (const delta of answer.pieces)
      add('content', 'response.function_call_arguments.delta', { ...at, delta });
    add('closing', 'response.function_call_arguments.done', { ...at, arguments: text });
    add('closing', 'response.output_item.done', { output_index: 0, item: done });
    return;
  }
  const place = { ...at, content_index: 0 };
  const part = (whole: string) => ({ type: 'output_text', annotations: [], logprobs: [], text: whole });
  add('opening', 'response.output_item.added', {
    output_index: 0,
    item: { ...done, status: 'in_progress', content: [] },
  });
  add('opening', 'response.content_part.added', { ...place, part: part('') });
  for (const delta of answer.pieces) {
    add('content', 'response.output_text.delta', { ...place, delta, logprobs: [] });
  }
  add('closing', 'response.output_text.done', { ...place, text, logprobs: [] });
  add('closing', 'response.content_part.done', { ...place, part: part(text) });
  add('closing', 'response.output_item.done', { output_index: 0, item: done });
}

function item(exchange: Exchange, answer: Answer): { id: string; [key: string]: unknown } {
  const text = answer.pieces.join('');
  if (answer.kind === 'tool') {
    return {
      id: `fc_${exchange.id}`,
      type: 'function_call',
      status: 'completed',
      arguments: text,
      call_id: `call_${exchange.id}`,
      name: answer.name,
    };
  }
  const content = text === '' ? [] : [{ type: 'output_text', annotations: [], logprobs: [], text }];
  const status = answer.truncated ? 'incomplete' : 'completed';
  return { id: `msg_${exchange.id}`, type: 'message', status, role: 'assistant', content };
}

function whole(exchange: Exchange, output: object[], status: string): object {
  const { prompt } = exchange;
  const spent = exchange.answers.reduce((sum, answer) => sum + answer.pieces.length, 0);
  const truncated = exchange.answers[0]?.kind === 'text' && exchange.answers[0].truncated;
  const usage = {
    input_tokens: prompt.inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: spent,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: prompt.inputTokens + spent,
  };
  return {
    id: `resp_${exchange.id}`,
    object: 'response',
    created_at: exchange.createdSeconds,
    status: status === 'completed' && truncated ? 'incomplete' : status,
    error: null,
    incomplete_details: truncated && status !== 'in_progress' ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    model: prompt.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: status === 'in_progress' ? null : usage,
    metadata: {},
  };
}
