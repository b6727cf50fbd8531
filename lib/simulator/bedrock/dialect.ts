import {
  ANSWER,
  type Answer,
  type Dialect,
  type Exchange,
  MODELS,
  type Route,
  type StreamBlock,
} from '../dialect.ts';
import { authoriseAws, awsCallerFault, awsStatusFault } from './errors.ts';
import { brokenFrame, eventFrame, exceptionFrame } from './frames.ts';
import { readConverse } from './request.ts';

/** Amazon Bedrock's Converse: JSON, and binary event-stream frames. */
export const bedrockDialect: Dialect = {
  route,
  requestIdHeader: 'x-amzn-requestid',
  streamType: 'application/vnd.amazon.eventstream',
  authorise: authoriseAws,
  read: readConverse,
  headers: (requestId) => ({ 'x-amzn-requestid': requestId }),
  completion: (exchange) => ({
    output: {
      message: {
        role: 'assistant',
        content: exchange.answers.flatMap((answer) => blockOf(exchange, answer)),
      },
    },
    stopReason: stopReason(exchange),
    ...metadata(exchange),
  }),
  stream,
  models: (models) => ({
    modelSummaries: models.map((modelId) => ({
      modelId,
      modelName: `${modelId} (simulated)`,
      outputModalities: ['TEXT'],
      inferenceTypesSupported: ['ON_DEMAND'],
    })),
  }),
  callerFault: awsCallerFault,
  statusFault: awsStatusFault,
  frame: stopped,
  malformedEvent: brokenFrame('contentBlockDelta'),
  streamError: () => exceptionFrame('serviceUnavailableException', 'The service is temporarily unavailable.'),
};

function route(method: string, path: string): Route | null {
  if (method === 'GET' && path === '/foundation-models') return MODELS;
  const [, model, call] =
    method === 'POST' ? (/^\/model\/([^/]+)\/(converse-stream|converse)$/.exec(path) ?? []) : [];
  if (model === undefined) return null;
  return { ...ANSWER, model: decodeURIComponent(model), stream: call === 'converse-stream' };
}

/** What an answer of 200 that fails inside looks like in a stream: no content, and the reason for the stop. */
function stopped(body: object): Uint8Array {
  const stopReason = 'stopReason' in body ? body.stopReason : 'end_turn';
  return Buffer.concat([
    eventFrame('messageStart', { role: 'assistant' }),
    eventFrame('messageStop', { stopReason }),
  ]);
}

function stream(exchange: Exchange): StreamBlock[] {
  const blocks: StreamBlock[] = [];
  const add = (phase: StreamBlock['phase'], type: string, payload: object) =>
    blocks.push({ phase, bytes: eventFrame(type, { ...payload, p: 'abcdefgh' }) });
  add('opening', 'messageStart', { role: 'assistant' });
  exchange.answers.forEach((answer, contentBlockIndex) => {
    if (answer.kind === 'tool') {
      const toolUse = { toolUseId: `tooluse_${exchange.id}`, name: answer.name };
      add('opening', 'contentBlockStart', { contentBlockIndex, start: { toolUse } });
    }
    for (const piece of answer.pieces) {
      const delta = answer.kind === 'tool' ? { toolUse: { input: piece } } : { text: piece };
      add('content', 'contentBlockDelta', { contentBlockIndex, delta });
    }
    add('closing', 'contentBlockStop', { contentBlockIndex });
  });
  add('closing', 'messageStop', { stopReason: stopReason(exchange) });
  add('closing', 'metadata', metadata(exchange));
  return blocks;
}

function blockOf(exchange: Exchange, answer: Answer): object[] {
  const text = answer.pieces.join('');
  if (answer.kind === 'text') return text === '' ? [] : [{ text }];
  const toolUse = { toolUseId: `tooluse_${exchange.id}`, name: answer.name, input: JSON.parse(text) };
  return [{ toolUse }];
}

function stopReason({ answers }: Exchange): string {
  const [answer] = answers;
  if (answer?.kind === 'tool') return 'tool_use';
  return answer?.truncated === true ? 'max_tokens' : 'end_turn';
}

function metadata({ prompt, answers }: Exchange): object {
  const outputTokens = answers.reduce((sum, answer) => sum + answer.pieces.length, 0);
  const usage = {
    inputTokens: prompt.inputTokens,
    outputTokens,
    totalTokens: prompt.inputTokens + outputTokens,
  };
  return { usage, metrics: { latencyMs: 20 } };
}
