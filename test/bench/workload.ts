/** Concurrent requests, each on its own kept connection. */
export const CONCURRENCY = 16;
/** Content chunks of a streamed answer. */
export const CHUNKS = 100;
/** The model that the mock vendor serves. */
export const MODEL = 'mock';
/** The flow that leads to it through Switchyard. */
export const FLOW = 'bench';
/** The flow that leads to the same vendor in Anthropic's format, so that its streams are translated. */
export const TRANSLATED_FLOW = 'bench-translated';
/** A prompt with this word gets a stream that drips until it is closed. */
export const DRIP = 'drip-until-closed';

export type Kind = 'plain' | 'stream';

/** A small chat request as an application sends it. */
export function requestBody(model: string, kind: Kind, prompt = 'Where is my parcel?'): string {
  return JSON.stringify({
    model,
    stream: kind === 'stream',
    messages: [
      { role: 'system', content: 'You are the support assistant of a parcel service. Answer briefly.' },
      { role: 'user', content: prompt },
    ],
  });
}

/** The whole answer of the mock vendor. */
export function plainAnswer(): string {
  return JSON.stringify({
    ...common('chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'word '.repeat(CHUNKS), refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 24, completion_tokens: CHUNKS, total_tokens: 24 + CHUNKS },
  });
}

/** The same answer as events: opening, content chunks, finish, `[DONE]`. */
export function streamAnswer(): string[] {
  const event = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({
      ...common('chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    })}\n\n`;
  return [
    event({ role: 'assistant', content: '', refusal: null }),
    ...Array.from({ length: CHUNKS }, () => event({ content: 'word ' })),
    event({}, 'stop'),
    'data: [DONE]\n\n',
  ];
}

/** The same stream as Anthropic writes it. */
export function anthropicStreamAnswer(): string[] {
  const event = (body: { type: string; [field: string]: unknown }) =>
    `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`;
  const usage = { input_tokens: 24, output_tokens: 1 };
  const message = { id: 'msg_bench', type: 'message', role: 'assistant', model: MODEL, content: [], usage };
  return [
    event({ type: 'message_start', message }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...Array.from({ length: CHUNKS }, () =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'word ' } }),
    ),
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: CHUNKS } }),
    event({ type: 'message_stop' }),
  ];
}

function common(object: string): object {
  return {
    id: 'chatcmpl-bench',
    object,
    created: 1_767_225_600,
    model: MODEL,
    system_fingerprint: 'fp_bench',
  };
}
