import { describe, expect, it } from 'vitest';
import { classifyTransport } from '#lib/wire/classify.ts';

function coded(code: string, name = 'Error'): Error {
  return Object.assign(new Error(`it failed: ${code}`), { code, name });
}

describe('a transport error', () => {
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
  ])('charges the endpoint when no connection could be set up: %s', (code) => {
    expect(classifyTransport(coded(code))).toMatchObject({ class: 'connection', connect: true, code });
  });

  it.each(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])('says that setting up took too long: %s', (code) => {
    expect(classifyTransport(coded(code))).toMatchObject({
      class: 'connection',
      connect: true,
      timeout: 'connect',
    });
  });

  it.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED'])(
    'does not charge the endpoint for a connection that broke: %s',
    (code) => {
      const failure = classifyTransport(coded(code));
      expect(failure.class).toBe('connection');
      expect(failure.connect).toBeUndefined();
    },
  );

  it.each([
    ['UND_ERR_HEADERS_TIMEOUT', { class: 'timeout', timeout: 'first_token' }],
    ['UND_ERR_BODY_TIMEOUT', { class: 'timeout', timeout: 'idle' }],
    ['HPE_INVALID_CONSTANT', { class: 'protocol_violation' }],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', { class: 'protocol_violation' }],
    ['UND_ERR_ABORTED', { class: 'client_abort' }],
  ])('is told apart: %s', (code, expected) => {
    expect(classifyTransport(coded(code))).toMatchObject(expected);
  });

  it('tells an abort from a deadline', () => {
    expect(classifyTransport(new DOMException('gone', 'AbortError')).class).toBe('client_abort');
    expect(classifyTransport(new DOMException('late', 'TimeoutError'))).toMatchObject({
      class: 'timeout',
      timeout: 'deadline',
    });
  });

  it('is judged by its innermost code', () => {
    const fetchFailed = new TypeError('fetch failed', { cause: coded('ENOTFOUND') });
    expect(classifyTransport(fetchFailed)).toMatchObject({
      class: 'connection',
      connect: true,
      code: 'ENOTFOUND',
    });
    const bothFamilies = new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')], '');
    expect(classifyTransport(bothFamilies)).toMatchObject({ class: 'connection', connect: true });
  });

  it('is a broken connection when nothing is known of it, and carries no secret', () => {
    expect(classifyTransport('odd')).toMatchObject({ class: 'connection', message: 'odd' });
    const failure = classifyTransport(new Error('refused https://x.test/?api_key=abcDEF123456'));
    expect(failure.message).toBe('refused https://x.test/?api_key=[redacted]');
  });
});
