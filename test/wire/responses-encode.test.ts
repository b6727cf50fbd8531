import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import { responsesFace } from '#lib/wire/responses/face.ts';
import {
  block,
  call,
  encodeAll,
  encoder,
  end,
  eventsOf,
  finalOf,
  OPTIONS,
  parseStream,
  start,
  stop,
  typesOf,
  usage,
} from './responses-support.ts';
import { failureOf, kinds } from './support.ts';

const hello = [start, ...block(0, 'text', 'Hel', 'lo'), stop(), usage, end];

describe('a translated answer as a Responses stream', () => {
  it('has every event of a text, in order, with numbers that rise by one', () => {
    const frames = encodeAll(hello);
    const events = eventsOf(frames);
    expect(typesOf(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_event, at) => at));
    expect(kinds(frames)).toBe('opening content content opening opening finish trailer');
  });

  it('ends with the whole answer and its usage', () => {
    expect(finalOf(eventsOf(encodeAll(hello)))).toMatchObject({
      id: 'resp_switchyard_msg_01',
      object: 'response',
      created_at: 1_700_000_000,
      model: 'claude-real',
      status: 'completed',
      error: null,
      incomplete_details: null,
      store: false,
      output: [
        {
          id: 'msg_switchyard_msg_01_0',
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
        },
      ],
      usage: {
        input_tokens: 12,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 3 },
        total_tokens: 19,
      },
    });
  });

  it('repeats what was asked for', () => {
    const tools = [{ type: 'function', name: 'f', parameters: {}, strict: true }];
    const request = {
      instructions: 'Be brief.',
      tools,
      tool_choice: 'required',
      temperature: 0.2,
      parallel_tool_calls: false,
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      metadata: { a: 'b' },
      max_output_tokens: 99,
      reasoning: { effort: 'low' },
    };
    const response = finalOf(eventsOf(encodeAll(hello, { request })));
    expect(response).toMatchObject(request);
  });

  it('shows reasoning as a summary, before the text', () => {
    const events = eventsOf(
      encodeAll([start, ...block(0, 'thinking', 'So', ' what'), ...block(1, 'text', 'Hi'), stop(), end]),
    );
    expect(typesOf(events).slice(2, 9)).toEqual([
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
    ]);
    expect(finalOf(events).output).toMatchObject([
      { type: 'reasoning', status: 'completed', summary: [{ type: 'summary_text', text: 'So what' }] },
      { type: 'message', content: [{ text: 'Hi' }] },
    ]);
  });

  it('says which pieces are reasoning', () => {
    const frames = encodeAll([start, ...block(0, 'thinking', 'So'), ...block(1, 'text', 'Hi'), stop(), end]);
    const reasoning = frames.map((frame) => (frame.kind === 'content' ? frame.reasoning : null));
    expect(reasoning.filter((value) => value !== null)).toEqual([true, false]);
  });

  it('keeps parallel calls apart, even where their vendor does not', () => {
    const open = (index: number, id: string): CanonicalEvent => ({
      type: 'block_start',
      index,
      block: { kind: 'tool_use', id, name: `f${index}` },
    });
    const piece = (index: number, text: string): CanonicalEvent => ({ type: 'block_delta', index, text });
    const closing = [0, 1, 2].map((index) => ({ type: 'block_stop' as const, index }));
    const events = eventsOf(
      encodeAll([
        start,
        open(0, 'a'),
        open(1, 'a'),
        open(2, ''),
        piece(1, '{"x"'),
        piece(0, '{}'),
        piece(1, ':1}'),
        ...closing,
        stop('tool_calls'),
        end,
      ]),
    );
    expect(finalOf(events).output).toMatchObject([
      { type: 'function_call', call_id: 'a', name: 'f0', arguments: '{}', status: 'completed' },
      { type: 'function_call', call_id: 'a_1', name: 'f1', arguments: '{"x":1}', status: 'completed' },
      {
        type: 'function_call',
        call_id: 'call_switchyard_2',
        name: 'f2',
        arguments: '{}',
        status: 'completed',
      },
    ]);
    const deltas = events.filter(({ type }) => type === 'response.function_call_arguments.delta');
    expect(deltas.map(({ output_index, delta }) => [output_index, delta])).toEqual([
      [1, '{"x"'],
      [0, '{}'],
      [1, ':1}'],
      [2, '{}'],
    ]);
  });

  it('commits on a call, before it has arguments', () => {
    const [, opened] = encodeAll([start, ...call(0, 'a', 'f')]);
    expect(opened).toMatchObject({ kind: 'content', reasoning: false });
  });

  it('puts texts that follow each other into one message, and a refusal as a refusal', () => {
    const events = eventsOf(
      encodeAll([
        start,
        ...block(0, 'text', 'A'),
        ...block(1, 'refusal', 'No'),
        ...call(2, 'c', 'f', '{}'),
        stop(),
        end,
      ]),
    );
    expect(finalOf(events).output).toMatchObject([
      {
        type: 'message',
        content: [
          { type: 'output_text', text: 'A' },
          { type: 'refusal', refusal: 'No' },
        ],
      },
      { type: 'function_call', arguments: '{}' },
    ]);
    expect(typesOf(events)).toContain('refusal.delta');
    expect(typesOf(events)).toContain('refusal.done');
  });

  it('leaves no trace of empty and of opaque blocks', () => {
    const events = [
      start,
      ...block(0, 'text'),
      ...block(1, 'opaque', 'x'),
      ...block(2, 'text', 'Hi'),
      stop(),
      end,
    ];
    expect(finalOf(eventsOf(encodeAll(events))).output).toMatchObject([{ content: [{ text: 'Hi' }] }]);
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ] as const)('is incomplete when it ended for %s', (reason, said) => {
    const events = eventsOf(encodeAll([start, ...block(0, 'text', 'Hel'), stop(reason), usage, end]));
    expect(events.at(-1)?.type).toBe('response.incomplete');
    expect(finalOf(events)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: said },
      output: [{ status: 'incomplete', content: [{ text: 'Hel' }] }],
    });
  });

  it('is finished by the reason of its end, and its last event waits for the usage where that comes behind it', () => {
    const writer = encoder();
    for (const event of [start, ...block(0, 'text', 'Hi')]) writer.encode(event);
    expect(writer.encode(stop()).at(-1)).toMatchObject({ kind: 'finish', owed: true });
    expect(kinds(writer.encode(usage))).toBe('trailer');
    const early = encoder();
    for (const event of [start, usage, ...block(0, 'text', 'Hi')]) early.encode(event);
    expect(kinds(early.encode(stop()))).toBe('opening finish');
    expect(early.encode(end)).toEqual([]);
    expect(early.close()).toEqual([]);
  });

  it('is numbered from the first answer that comes, whoever it is from', () => {
    const events = eventsOf(encodeAll([...block(0, 'text', 'Hi'), stop(), end]));
    expect(typesOf(events).slice(0, 3)).toEqual(['created', 'in_progress', 'output_item.added']);
    expect(finalOf(events)).toMatchObject({ model: 'backup-model', usage: null });
  });

  it('is a failure when it was cut, and when it says nothing', () => {
    expect(failureOf(encodeAll([start, ...block(0, 'text', 'Hi')])).code).toBe('truncated');
    expect(failureOf(encodeAll([start, stop(), end])).code).toBe('empty');
    const busy: CanonicalEvent = {
      type: 'error',
      failure: { class: 'overloaded', status: null, code: null, message: 'busy', retryAfterMs: null },
    };
    expect(failureOf(encodeAll([start, stop(), busy])).class).toBe('overloaded');
    expect(kinds(encodeAll([start, ...block(0, 'text', 'Hi'), stop(), busy]))).toMatch(
      /finish alive trailer$/,
    );
    expect(kinds(encodeAll([start, busy, ...block(0, 'text', 'Hi'), stop(), end]))).toBe('opening error');
  });

  it('passes an empty answer for which tokens were spent', () => {
    expect(kinds(encodeAll([start, usage, stop(), end]))).toBe('opening finish');
  });
});

