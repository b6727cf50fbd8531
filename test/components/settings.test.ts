import { describe, expect, test } from 'vitest';
import { splitFresh } from '#components/activity/fresh-rows.ts';
import { servedShares } from '#components/flow/served-shares.ts';
import { slugOf } from '#components/flow/slug-of.ts';
import { EMPTY_COMPLETION } from '#components/playground/completion.ts';
import { nextMessages, type Turn } from '#components/playground/conversation.ts';
import { exchange, WAITING } from '#components/playground/exchange.ts';
import { endpointFaults, followRegion, withEndpoint } from '#components/provider/endpoint-draft.ts';
import { BREAKER_FIELDS, checkBreaker, fromShown, toShown } from '#components/settings/breaker-form.ts';
import { credentialWords } from '#components/settings/credentials.ts';
import { usualBaseUrl } from '#components/settings/provider-kinds.ts';
import type { ProviderView } from '#lib/contract/api.ts';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';

const provider: ProviderView = {
  slug: 'azure',
  name: 'Azure',
  kind: 'azure-openai',
  simulated: false,
  credential: null,
  overlap: null,
  endpoints: [
    {
      id: 'azure.us',
      slug: 'us',
      region: 'eastus2',
      baseUrl: 'https://us.example',
      credential: { stored: true },
      overlap: null,
    },
    {
      id: 'azure.eu',
      slug: 'eu',
      region: null,
      baseUrl: 'https://eu.example',
      credential: { env: 'EU_KEY', present: false },
      overlap: null,
    },
  ],
  problems: [],
  version: 1,
};

describe('credentials', () => {
  test('a variable that is not set is called missing', () => {
    expect(credentialWords({ env: 'EU_KEY', present: false })).toEqual({
      text: 'EU_KEY is not set',
      missing: true,
    });
    expect(credentialWords({ stored: true }).missing).toBe(false);
  });
});

describe('an endpoint of a cloud in its form', () => {
  const endpoint = {
    slug: 'us-east-1',
    region: 'us-east-1',
    baseUrl: usualBaseUrl('bedrock', 'us-east-1'),
  };

  test('takes address and slug from its region until they are written by hand', () => {
    const moved = followRegion('bedrock', endpoint, { ...endpoint, region: 'eu-west-1' });
    expect(moved).toMatchObject({
      slug: 'eu-west-1',
      baseUrl: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
    });
    const own = { ...endpoint, slug: 'main', baseUrl: 'https://vpce.example.com' };
    expect(followRegion('bedrock', own, { ...own, region: 'eu-west-1' })).toEqual({
      ...own,
      region: 'eu-west-1',
    });
  });

  test('elsewhere the region is only a word', () => {
    const plain = { ...endpoint, baseUrl: 'https://api.openai.com' };
    expect(followRegion('openai', plain, { ...plain, region: 'x' })).toEqual({ ...plain, region: 'x' });
    expect(usualBaseUrl('vertex', 'global')).toBe('https://aiplatform.googleapis.com');
  });
});

describe('the endpoints of a provider', () => {
  test('are sent back as they are, with one added, changed or left out', () => {
    const slugs = (list: readonly { slug: string }[]) => list.map(({ slug }) => slug);
    const added = withEndpoint(provider, 'asia', { slug: 'asia', baseUrl: 'https://asia.example' });
    expect(slugs(added)).toEqual(['us', 'eu', 'asia']);
    expect(added[0]).toEqual({
      slug: 'us',
      region: 'eastus2',
      baseUrl: 'https://us.example',
      credential: { stored: true },
    });
    const moved = withEndpoint(provider, 'eu', { slug: 'eu', baseUrl: 'https://eu2.example' });
    expect(moved[1]).toEqual({ slug: 'eu', baseUrl: 'https://eu2.example' });
    expect(slugs(withEndpoint(provider, 'us', null))).toEqual(['eu']);
  });

  test('are checked before they are sent, each fault at its field', () => {
    const draft = { slug: 'us', region: '', baseUrl: 'not an address' };
    expect(Object.keys(endpointFaults('bedrock', draft, ['us'])).toSorted()).toEqual([
      'baseUrl',
      'region',
      'slug',
    ]);
    expect(endpointFaults('openai', { ...draft, slug: 'new', baseUrl: 'https://a.example' }, ['us'])).toEqual(
      {},
    );
  });
});

