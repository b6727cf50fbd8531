import { createOpenAI } from '@ai-sdk/openai';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import { responsesFace } from '#lib/wire/responses/face.ts';
import { createStreamDecoder } from '#lib/wire/upstream.ts';
import {
  block,
  brokenOff,
  call,
  completed,
  created,
  encodeAll,
  end,
  inProgress,
  messageAdded,
  messageItem,
  native,
  OPTIONS,
  partAdded,
  responsesRequest,
  start,
  stop,
  textDelta,
  textDone,
  usage,
} from './responses-support.ts';
import { NOW, relayed, upstreamTarget } from './support.ts';

/** The official client, answered with these bytes; in small pieces, as a network would. */
function answeredWith(bytes: string | Uint8Array, type = 'text/event-stream'): typeof fetch {
  const whole = Buffer.from(bytes);
  const pieces = Array.from({ length: Math.ceil(whole.length / 37) }, (_piece, at) =>
    whole.subarray(at * 37, (at + 1) * 37),
  );
  return () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    return Promise.resolve(new Response(body, { status: 200, headers: { 'content-type': type } }));
  };
}

function official(bytes: string | Uint8Array, type?: string): OpenAI {
  return new OpenAI({ apiKey: 'sk-test', maxRetries: 0, fetch: answeredWith(bytes, type) });
}

const ASK = { model: 'support-chat', input: 'Hi' };
const tooled: CanonicalEvent[] = [
  start,
  ...block(0, 'thinking', 'Two', ' cities.'),
  ...block(1, 'text', 'Let me', ' see.'),
  ...call(2, 'a', 'weather', '{"city":', '"Bern"}'),
  ...call(3, 'b', 'time'),
  stop('tool_calls'),
  usage,
  end,
];

const switchyard = {
  requestId: 'req_1',
  flow: 'support-chat',
  servedBy: null,
  attempts: 1,
  degraded: false,
  degradedReason: null,
};
const BROKE = {
  status: 502,
  message: 'It broke.',
  type: 'server_error',
  code: 'upstream_failed',
  param: null,
};

describe("OpenAI's own client", () => {
  it('puts a translated stream together: text, reasoning, calls, usage', async () => {
    const stream = official(relayed(encodeAll(tooled))).responses.stream(ASK);
    const seen: string[] = [];
    stream.on('response.output_text.delta', ({ delta }) => seen.push(delta));
    const response = await stream.finalResponse();
    expect(seen).toEqual(['Let me', ' see.']);
    expect(response).toMatchObject({
      id: 'resp_switchyard_msg_01',
      status: 'completed',
      output_text: 'Let me see.',
      usage: { input_tokens: 12, output_tokens: 7, output_tokens_details: { reasoning_tokens: 3 } },
      output: [
        { type: 'reasoning', summary: [{ text: 'Two cities.' }] },
        { type: 'message' },
        { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{"city":"Bern"}' },
        { type: 'function_call', call_id: 'b', name: 'time', arguments: '{}' },
      ],
    });
  });

  it.each(['length', 'content_filter'] as const)('takes an answer that ended for %s', async (reason) => {
    const frames = encodeAll([start, ...block(0, 'text', 'Hel'), stop(reason), usage, end]);
    const response = await official(relayed(frames)).responses.stream(ASK).finalResponse();
    expect(response).toMatchObject({ status: 'incomplete', output_text: 'Hel' });
  });

  it('takes a translated whole answer', async () => {
    const whole = responsesFace.encodeWhole(tooled, OPTIONS);
    if (!whole.ok) throw new Error(whole.failure.message);
    const response = await official(whole.bytes, 'application/json').responses.create(ASK);
    expect(response).toMatchObject({ status: 'completed', output_text: 'Let me see.' });
  });

  it('takes the graceful message, whole and streamed', async () => {
    const answer = { id: 'a1', created: 1, model: 'support-chat', message: 'Try again soon.', switchyard };
    const streamed = official(responsesFace.degradedStream(answer, true)).responses.stream(ASK);
    expect((await streamed.finalResponse()).output_text).toBe('Try again soon.');
    const body = JSON.stringify(responsesFace.degradedWhole(answer));
    expect((await official(body, 'application/json').responses.create(ASK)).output_text).toBe(
      'Try again soon.',
    );
  });

  it('throws when the stream ends in an error event, with its code', async () => {
    const frames = encodeAll([start, ...block(0, 'text', 'Hel')]);
    const error = Buffer.from(responsesFace.streamError(BROKE, switchyard, 'req_1', 6)).toString();
    const broken = `${relayed(frames)}${error}`;
    const thrown = { code: 'upstream_failed', message: expect.stringMatching(/It broke/) };
    await expect(official(broken).responses.stream(ASK).finalResponse()).rejects.toMatchObject(thrown);
    const raw = await official(broken).responses.create({ ...ASK, stream: true });
    const read = async (): Promise<void> => {
      for await (const _event of raw);
    };
    await expect(read()).rejects.toMatchObject(thrown);
  });

  it('does not notice that another target finished its answer', async () => {
    const reasoned = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
    const begun = native(
      created,
      inProgress,
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { type: 'reasoning', id: 'rs_1', summary: [] },
      },
      { type: 'response.output_item.done', output_index: 0, item: reasoned },
      messageAdded(1),
      partAdded(1),
      textDelta('Hel', 1),
    );
    const response = await official(begun + goneOnWith(begun, 'lo'))
      .responses.stream(ASK)
      .finalResponse();
    expect(response).toMatchObject({
      id: 'resp_1',
      status: 'completed',
      output_text: 'Hello',
      output: [
        { type: 'reasoning', id: 'rs_1' },
        { type: 'message', id: 'msg_1' },
      ],
    });
  });

  it('does not notice it either when the answer broke off inside its reasoning', async () => {
    const place = { item_id: 'rs_1', output_index: 0, summary_index: 0 };
    const begun = native(
      created,
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { type: 'reasoning', id: 'rs_1', summary: [] },
      },
      { type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...place, delta: 'Let me th' },
    );
    const response = await official(begun + goneOnWith(begun, 'Hello'))
      .responses.stream(ASK)
      .finalResponse();
    expect(response).toMatchObject({ status: 'completed', output_text: 'Hello' });
    expect(response.output[0]).toMatchObject({ summary: [{ text: 'Let me th' }], status: 'incomplete' });
  });
});

