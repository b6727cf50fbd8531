import { describe, expect, test } from 'vitest';
import { EMPTY_COMPLETION, foldChunk, readAnswer } from '#components/playground/completion.ts';
import { curlCommand } from '#components/playground/curl-command.ts';
import { readServedHeaders } from '#components/playground/served-headers.ts';
import { createSseParser } from '#components/playground/sse-parser.ts';

const switchyard = {
  requestId: 'req_1',
  flow: 'support-chat',
  servedBy: { target: 'claude', provider: 'anthropic', endpoint: 'global', model: 'claude-sonnet' },
  attempts: 2,
  degraded: true,
  degradedReason: 'breaker_open',
  badge: 'Answered by backup model',
};

describe('the event parser', () => {
  const text = ': hello\n\ndata: {"a":1}\r\n\r\nevent: error\ndata: one\ndata: two\n\ndata: tail';

  test('gives the same events however the network cuts them', () => {
    const whole = createSseParser().push(text);
    expect(whole).toEqual([
      { event: 'message', data: '{"a":1}' },
      { event: 'error', data: 'one\ntwo' },
    ]);
    for (const size of [1, 2, 3, 7]) {
      const parser = createSseParser();
      const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
      expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(whole);
    }
  });

  test('holds an event back until its blank line', () => {
    const parser = createSseParser();
    expect(parser.push('data: x\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([{ event: 'message', data: 'x' }]);
  });
});

describe('a streamed answer', () => {
  test('adds up its deltas and keeps the newest switchyard object', () => {
    const chunks = [
      JSON.stringify({ switchyard, choices: [{ delta: { role: 'assistant', content: 'Hel' } }] }),
      JSON.stringify({ choices: [{ delta: { content: 'lo' }, finish_reason: 'stop' }] }),
      'not json',
      '[DONE]',
    ];
    expect(chunks.reduce(foldChunk, EMPTY_COMPLETION)).toEqual({
      text: 'Hello',
      switchyard,
      finishReason: 'stop',
      error: null,
      done: true,
    });
  });

  test('an error inside the stream keeps the text that had come', () => {
    const broken = [
      JSON.stringify({ choices: [{ delta: { content: 'Half' } }] }),
      JSON.stringify({
        error: { message: 'The stream broke.', type: 'api_error', code: 'stream_interrupted' },
      }),
    ].reduce(foldChunk, EMPTY_COMPLETION);
    expect(broken.text).toBe('Half');
    expect(broken.error).toEqual({
      message: 'The stream broke.',
      type: 'api_error',
      code: 'stream_interrupted',
    });
  });
});

describe('a whole answer', () => {
  test('a graceful refusal is shown as the client gets it', () => {
    const answer = readAnswer(
      JSON.stringify({ error: { message: 'Try again in a moment.', type: 'degraded', code: 'degraded' } }),
    );
    expect(answer.error?.code).toBe('degraded');
    expect(answer.done).toBe(true);
  });

  test('a body that is not JSON is an error that quotes it', () => {
    expect(readAnswer('<html>').error?.message).toBe('<html>');
  });
});

describe('copy as curl', () => {
  const input = {
    messages: [{ role: 'user' as const, content: "What's up?" }],
    stakes: 'high' as const,
    stream: true,
  };

  test('names the key as a variable and survives a quote in the text', () => {
    const command = curlCommand('http://127.0.0.1:8080/', 'support-chat', input);
    expect(command).toContain('"authorization: Bearer $SWITCHYARD_API_KEY"');
    expect(command).toContain("'http://127.0.0.1:8080/v1/chat/completions'");
    expect(command).toContain("-H 'x-switchyard-stakes: high'");
    expect(command).toContain("What'\\''s up?");
  });

  test('says nothing about stakes when the flow decides', () => {
    expect(curlCommand('http://x', 'f', { ...input, stakes: null })).not.toContain('stakes');
  });
});

test('the served-by headers are read, and absent ones are unknown', () => {
  const headers = new Headers({ 'x-switchyard-attempts': '2', 'x-switchyard-degraded': 'true' });
  expect(readServedHeaders(headers)).toEqual({
    requestId: null,
    servedBy: null,
    attempts: 2,
    degraded: true,
    degradedReason: null,
  });
  expect(readServedHeaders(new Headers()).attempts).toBeNull();
});
