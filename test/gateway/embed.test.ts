import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badgeFacts } from '../../public/embed/badge.js';
import { BADGE_SCRIPT, recordsOf, TestGateway } from './support.ts';

/** The badge's script as browsers get it, before there is any configuration. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.worker.stop());

const script = (init: RequestInit = {}) => fetch(`${gateway.url}/embed/badge.js`, init);

describe('GET /embed/badge.js', () => {
  it('is a script for any origin, without a key and without a configuration', async () => {
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
    const response = await script();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'content-length': String(BADGE_SCRIPT.length),
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(BADGE_SCRIPT)).toBe(true);
  });

  it('is not sent again to who has it, however its tag is written', async () => {
    const etag = (await script()).headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await script({ headers: { 'if-none-match': known } });
      expect(response.status).toBe(304);
      expect(response.headers.get('etag')).toBe(etag);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(await response.text()).toBe('');
    }
    const changed = await script({ headers: { 'if-none-match': '"other"' } });
    expect(changed.status).toBe(200);
    await changed.text();
  });

  it('answers HEAD without a body, and names its methods to every other one', async () => {
    const head = await script({ method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(BADGE_SCRIPT.length));
    expect(await head.text()).toBe('');
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await script({ method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      await response.text();
    }
  });

  it('leaves no record of a request', async () => {
    await (await script()).text();
    await gateway.worker.drain(1_000);
    expect(recordsOf(gateway.messages)).toEqual([]);
  });

  it('is smaller than 8 kB', () => {
    expect(BADGE_SCRIPT.length).toBeLessThan(8_000);
  });
});

describe('what the script reads of an answer', () => {
  const switchyard = {
    requestId: 'req_1',
    flow: 'chat',
    servedBy: { model: 'claude' },
    badge: 'Ersatz',
    badgeLanguage: 'de',
  };

  it('the object of the body, and nothing without a badge in it', () => {
    expect(badgeFacts(switchyard)).toEqual({
      text: 'Ersatz',
      language: 'de',
      model: 'claude',
      flow: 'chat',
      requestId: 'req_1',
    });
    expect(badgeFacts({ ...switchyard, badge: undefined })).toBeNull();
    expect(badgeFacts({ requestId: 'req_1', flow: 'chat', servedBy: null })).toBeNull();
    expect(badgeFacts(null, null)).toBeNull();
  });

  const headers = {
    'X-Switchyard-Badge': '%E4%BA%88%E5%82%99',
    'x-switchyard-badge-language': 'ja',
    'x-switchyard-served-by': 'vendor/eu/meta/llama-70b',
    'x-switchyard-request-id': 'req_2',
  };

  it.each([
    ['Headers', new Headers(headers)],
    ['a plain record', headers],
  ])('the headers, as %s', (_kind, given) => {
    expect(badgeFacts(null, given)).toMatchObject({
      text: '予備',
      language: 'ja',
      model: 'meta/llama-70b',
      requestId: 'req_2',
    });
  });

  it('the object before the headers, as it knows how the answer ended', () => {
    expect(badgeFacts({ ...switchyard, badge: undefined }, headers)).toBeNull();
  });

  it('a text that is not encoded as it stands', () => {
    expect(badgeFacts(null, { 'x-switchyard-badge': '100 % backup' })?.text).toBe('100 % backup');
  });
});
