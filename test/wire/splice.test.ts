import { describe, expect, it } from 'vitest';
import { buildContinuation, canBePrefilled, canBeSpliced } from '#lib/wire/splice.ts';
import { clientEvents, clientText } from '#test/support/client-stream.ts';
import { brokenAnswer, continuation, FOREIGN, readAll, requestOf, streamOf } from './splice-support.ts';
import { chunk, DONE, event, failureOf, kinds, named, relayed, upstreamTarget } from './support.ts';

const FACES = ['chat', 'messages', 'responses'] as const;
const BEGUN = ['The quick ', 'brown'];
const WHOLE = 'The quick brown fox.';

describe.each(FACES)('an answer on the %s face that is asked for again', (face) => {
  const broken = () => brokenAnswer(face, BEGUN);

  it.each(['openai-compatible', 'anthropic'] as const)(
    'goes on behind the text that its client has, whatever its pieces, from %s',
    (kind) => {
      const first = broken();
      for (const pieces of [[WHOLE], ['T', 'he quick bro', 'wn fox', '.'], [...BEGUN, ' fox.']]) {
        const frames = readAll(continuation(first, kind, 'restart'), streamOf(kind, pieces));
        expect(clientText(first.bytes + relayed(frames))).toBe(WHOLE);
        expect(frames.filter((frame) => frame.kind === 'finish')).toHaveLength(1);
        expect(kinds(frames)).not.toContain('error');
      }
    },
  );

  it('says nothing before the first character that is new', () => {
    const decoder = continuation(broken(), FOREIGN[face], 'restart');
    const frames = decoder.push(Buffer.from(streamOf(FOREIGN[face], ['The quick brown'], false)));
    expect(frames.map(({ kind }) => kind).filter((kind) => kind === 'content' || kind === 'finish')).toEqual(
      [],
    );
    expect(relayed(frames)).toBe('');
    expect(decoder.begun()).toBe(true);
  });

  it('is complete when the client has all of it already', () => {
    const first = broken();
    const frames = readAll(
      continuation(first, FOREIGN[face], 'restart'),
      streamOf(FOREIGN[face], ['The quick brown']),
    );
    expect(clientText(first.bytes + relayed(frames))).toBe('The quick brown');
    expect(kinds(frames)).toContain('finish');
  });

  it.each([
    ['differs', ['The quick red fox.']],
    ['differs in the last character', ['The quick browm fox.']],
    ['is shorter', ['The quick bro']],
    ['is empty', []],
    ['begins with white space', [' The quick brown fox.']],
  ])('is an error when it %s', (_case, pieces) => {
    for (const kind of ['openai-compatible', 'anthropic'] as const) {
      const frames = readAll(continuation(broken(), kind, 'restart'), streamOf(kind, pieces));
      expect(failureOf(frames)).toMatchObject({ class: 'model_output_invalid', status: null });
      expect(relayed(frames)).toBe('');
      expect(failureOf(frames).message).not.toContain('quick');
    }
  });

  it('keeps the id that its client knows, and opens nothing twice', () => {
    const first = broken();
    const frames = readAll(continuation(first, FOREIGN[face], 'restart'), streamOf(FOREIGN[face], [WHOLE]));
    const types = clientEvents(first.bytes + relayed(frames)).map(({ type }) => type ?? 'chunk');
    for (const opening of [
      'message_start',
      'content_block_start',
      'response.created',
      'response.output_item.added',
    ]) {
      expect(types.filter((type) => type === opening).length).toBeLessThanOrEqual(1);
    }
    expect(types.filter((type) => type === 'content_block_stop').length).toBe(face === 'messages' ? 1 : 0);
    expect(relayed(frames)).not.toContain('"id":"c1"');
  });
});

describe.each(FACES)('an answer on the %s face', (face) => {
  it("goes on from Google's stream as well, which has no marker of its own for an end", () => {
    const first = brokenAnswer(face, BEGUN);
    const part = (text: string, more: object = {}) =>
      event({
        candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...more }],
        responseId: 'r',
      });
    const decoder = continuation(first, 'google', 'restart');
    const frames = readAll(
      decoder,
      part('The quick ') + part('brown fox') + part('.', { finishReason: 'STOP' }),
      9,
    );
    expect(clientText(first.bytes + relayed(frames))).toBe(WHOLE);
    expect(kinds(frames)).toContain('finish');
    const cut = readAll(continuation(first, 'google', 'restart'), part('The quick brown fox'));
    expect(kinds(cut)).toMatch(/error$/);
  });
});