/** The bytes with which a second target of the same dialect goes on behind a stream that broke off. */
function goneOnWith(begun: string, text: string): string {
  const request = responsesRequest({ input: 'Hi', stream: true });
  const first = responsesFace.passthrough(request);
  first.push(Buffer.from(begun));
  first.end();
  const continues = first.relayed();
  if (continues === null) throw new Error('Nothing to go on with.');
  const second = createStreamDecoder(request, upstreamTarget('openai'), { nowWallMs: NOW, continues });
  const stream = native(
    created,
    messageAdded(),
    partAdded(),
    textDelta(text),
    ...textDone(text),
    completed(messageItem(text)),
  );
  return relayed([...second.push(Buffer.from(stream)), ...second.end()]);
}

describe("the AI SDK's OpenAI provider", () => {
  const ask = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }] };
  const model = (bytes: string | Uint8Array, type?: string) =>
    createOpenAI({ apiKey: 'sk-test', fetch: answeredWith(bytes, type) }).responses('support-chat');

  async function parts(bytes: string): Promise<{ type: string }[]> {
    const { stream } = await model(bytes).doStream(ask);
    const found: { type: string }[] = [];
    for await (const part of stream) found.push(part);
    return found;
  }

  it('reads a translated stream', async () => {
    const found = await parts(relayed(encodeAll(tooled)));
    expect(found.filter(({ type }) => type === 'error')).toEqual([]);
    expect(found).toContainEqual(expect.objectContaining({ type: 'reasoning-delta', delta: 'Two' }));
    expect(found).toContainEqual(expect.objectContaining({ type: 'text-delta', delta: ' see.' }));
    expect(found).toContainEqual(
      expect.objectContaining({ type: 'tool-call', toolCallId: 'a', input: '{"city":"Bern"}' }),
    );
    expect(found.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'tool-calls' } });
  });

  it('reads a translated whole answer', async () => {
    const whole = responsesFace.encodeWhole(tooled, OPTIONS);
    if (!whole.ok) throw new Error(whole.failure.message);
    const { content, finishReason } = await model(whole.bytes, 'application/json').doGenerate(ask);
    expect(content.map(({ type }) => type)).toEqual(['reasoning', 'text', 'tool-call', 'tool-call']);
    expect(finishReason.unified).toBe('tool-calls');
  });

  it('reports the error event that a broken stream ends with', async () => {
    const begun = relayed(encodeAll([start, ...block(0, 'text', 'Hel')]));
    const error = Buffer.from(responsesFace.streamError(BROKE, switchyard, 'req_1', 6)).toString();
    const found = await parts(begun + error);
    expect(found.some(({ type }) => type === 'error')).toBe(true);
    expect(found.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'error' } });
  });
});

it('goes on with what was translated as with what was passed through', () => {
  expect(
    relayed(encodeAll([start, ...block(0, 'text', '!'), stop(), end], { continues: brokenOff() })),
  ).toMatch(/^event: response\.output_text\.delta\n/);
});