describe('breaker defaults', () => {
  const rate = BREAKER_FIELDS.find((text) => text.field === 'failureRate');

  test('shares are shown as percent and come back exact', () => {
    if (rate === undefined) throw new Error('no field');
    expect(toShown(rate, 0.57)).toBe(57);
    expect(fromShown(rate, 57)).toBe(0.57);
    expect(fromShown(rate, '')).toBe('');
  });

  test('a maximum below the first open period is refused at its field', () => {
    const check = checkBreaker({ ...DEFAULT_BREAKER, openSeconds: 30, maxOpenSeconds: 10 });
    expect(check.ok ? null : check.issues.get('maxOpenSeconds')).toContain('at least openSeconds');
    expect(checkBreaker({ ...DEFAULT_BREAKER, openSeconds: '' }).ok).toBe(false);
    expect(checkBreaker({ ...DEFAULT_BREAKER }).ok).toBe(true);
  });
});

describe('small words', () => {
  test('a slug is made from a name', () => {
    expect(slugOf('  Crédit & Risk (EU) ')).toBe('credit-risk-eu');
    expect(slugOf('x'.repeat(80))).toHaveLength(63);
  });

  test('shares say who served, largest first, and who got nothing', () => {
    const pulse = {
      flow: 'f',
      perSecond: 1,
      served: 9,
      requests: 10,
      errorShare: 0.1,
      degradedShare: 0,
      p95Ms: 1,
      byTarget: { a: 2, b: 7, c: 0 },
    };
    expect(servedShares(pulse, (slug) => slug)).toBe(
      'Last minute, served by b 70 %, a 20 % and 10 % nobody.',
    );
    expect(servedShares(undefined, (slug) => slug)).toBe('No requests in the last minute.');
  });

  test('rows newer than the reader let in wait, and are counted', () => {
    const rows = [{ atWallMs: 3 }, { atWallMs: 2 }, { atWallMs: 1 }];
    expect(splitFresh(rows, 2)).toEqual({ shown: [{ atWallMs: 2 }, { atWallMs: 1 }], fresh: 1 });
    expect(splitFresh(rows, null).fresh).toBe(0);
  });
});

describe('a conversation', () => {
  const turn = (id: number, question: string, text: string): Turn => ({
    id,
    flow: 'f',
    stakes: null,
    question,
    exchange: { ...WAITING, phase: 'done', completion: { ...EMPTY_COMPLETION, text } },
  });

  test('a question without an answer is not said again', () => {
    const messages = nextMessages([turn(1, 'a', 'A'), turn(2, 'refused', '')], ' Be brief. ', 'b');
    expect(messages.map((message) => message.content)).toEqual(['Be brief.', 'a', 'A', 'b']);
  });

  const call = (answer: Response, signal = new AbortController().signal) => ({
    flow: 'f',
    input: { messages: [{ role: 'user' as const, content: 'hi' }], stakes: null, stream: true },
    signal,
    fetch: () => Promise.resolve(answer),
    now: () => 0,
  });
  const last = async (answer: Response) => {
    let state = WAITING;
    for await (const next of exchange(call(answer))) state = next;
    return state;
  };
  const stream = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });

  test('a stream that ends without its end marker is never taken for a whole answer', async () => {
    const cut = await last(stream('data: {"choices":[{"delta":{"content":"Half"}}]}\n\n'));
    expect(cut.completion.text).toBe('Half');
    expect(cut.completion.error?.message).toContain('incomplete');
    const whole = await last(stream('data: {"choices":[{"delta":{"content":"All"}}]}\n\ndata: [DONE]\n\n'));
    expect(whole.completion.error).toBeNull();
    expect(whole.phase).toBe('done');
  });

  test('a refusal keeps its status and its message', async () => {
    const body = JSON.stringify({
      error: { message: 'Try again in a moment.', type: 'degraded', code: 'degraded' },
    });
    const refused = await last(
      new Response(body, { status: 503, headers: { 'content-type': 'application/json' } }),
    );
    expect(refused.status).toBe(503);
    expect(refused.completion.error?.message).toBe('Try again in a moment.');
  });
});