describe('what comes beside the text of an answer that is asked for again', () => {
  const tool = chunk({
    tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
  });

  it('leaves reasoning out, before the text and behind it', () => {
    const first = brokenAnswer('chat', BEGUN);
    const stream = chunk({ reasoning: 'Hm' }) + chunk({ content: WHOLE }) + chunk({ reasoning: 'Ah' });
    const decoder = continuation(first, 'openai-compatible', 'restart');
    const frames = readAll(decoder, stream + chunk({}, 'stop') + DONE);
    expect(relayed(frames)).not.toMatch(/Hm|Ah/);
    expect(clientText(first.bytes + relayed(frames))).toBe(WHOLE);
  });

  it('counts reasoning as work', () => {
    const decoder = continuation(brokenAnswer('chat', BEGUN), 'openai-compatible', 'restart');
    decoder.push(Buffer.from(chunk({ role: 'assistant', content: '' })));
    expect(decoder.begun()).toBe(false);
    decoder.push(Buffer.from(chunk({ reasoning: 'Hm' })));
    expect(decoder.begun()).toBe(true);
  });

  it('is an error when a tool call comes before the whole text', () => {
    const frames = readAll(
      continuation(brokenAnswer('chat', BEGUN), 'openai-compatible', 'restart'),
      chunk({ content: 'The quick' }) + tool + chunk({}, 'tool_calls') + DONE,
    );
    expect(failureOf(frames).code).toBe('not_a_continuation');
    expect(relayed(frames)).toBe('');
  });

  it('takes a tool call behind the whole text', () => {
    const frames = readAll(
      continuation(brokenAnswer('chat', BEGUN), 'openai-compatible', 'restart'),
      chunk({ content: 'The quick brown' }) + tool + chunk({}, 'tool_calls') + DONE,
    );
    expect(relayed(frames)).toContain('"name":"f"');
    expect(relayed(frames)).toContain('"finish_reason":"tool_calls"');
  });

  it("passes the provider's own error on", () => {
    const frames = readAll(
      continuation(brokenAnswer('chat', BEGUN), 'anthropic', 'restart'),
      named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    );
    expect(failureOf(frames).class).toBe('overloaded');
  });

  it('never ends cleanly when the continuation is cut as well', () => {
    const first = brokenAnswer('chat', BEGUN);
    const frames = readAll(
      continuation(first, 'openai-compatible', 'restart'),
      streamOf('openai-compatible', ['The quick brown fox'], false),
    );
    expect(kinds(frames)).toMatch(/content.* error$/);
    expect(clientText(first.bytes + relayed(frames))).toBe('The quick brown fox');
  });
});

describe.each(FACES)('an answer on the %s face that is gone on with by prefill', (face) => {
  it('gets what the target writes behind the text', () => {
    const first = brokenAnswer(face, BEGUN);
    const frames = readAll(continuation(first, 'anthropic', 'prefill'), streamOf('anthropic', [' fo', 'x.']));
    expect(clientText(first.bytes + relayed(frames))).toBe(WHOLE);
    expect(kinds(frames)).toContain('finish');
  });

  it('leaves out the white space that was not sent to the target, and fails without it', () => {
    const first = brokenAnswer(face, ['The quick', ' \n ']);
    const frames = readAll(
      continuation(first, 'anthropic', 'prefill'),
      streamOf('anthropic', [' ', '\n br', 'own']),
    );
    expect(clientText(first.bytes + relayed(frames))).toBe('The quick \n brown');
    const other = readAll(continuation(first, 'anthropic', 'prefill'), streamOf('anthropic', [' brown']));
    expect(failureOf(other).code).toBe('not_a_continuation');
    expect(relayed(other)).toBe('');
  });

  it('is an error when the target answers anew instead', () => {
    const first = brokenAnswer(face, BEGUN);
    const frames = readAll(
      continuation(first, 'anthropic', 'prefill'),
      streamOf('anthropic', ['The qui', 'ck brown fox.']),
    );
    expect(failureOf(frames).code).toBe('not_a_continuation');
    expect(relayed(frames)).toBe('');
  });

  it('may begin like the text for a while', () => {
    const first = brokenAnswer(face, BEGUN);
    const frames = readAll(
      continuation(first, 'anthropic', 'prefill'),
      streamOf('anthropic', ['The', ' fox.']),
    );
    expect(clientText(first.bytes + relayed(frames))).toBe('The quick brownThe fox.');
  });

  it('is complete when the target has nothing to add', () => {
    const first = brokenAnswer(face, BEGUN);
    const frames = readAll(continuation(first, 'anthropic', 'prefill'), streamOf('anthropic', []));
    expect(kinds(frames)).toContain('finish');
    expect(clientText(first.bytes + relayed(frames))).toBe('The quick brown');
  });
});

