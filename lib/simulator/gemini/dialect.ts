import {
  ANSWER,
  type Answer,
  type Dialect,
  type Exchange,
  MODELS,
  type Route,
  type StreamBlock,
} from '../dialect.ts';
import { authoriseGoogle, googleCallerFault, googleStatusFault } from './errors.ts';
import { readContents } from './request.ts';

/** Google's generateContent, under the Gemini API's paths and under Vertex's. */
export const geminiDialect: Dialect = {
  route,
  requestIdHeader: 'x-request-id',
  streamType: 'text/event-stream',
  authorise: authoriseGoogle,
  read: readContents,
  headers: () => ({ 'server-timing': 'gfet4t7; dur=20' }),
  completion: (exchange) =>
    reply(
      exchange,
      exchange.answers.flatMap((answer) => wholeParts(answer)),
      true,
    ),
  stream,
  models: (models) => ({
    models: models.map((id) => ({
      name: `models/${id}`,
      displayName: `${id} (simulated)`,
      supportedGenerationMethods: ['generateContent'],
    })),
  }),
  callerFault: googleCallerFault,
  statusFault: googleStatusFault,
  frame: event,
  malformedEvent: 'data: {"candidates":[{"content":{"parts":[{"te\r\n\r\n',
  streamError: () =>
    event({
      error: {
        code: 503,
        message: 'The model is overloaded. Please try again later.',
        status: 'UNAVAILABLE',
      },
    }),
};

const MODEL_CALL =
  /\/(?:models|publishers\/google\/models)\/([^/:]+):(streamGenerateContent|generateContent)$/;

function route(method: string, path: string): Route | null {
  if (method === 'GET' && /\/models$/.test(path)) return MODELS;
  const [, model, call] = method === 'POST' ? (MODEL_CALL.exec(path) ?? []) : [];
  if (model === undefined) return null;
  return { ...ANSWER, model: decodeURIComponent(model), stream: call === 'streamGenerateContent' };
}

function stream(exchange: Exchange): StreamBlock[] {
  const blocks: StreamBlock[] = [];
  for (const answer of exchange.answers) {
    // A function call comes whole, whatever the number of its pieces.
    const parts = answer.kind === 'text' ? answer.pieces.map((text) => ({ text })) : wholeParts(answer);
    for (const part of parts) blocks.push({ phase: 'content', bytes: event(reply(exchange, [part], false)) });
  }
  blocks.push({ phase: 'closing', bytes: event(reply(exchange, [], true)) });
  return blocks;
}

function wholeParts(answer: Answer): object[] {
  const text = answer.pieces.join('');
  if (answer.kind === 'tool') return [{ functionCall: { name: answer.name, args: JSON.parse(text) } }];
  return text === '' ? [] : [{ text }];
}

function reply(exchange: Exchange, parts: object[], last: boolean): object {
  const { prompt, answers } = exchange;
  const [answer] = answers;
  const truncated = answer?.kind === 'text' && answer.truncated;
  const spent = answers.reduce((sum, each) => sum + each.pieces.length, 0);
  const content = parts.length === 0 ? { role: 'model' } : { parts, role: 'model' };
  return {
    candidates: [{ content, index: 0, ...(last ? { finishReason: truncated ? 'MAX_TOKENS' : 'STOP' } : {}) }],
    usageMetadata: {
      promptTokenCount: prompt.inputTokens,
      candidatesTokenCount: spent,
      totalTokenCount: prompt.inputTokens + spent,
    },
    modelVersion: prompt.model,
    responseId: exchange.id,
  };
}

function event(body: object): string {
  return `data: ${JSON.stringify(body)}\r\n\r\n`;
}
