import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { switchyards } from '#test/support/client-stream.ts';
import { cuts, fails, streams } from '#test/support/fake-upstream.ts';
import { ask, FACES, NATIVE, pieces, type Upstream, type World, world } from './stream-support.ts';

/** What tells a product's users that a backup model answered: in the body, and in headers for who sees only those. */
const open: World[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const TEXT = '予備モデルによる回答 – “B”';
const BADGE = { on: true, text: TEXT, language: 'ja' };
const DOWN: Upstream = { does: fails(500, { message: 'down' }), family: 'big-model' };

async function setUp(first: Upstream, second: Upstream, policy: PolicyInput) {
  const made = await world({ first, second }, { retry: { maxPerTarget: 0 }, ...policy });
  open.push(made);
  return made.gateway;
}

function whole(face: (typeof FACES)[number]): Upstream {
  const { kind, wire } = NATIVE[face];
  return { kind, does: streams(...pieces(wire, ['Hello'])) };
}

describe.each(FACES)('an answer of a backup model on the %s face', (face) => {
  it('carries the badge with its language in the body, and both in headers', async () => {
    const gateway = await setUp(DOWN, whole(face), { badge: BADGE });
    const response = await ask(gateway, face);
    expect(decodeURIComponent(response.headers.get('x-switchyard-badge') ?? '')).toBe(TEXT);
    expect(response.headers.get('x-switchyard-badge')).toMatch(/^[\x21-\x7e]+$/);
    expect(response.headers.get('x-switchyard-badge-language')).toBe('ja');
    expect(switchyards(await response.text())[0]).toMatchObject({ badge: TEXT, badgeLanguage: 'ja' });
  });

  it('says nothing of a badge that is off', async () => {
    const gateway = await setUp(DOWN, whole(face), { badge: { ...BADGE, on: false } });
    const response = await ask(gateway, face);
    expectNoBadge(response.headers);
    const [first] = switchyards(await response.text());
    expect(first).toMatchObject({ degraded: true });
    expect(Object.keys(first ?? {}).filter((key) => key.startsWith('badge'))).toEqual([]);
  });
});

describe('no header of a badge', () => {
  it('is on an answer of the primary’s own model, wherever it comes from', async () => {
    const gateway = await setUp(DOWN, { ...whole('chat'), family: 'big-model' }, { badge: BADGE });
    const response = await ask(gateway, 'chat');
    expect(response.headers.get('x-switchyard-served-by')).toContain('p-second/');
    expectNoBadge(response.headers);
    await response.text();
  });

  it('is on a graceful refusal, which nobody served', async () => {
    const gateway = await setUp(DOWN, whole('chat'), { mode: 'quality', badge: BADGE });
    const response = await ask(gateway, 'chat');
    expect(response.status).toBe(503);
    expectNoBadge(response.headers);
  });

  it('is on a stream that a backup model only ends: its last chunk says it', async () => {
    const { kind, wire } = NATIVE.chat;
    const first = { kind, does: cuts(...pieces(wire, ['The quick '], false)) };
    const second = { kind, does: streams(...pieces(wire, ['The quick ', 'brown fox.'])) };
    const gateway = await setUp(first, second, { badge: BADGE });
    const response = await ask(gateway, 'chat', { stream_options: { include_usage: true } });
    expectNoBadge(response.headers);
    const told = switchyards(await response.text());
    expect(told[0]).not.toHaveProperty('badge');
    expect(told.at(-1)).toMatchObject({ degraded: true, badge: TEXT, badgeLanguage: 'ja' });
  });
});

it('no text gets a header of its own in, or breaks the answer', async () => {
  const text = 'A\r\nset-cookie: b=c\u0000\u2028\ud800';
  const gateway = await setUp(DOWN, whole('chat'), { badge: { on: true, text } });
  const response = await ask(gateway, 'chat');
  expect(response.status).toBe(200);
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(response.headers.get('x-switchyard-badge')).toBe(
    'A%0D%0Aset-cookie%3A%20b%3Dc%00%E2%80%A8%EF%BF%BD',
  );
  expect(response.headers.get('x-switchyard-badge-language')).toBe('en');
  await response.text();
});

function expectNoBadge(headers: Headers): void {
  expect([...headers.keys()].filter((name) => name.includes('badge'))).toEqual([]);
}
