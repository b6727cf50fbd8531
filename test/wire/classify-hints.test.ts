import { describe, expect, it } from 'vitest';
import { classifyReply } from '#lib/wire/classify.ts';
import { classify, google, openAi } from './replies.ts';

describe("the provider's hint how long to wait", () => {
  const wait = (headers: Record<string, string>, body: string | object = ''): number | null =>
    classify(429, body, headers).retryAfterMs;

  it('is the larger of what the headers say', () => {
    expect(wait({ 'retry-after': '1', 'retry-after-ms': '0' })).toBe(1000);
    expect(wait({ 'retry-after': '1', 'retry-after-ms': '1700' })).toBe(1700);
    expect(wait({ 'x-ms-retry-after-ms': '250' })).toBe(250);
    expect(wait({ 'retry-after': '0.5' })).toBe(500);
  });

  it("may be a date, measured by the reply's own clock first", () => {
    expect(wait({ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' })).toBe(30_000);
    expect(
      wait({ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT', date: 'Thu, 01 Jan 2026 00:00:10 GMT' }),
    ).toBe(20_000);
    expect(wait({ 'retry-after': 'Thu, 01 Jan 2020 00:00:00 GMT' })).toBe(0);
  });

  it('may stand in the body', () => {
    expect(wait({}, google('RESOURCE_EXHAUSTED', 'x', [{ retryDelay: '9h54m' }]))).toBe(35_640_000);
    expect(wait({}, openAi('Rate limit reached. Please try again in 26.604s.'))).toBe(26_604);
    expect(wait({}, openAi('Please try again in 6m0s'))).toBe(360_000);
    expect(wait({}, openAi('Please try again in 132ms'))).toBe(132);
    expect(wait({}, openAi('exceeded token rate limit. Please retry after 33 seconds.'))).toBe(33_000);
    expect(wait({}, openAi('Try again in 2 minutes'))).toBe(120_000);
  });

  it('is null where there is none, or nonsense', () => {
    expect(wait({})).toBeNull();
    expect(wait({ 'retry-after': 'soon', 'retry-after-ms': '-5' })).toBeNull();
    expect(wait({}, openAi('Limit 30000, Requested 37313'))).toBeNull();
  });
});

describe("the provider's word that calling again is of no use", () => {
  it('is taken where it is given, and nothing is made of its absence', () => {
    const said = (headers: Record<string, string>) => classify(529, '', headers).noRetry;
    expect(said({ 'x-should-retry': 'false' })).toBe(true);
    expect(said({ 'x-should-retry': 'true' })).toBeUndefined();
    expect(said({})).toBeUndefined();
  });
});

describe('the message that is kept', () => {
  const message = (text: string): string => classify(400, openAi(text)).message;

  it('has at most 300 characters, on one line', () => {
    expect(message(`a\n\n${'b'.repeat(1000)}`)).toMatch(/^a b{297}…$/);
    expect(classify(500, 'x'.repeat(100_000)).message).toHaveLength(300);
  });

  it.each([
    'Incorrect API key provided: sk-proj-abcDEF123456. Find it',
    'Incorrect API key provided: sk-ab***wxyz.',
    'Incorrect API key provided: 0123456789abcdef',
    'header Authorization: Bearer abcDEF123456.x-y_z was refused',
    'GET https://x.test/v1?key=abcDEF123456&alt=sse failed',
    'GET https://user:abcDEF123456@x.test failed',
    'invalid x-api-key: abcDEF123456',
    'key gsk_abcDEF123456 is revoked',
    'AIzaSyabcDEF123456abcDEF123456abcDEF12345 is not valid',
  ])('holds no secret: %s', (text) => {
    expect(message(text)).not.toMatch(/abcDEF123456|0123456789abcdef|sk-ab|wxyz/);
    expect(message(text)).toContain('[redacted]');
  });

  it("does not hold the gateway's own credential in any form", () => {
    const body = Buffer.from(JSON.stringify(openAi('Your key plainkey77 expired')));
    const reply = { kind: 'openai', status: 401, headers: {}, body, credential: 'plainkey77' } as const;
    expect(classifyReply(reply).message).toBe('Your key [redacted] expired');
  });

  it('repeats nothing that a model or user wrote', () => {
    const groq = {
      error: { code: 'tool_use_failed', message: 'Failed.', failed_generation: 'my secret plan' },
    };
    expect(classify(400, groq).message).toBe('Failed.');
    expect(message('Bad output. failed_generation: "my secret plan"')).toBe('Bad output. [text left out]');
    const detail = [{ loc: ['body', 'messages'], msg: 'Field required', input: 'my secret plan' }];
    expect(classify(422, { detail }).message).toBe('body.messages: Field required');
  });

  it('says something even when the provider said nothing', () => {
    expect(classify(500, '').message).toBe('The provider answered 500 without saying why.');
    expect(classify(502, '<html><head><title>502 Bad Gateway</title></head></html>').message).toBe(
      'an HTML page: 502 Bad Gateway',
    );
  });
});