describe('the request of a continuation', () => {
  const bodyOf = (built: ReturnType<typeof buildContinuation>): string => {
    if (!built.ok) throw new Error(built.failure.message);
    return Buffer.from(built.request.body).toString();
  };
  const RELAYED = brokenAnswer('chat', ['Grüße "x"\n']).relayed;

  it('is the same as before when the answer is asked for again', () => {
    const request = requestOf('chat');
    const built = buildContinuation(request, upstreamTarget('openai'), { mode: 'restart', relayed: RELAYED });
    expect(JSON.parse(bodyOf(built))).toEqual({ ...request.json, model: 'real-model' });
  });

  it('has the text as the last turn, without white space at its end; other bytes stay', () => {
    const text =
      '{"messages":[{"role":"user","content":"Hi ]\\u00e9"} ] ,"seed":12345678901234567890, "model":"f" ,"stream":true}';
    const parsed = requestOf('chat');
    const request = { ...parsed, ...bytesOf(text) };
    const built = buildContinuation(request, upstreamTarget('openai'), { mode: 'prefill', relayed: RELAYED });
    expect(bodyOf(built)).toBe(
      text
        .replace('"model":"f"', '"model":"real-model"')
        .replace(' ] ,', ' ,{"role":"assistant","content":"Grüße \\"x\\""}] ,'),
    );
  });

  it("goes behind the client's own beginning", () => {
    const turn = (content: unknown) => ({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content },
      ],
    });
    const prefilled = (content: unknown, face: 'chat' | 'messages' = 'messages') => {
      const built = buildContinuation(
        requestOf(face, turn(content)),
        upstreamTarget(face === 'chat' ? 'openai' : 'anthropic'),
        {
          mode: 'prefill',
          relayed: { ...RELAYED, text: ' Hello' },
        },
      );
      return JSON.parse(bodyOf(built)).messages;
    };
    expect(prefilled('Well,')).toEqual(turn('Well, Hello').messages);
    expect(prefilled([{ type: 'text', text: 'Well,' }])).toEqual(
      turn([{ type: 'text', text: 'Well, Hello' }]).messages,
    );
    expect(prefilled('Well,', 'chat')).toEqual(turn('Well, Hello').messages);
  });

  it('is translated with the text where the target speaks another dialect', () => {
    const mode = 'prefill';
    for (const face of FACES) {
      const built = buildContinuation(requestOf(face), upstreamTarget('anthropic'), {
        mode,
        relayed: RELAYED,
      });
      expect(JSON.parse(bodyOf(built)).messages.at(-1)).toMatchObject({ role: 'assistant' });
      expect(JSON.stringify(JSON.parse(bodyOf(built)).messages.at(-1))).toContain('Grüße');
    }
    const own = buildContinuation(
      requestOf('messages', {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Well,' },
        ],
      }),
      upstreamTarget('openai'),
      { mode, relayed: { ...RELAYED, text: ' x' } },
    );
    expect(JSON.parse(bodyOf(own)).messages.at(-1).content).toBe('Well, x');
  });

  it("is marked in each endpoint's own way", () => {
    const prefilled = (baseUrl: string) =>
      JSON.parse(
        bodyOf(
          buildContinuation(requestOf('chat'), upstreamTarget('openai-compatible', { baseUrl }), {
            mode: 'prefill',
            relayed: RELAYED,
          }),
        ),
      );
    expect(prefilled('https://api.mistral.ai/v1').messages.at(-1)).toMatchObject({
      role: 'assistant',
      prefix: true,
    });
    expect(prefilled('https://api.deepseek.com/beta').messages.at(-1)).toMatchObject({ prefix: true });
    expect(prefilled('http://10.0.0.5:8000/v1')).toMatchObject({
      continue_final_message: true,
      add_generation_prompt: false,
    });
    const unknown = prefilled('https://llm.example.com/v1');
    expect(unknown.messages.at(-1)).toEqual({ role: 'assistant', content: 'Grüße "x"' });
    expect(unknown).not.toHaveProperty('continue_final_message');
  });
});

describe('what is not continued', () => {
  it('is an answer with several choices, probabilities or sound', () => {
    expect(canBeSpliced(requestOf('chat'))).toBe(true);
    expect(canBeSpliced(requestOf('chat', { n: 1 }))).toBe(true);
    expect(canBeSpliced(requestOf('chat', { n: 2 }))).toBe(false);
    expect(canBeSpliced(requestOf('chat', { logprobs: true }))).toBe(false);
    expect(canBeSpliced(requestOf('chat', { modalities: ['text', 'audio'] }))).toBe(false);
    expect(canBeSpliced(requestOf('responses', { include: ['message.output_text.logprobs'] }))).toBe(false);
    expect(canBeSpliced(requestOf('messages'))).toBe(true);
  });

  it('by prefill, is an answer under reasoning, a schema or a forced tool, or without text', () => {
    const target = upstreamTarget('anthropic');
    const { relayed: given } = brokenAnswer('chat', BEGUN);
    const schema = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } };
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const fits = (more: object, text = given.text) =>
      canBePrefilled(requestOf('chat', more), target, { ...given, text });
    expect(fits({})).toBe(true);
    expect(fits({ tools })).toBe(true);
    expect(fits({ tools, tool_choice: 'required' })).toBe(false);
    expect(fits({ reasoning_effort: 'high' })).toBe(false);
    expect(fits({ response_format: schema })).toBe(false);
    expect(fits({}, ' \n')).toBe(false);
    expect(fits({}, 'half \ud83e')).toBe(false);
    expect(canBePrefilled(requestOf('responses'), upstreamTarget('openai'), given)).toBe(false);
    expect(canBePrefilled(requestOf('responses'), target, given)).toBe(true);
  });
});

function bytesOf(text: string) {
  const body = Buffer.from(text);
  const start = body.indexOf('"f"');
  const json: Record<string, unknown> = JSON.parse(text);
  return { body, json, modelSpan: [start, start + 3] as const, model: 'f' };
}
