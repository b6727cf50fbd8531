import { describe, expect, it } from 'vitest';
import { degradedCompletion, degradedStream } from '#lib/wire/openai/degraded-message.ts';
import { degradedBody, openAiError, streamErrorFrame } from '#lib/wire/openai/error-body.ts';
import { insertSwitchyard } from '#lib/wire/openai/served-by.ts';

const switchyard = {
  requestId: 'r1',
  flow: 'support-chat',
  servedBy: null,
  attempts: 2,
  degraded: true,
  degradedReason: 'breaker_open',
};
const inserted = (text: string): string =>
  Buffer.from(insertSwitchyard(Buffer.from(text), switchyard)).toString();
const object = JSON.stringify(switchyard);

describe('the switchyard object', () => {
  it('stands behind the first brace, every other byte unchanged', () => {
    expect(inserted(' {\n "id":1.0}')).toBe(` {"switchyard":${object},\n "id":1.0}`);
    expect(inserted('data: {"id":"é"}\r\n\r\n')).toBe(`data: {"switchyard":${object},"id":"é"}\r\n\r\n`);
  });

  it('is not put into comments or names of events', () => {
    expect(inserted(': {data: x}\nevent: {y}\ndata:{"a":{}}\n\n')).toBe(
      `: {data: x}\nevent: {y}\ndata:{"switchyard":${object},"a":{}}\n\n`,
    );
  });

  it('leaves valid JSON in an empty object', () => {
    expect(JSON.parse(inserted('{ }'))).toEqual({ switchyard });
  });

  it('replaces one that stands there already: that of a gateway behind this one, or the first chunk’s on the last', () => {
    const other = { ...switchyard, requestId: 'other', flow: 'a}","b' };
    expect(inserted(inserted('{"id":1}').replace(object, JSON.stringify(other)))).toBe(
      `{"switchyard":${object},"id":1}`,
    );
    expect(inserted(` { "switchyard" : {"a":[1,{}]} }`)).toBe(` {"switchyard":${object}}`);
    expect(inserted('data: {"switchyard":null,\n"id":1}\n\n')).toBe(
      `data: {"switchyard":${object},\n"id":1}\n\n`,
    );
    expect(inserted('{"switchyards":1}')).toBe(`{"switchyard":${object},"switchyards":1}`);
  });

  it('stands in the first event of every dialect, behind its name', () => {
    for (const event of [
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m"}}\n\n',
      'event: response.created\r\ndata:{"type":"response.created","response":{}}\r\n\r\n',
      'event: message_delta\ndata: {"type":"message_delta","usage":{}}\n\n',
    ]) {
      expect(inserted(event)).toBe(event.replace('{"type"', `{"switchyard":${object},"type"`));
    }
  });

  it('leaves alone what holds no object', () => {
    expect(inserted('data: [DONE]\n\n')).toBe('data: [DONE]\n\n');
    expect(inserted('')).toBe('');
  });
});

describe('errors for the client', () => {
  it("have OpenAI's shape", () => {
    expect(openAiError({ message: 'No.', type: 'invalid_request_error', param: 'model' })).toEqual({
      error: { message: 'No.', type: 'invalid_request_error', param: 'model', code: null },
    });
  });

  it('say that they are a graceful refusal', () => {
    expect(degradedBody('Try again in a moment.', switchyard)).toEqual({
      error: {
        message: 'Try again in a moment.',
        type: 'degraded',
        param: null,
        code: 'degraded',
        status: 'degraded',
      },
      switchyard,
    });
  });

  it('end a broken stream as one event', () => {
    const frame = Buffer.from(
      streamErrorFrame({ message: 'a\nb', type: 'upstream_error', code: 'x' }, switchyard),
    );
    expect(frame.toString()).toMatch(/^data: \{.*\}\n\n$/);
    expect(JSON.parse(frame.toString().slice(6))).toEqual({
      error: { message: 'a\nb', type: 'upstream_error', param: null, code: 'x' },
      switchyard,
    });
  });
});

describe('a graceful refusal as a message', () => {
  const input = {
    id: 'chatcmpl-1',
    created: 5,
    model: 'support-chat',
    message: 'Later, please.',
    switchyard,
  };

  it('is a normal completion, marked', () => {
    expect(degradedCompletion(input)).toMatchObject({
      object: 'chat.completion',
      model: 'support-chat',
      choices: [{ message: { role: 'assistant', content: 'Later, please.' }, finish_reason: 'stop' }],
      usage: { total_tokens: 0 },
      switchyard,
    });
  });

  it('is a normal stream, marked on its first chunk', () => {
    const events = Buffer.from(degradedStream(input, true)).toString().trimEnd().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    const [first, finish, usage] = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)));
    expect(first).toMatchObject({ switchyard, choices: [{ delta: { content: 'Later, please.' } }] });
    expect(finish.choices[0].finish_reason).toBe('stop');
    expect(usage).toMatchObject({ choices: [], usage: { total_tokens: 0 } });
    expect(Buffer.from(degradedStream(input, false)).toString()).not.toContain('usage');
  });
});
