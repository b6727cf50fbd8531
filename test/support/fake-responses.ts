import type { Behaviour } from './fake-upstream.ts';

/** Behaviours of a provider that speaks OpenAI's Responses API. */

const MODEL = 'gpt-5-mini';

export function outputText(text: string, id = 'msg_0001upstream'): object {
  return {
    type: 'message',
    id,
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  };
}

export function functionCall(name: string, json: string, id = 'fc_0001upstream'): object {
  return { type: 'function_call', id, call_id: 'call_1', name, arguments: json, status: 'completed' };
}

/** A whole response, or its stream when the request asks for one. */
export function responds(...output: readonly object[]): Behaviour {
  return ({ body, response }) => {
    const streamed = JSON.parse(body).stream === true;
    if (!streamed) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(whole(output)));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    eventsOf(output).forEach((event, at) => {
      response.write(sse({ ...event, sequence_number: at }));
    });
    response.end();
  };
}

/** The first events of a stream, and then nothing but the end of the connection. */
export function breaksOff(text: string): Behaviour {
  return async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = eventsOf([outputText(text)]);
    const until = events.findIndex(({ type }) => type === 'response.output_text.delta');
    for (const [at, event] of events.slice(0, until + 1).entries()) {
      await new Promise((resolve) => response.write(sse({ ...event, sequence_number: at }), resolve));
    }
    response.destroy();
  };
}

/** OpenAI's way of refusing inside a 200: an error event, then the failed response. */
export function failsInStream(code: string, message: string): Behaviour {
  return ({ response }) => {
    const error = { type: code, code, message, param: null };
    const failed = { ...whole([]), status: 'failed', error: { code, message } };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sse({ type: 'error', error, sequence_number: 0 }));
    response.end(sse({ type: 'response.failed', response: failed, sequence_number: 1 }));
  };
}

type Event = { type: string } & Record<string, unknown>;

function whole(output: readonly object[]): object {
  return {
    id: 'resp_0001upstream',
    object: 'response',
    created_at: 1,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: MODEL,
    output,
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: {
      input_tokens: 3,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 5,
    },
  };
}

function eventsOf(output: readonly object[]): Event[] {
  const begun = { ...whole([]), status: 'in_progress', usage: null };
  return [
    { type: 'response.created', response: begun },
    ...output.flatMap((item, at) => itemEvents(item, at)),
    { type: 'response.completed', response: whole(output) },
  ];
}

function itemEvents(item: object, at: number): Event[] {
  const { id: item_id, type } = item as { id: string; type: string };
  const place = { item_id, output_index: at };
  const done: Event = { type: 'response.output_item.done', output_index: at, item };
  if (type === 'function_call') {
    const { arguments: json } = item as { arguments: string };
    const open = { ...item, arguments: '', status: 'in_progress' };
    return [
      { type: 'response.output_item.added', output_index: at, item: open },
      { type: 'response.function_call_arguments.delta', ...place, delta: json },
      { type: 'response.function_call_arguments.done', ...place, arguments: json },
      done,
    ];
  }
  const { content } = item as { content: [{ text: string }] };
  const part = { ...place, content_index: 0 };
  return [
    {
      type: 'response.output_item.added',
      output_index: at,
      item: { ...item, status: 'in_progress', content: [] },
    },
    {
      type: 'response.content_part.added',
      ...part,
      part: { type: 'output_text', text: '', annotations: [] },
    },
    ...[...(content[0].text.match(/.{1,3}/gs) ?? [])].map((delta) => ({
      type: 'response.output_text.delta',
      ...part,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', ...part, text: content[0].text, logprobs: [] },
    { type: 'response.content_part.done', ...part, part: content[0] },
    done,
  ];
}

function sse(event: Event): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