describe('a translated whole answer', () => {
  it('is the response that its stream would have ended with', () => {
    const events = [
      start,
      usage,
      ...block(0, 'thinking', 'Hm'),
      ...block(1, 'text', 'Hi'),
      ...call(2, 'c', 'f'),
      stop('tool_calls'),
      end,
    ];
    const request = { instructions: 'Be brief.' };
    const whole = responsesFace.encodeWhole(events, { ...OPTIONS, request });
    if (!whole.ok) throw new Error(whole.failure.message);
    expect(JSON.parse(Buffer.from(whole.bytes).toString())).toEqual(
      finalOf(eventsOf(encodeAll(events, { request }))),
    );
    expect([whole.usage, whole.model]).toEqual([{ inputTokens: 12, outputTokens: 7 }, 'claude-real']);
  });

  it('marks what a limit cut', () => {
    const whole = responsesFace.encodeWhole(
      [start, ...block(0, 'text', 'Hel'), stop('length'), end],
      OPTIONS,
    );
    expect(whole.ok && JSON.parse(Buffer.from(whole.bytes).toString())).toMatchObject({
      status: 'incomplete',
      output: [{ status: 'incomplete' }],
    });
  });

  it('is a failure when it says nothing or was not finished', () => {
    const empty = responsesFace.encodeWhole([start, stop(), end], OPTIONS);
    expect(empty.ok ? null : empty.failure.code).toBe('empty');
    const cut = responsesFace.encodeWhole([start, ...block(0, 'text', 'Hi')], OPTIONS);
    expect(cut.ok ? null : cut.failure.code).toBe('truncated');
  });
});

