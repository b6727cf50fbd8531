import { countTokens } from '../answers.ts';
import {
  ANSWER,
  type Answer,
  type Dialect,
  type Exchange,
  MODELS,
  type Place,
  type ReadPrompt,
  type Route,
  type StreamBlock,
} from '../dialect.ts';
import { askedIn } from '../prompt-text.ts';
import { ollamaCallerFault, ollamaError, ollamaStatusFault } from './errors.ts';
import { chatSchema, toolToCall } from './request.ts';

/** Ollama's own chat API: one JSON object a line, and no key. */
export const ollamaDialect: Dialect = {
  route,
  requestIdHeader: 'x-request-id',
  streamType: 'application/x-ndjson',
  authorise: () => null,
  read,
  headers: () => ({}),
  completion: (exchange) => ({
    ...head(exchange),
    message: wholeMessage(exchange.answers[0]),
    ...ending(exchange),
  }),
  stream,
  models: (models) => ({ models: models.map((name) => ({ name, model: name })) }),
  callerFault: ollamaCallerFault,
  statusFault: ollamaStatusFault,
  frame: line,
  malformedEvent: line('{"model":"broken","message":{"role":"assis'),
  streamError: () => line({ error: 'an error was encountered while running the model: unexpected EOF' }),
};

function route(method: string, path: string): Route | null {
  if (method === 'POST' && path === '/api/chat') return ANSWER;
  return method === 'GET' && path === '/api/tags' ? MODELS : null;
}

function read(json: unknown, { models }: Place): ReadPrompt {
  const parsed = chatSchema.safeParse(json);
  if (!parsed.success) return { ok: false, reply: ollamaError(400, 'invalid request body') };
  const chat = parsed.data;
  if (!models.includes(chat.model)) {
    return { ok: false, reply: ollamaError(404, `model '${chat.model}' not found`) };
  }
  const turns = chat.messages.map(({ role, content }) => ({ role, text: content ?? '' }));
  const { text, prefill } = askedIn(turns, 'assistant');
  return {
    ok: true,
    prompt: {
      model: chat.model,
      // It streams unless it is told not to.
      stream: chat.stream ?? true,
      text,
      prefill,
      inputTokens: countTokens(turns.map((turn) => turn.text).join('\n')),
      maxTokens: chat.options?.num_predict ?? null,
      answers: 1,
      includeUsage: true,
      tool: toolToCall(chat, turns.at(-1)?.role ?? 'user', text),
    },
  };
}

function stream(exchange: Exchange): StreamBlock[] {
  const [answer] = exchange.answers;
  const pieces = answer?.kind === 'text' ? answer.pieces : [];
  const said = pieces.map((content) => ({ role: 'assistant', content }));
  // Calls are not streamed: each comes whole.
  const messages = answer?.kind === 'tool' ? [wholeMessage(answer)] : said;
  return [
    ...messages.map(
      (message): StreamBlock => ({
        phase: 'content',
        bytes: line({ ...head(exchange), message, done: false }),
      }),
    ),
    {
      phase: 'closing',
      bytes: line({ ...head(exchange), message: { role: 'assistant', content: '' }, ...ending(exchange) }),
    },
  ];
}

function wholeMessage(answer: Answer | undefined): object {
  if (answer?.kind !== 'tool') return { role: 'assistant', content: answer?.pieces.join('') ?? '' };
  const call = { name: answer.name, arguments: JSON.parse(answer.pieces.join('')) as unknown };
  return { role: 'assistant', content: '', tool_calls: [{ function: call }] };
}

function head({ prompt, createdSeconds }: Exchange): object {
  return { model: prompt.model, created_at: new Date(createdSeconds * 1000).toISOString() };
}

function ending({ prompt, answers }: Exchange): object {
  const [answer] = answers;
  const output = answer?.pieces.length ?? 0;
  return {
    done: true,
    done_reason: answer?.kind === 'text' && answer.truncated ? 'length' : 'stop',
    total_duration: 1_000_000 * output,
    prompt_eval_count: prompt.inputTokens,
    eval_count: output,
  };
}

/** Bytes, so that nobody takes a line for one of server-sent events. */
function line(body: object | string): Uint8Array {
  return Buffer.from(`${typeof body === 'string' ? body : JSON.stringify(body)}\n`);
}