describe('what the gateway itself says in the Responses API', () => {
  const switchyard = {
    requestId: 'req_1',
    flow: 'support-chat',
    servedBy: null,
    attempts: 2,
    degraded: true,
    degradedReason: 'breaker_open',
  };
  const answer = {
    id: 'a1',
    created: 1_700_000_000,
    model: 'support-chat',
    message: 'Try again soon.',
    switchyard,
  };

  it('is a normal response, marked degraded', () => {
    const whole = responsesFace.degradedWhole(answer);
    expect(Object.keys(whole)[0]).toBe('switchyard');
    expect(whole).toMatchObject({
      switchyard,
      id: 'resp_switchyard_a1',
      status: 'completed',
      model: 'support-chat',
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'Try again soon.' }] }],
      usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
    });
  });

  it('is the same answer as a stream, whose first event is marked', () => {
    const events = parseStream(responsesFace.degradedStream(answer, true));
    expect(events[0]).toMatchObject({ type: 'response.created', switchyard });
    const { switchyard: _marked, ...whole } = responsesFace.degradedWhole(answer);
    expect(finalOf(events)).toEqual(whole);
  });

  it('is an error event in both of its forms, numbered behind what was relayed', () => {
    const error = {
      status: 502,
      message: 'It broke.',
      type: 'server_error',
      code: 'upstream_failed',
      param: null,
    };
    const stream = Buffer.from(responsesFace.streamError(error, switchyard, 'req_1', 6)).toString();
    expect(parseStream(stream)).toEqual([
      {
        type: 'error',
        sequence_number: 7,
        code: 'upstream_failed',
        message: 'It broke.',
        param: null,
        error: { type: 'server_error', code: 'upstream_failed', message: 'It broke.', param: null },
        switchyard,
      },
    ]);
    expect(responsesFace.errorBody(error, null, 'req_1')).toEqual({
      error: { message: 'It broke.', type: 'server_error', code: 'upstream_failed', param: null },
    });
    expect(responsesFace.degradedBody('Soon.', switchyard)).toMatchObject({
      error: { message: 'Soon.', code: 'degraded', status: 'degraded' },
      switchyard,
    });
  });
});
