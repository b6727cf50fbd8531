import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { clientText, endsCleanly, streamError } from '#test/support/client-stream.ts';
import { type Behaviour, keepsSilent, stalls, streams } from '#test/support/fake-upstream.ts';
import { ask, FACES, FOREIGN, NATIVE, pieces, type World, world } from './stream-support.ts';

const open: World[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const POLICY: PolicyInput = {
  midStream: 'error',
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 0.3, idleSeconds: 0.3, totalSeconds: 10 },
};
const TEXTS = ['Grüße ', 'aus 東京 ', '🦉🦉', '\\n"quoted"\n', 'fin.'];
const TEXT = TEXTS.join('');

/** Writes bytes in pieces of a size, each as soon as the one before is on its way. */
function inBytes(text: string, size: number): Behaviour {
  return async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) {
      await new Promise((resolve) => response.write(bytes.subarray(at, at + size), resolve));
    }
    response.end();
  };
}

const FORMS: [string, (stream: string) => string][] = [
  ['as vendors send it', (stream) => stream],
  ['with CRLF', (stream) => stream.replaceAll('\n', '\r\n')],
  ['with lone CRs', (stream) => stream.replaceAll('\n', '\r')],
  ['without a space behind `data:`', (stream) => stream.replaceAll('data: ', 'data:')],
  ['with comments and blank lines', (stream) => stream.replaceAll('\n\n', '\n\n: busy\n\n\n')],
  ['with a byte order mark', (stream) => `\ufeff${stream}`],
  ['with fields that nobody knows', (stream) => stream.replaceAll('data: ', 'id: 7\nretry: 10\ndata: ')],
];

const WAYS = FACES.flatMap((face) => [
  { face, from: 'its own dialect', source: NATIVE[face] },
  { face, from: 'another dialect', source: FOREIGN[face] },
]);

describe.each(WAYS)('a stream for the $face face from $from', ({ face, source: { kind, wire } }) => {
  const upstream = async (does: Behaviour, policy: PolicyInput = {}) => {
    const second = streams(...pieces(NATIVE[face].wire, ['From the second.']));
    const made = await world(
      { first: { kind, does }, second: { kind: NATIVE[face].kind, does: second } },
      { ...POLICY, ...policy },
    );
    open.push(made);
    const response = await ask(made.gateway, face);
    const bytes = await response.text();
    const record = () => made.gateway.record(response.headers.get('x-switchyard-request-id'));
    return { bytes, record, upstreams: made.upstreams };
  };
  const whole = pieces(wire, TEXTS).join('');

  it.each(FORMS)('is the same text %s, however it is cut', async (_form, form) => {
    for (const size of [1, 7, 1_000_000]) {
      const { bytes } = await upstream(inBytes(form(whole), size));
      expect(clientText(bytes.replaceAll(/\r\n?/g, '\n').replaceAll('data:{', 'data: {'))).toBe(TEXT);
    }
  });

  it('carries a frame of megabytes', async () => {
    const large = '🦉'.repeat(1_500_000);
    const { bytes } = await upstream(inBytes(pieces(wire, ['a', large, 'z']).join(''), 50_000));
    expect(clientText(bytes)).toBe(`a${large}z`);
    expect(endsCleanly(bytes)).toBe(true);
  });

  it('leaves out what is no JSON, and counts it', async () => {
    const broken = 'data: {"id": oops\n\n';
    const at = pieces(wire, TEXTS, false);
    const { bytes, record } = await upstream(streams(at[0] ?? '', broken, ...at.slice(1), broken, wire.end));
    expect(clientText(bytes)).toBe(TEXT);
    expect(bytes).not.toContain('oops');
    expect(await record()).toMatchObject({ outcome: 'primary', malformedEvents: 2 });
  });

  it('is complete with its terminal marker, whatever error comes behind it', async () => {
    const error = `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'api_error', message: 'Late' } })}\n\n`;
    const { bytes, record } = await upstream(streams(...pieces(wire, TEXTS), error));
    expect(clientText(bytes)).toBe(TEXT);
    expect(endsCleanly(bytes)).toBe(true);
    expect(bytes).not.toContain('Late');
    expect(await record()).toMatchObject({
      outcome: 'primary',
      attempts: [{ outcome: 'ok', verdict: 'ok' }],
    });
  });

  it('is complete also where the provider keeps the connection open behind the end', async () => {
    const { bytes, record } = await upstream(stalls(...pieces(wire, TEXTS)));
    expect(clientText(bytes)).toBe(TEXT);
    expect(endsCleanly(bytes)).toBe(true);
    expect((await record()).outcome).toBe('primary');
  });

  it('is never complete without its terminal marker: a clean end of the connection is an error', async () => {
    const { bytes, record } = await upstream(streams(...pieces(wire, TEXTS, false)));
    expect(clientText(bytes)).toBe(TEXT);
    expect(streamError(bytes)).toMatch(/broke off/);
    expect(endsCleanly(bytes)).toBe(false);
    expect(await record()).toMatchObject({
      outcome: 'broken_stream',
      attempts: [{ outcome: 'protocol_violation' }],
    });
  });

  it('that falls silent ends at the idle limit, and its connection is closed', async () => {
    const { bytes, record, upstreams } = await upstream(stalls(...pieces(wire, TEXTS, false)));
    expect(streamError(bytes)).toMatch(/silent for 0\.3 s/);
    expect((await record()).attempts).toMatchObject([{ outcome: 'timeout', verdict: 'failure' }]);
    await upstreams.first.calls[0]?.aborted;
  });

  it('has not begun before its first content: opening, pings and comments do not count', async () => {
    const chatter: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(wire.begin);
      while (!response.destroyed) {
        response.write(': busy\n\nevent: ping\ndata: {"type": "ping"}\n\n');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const { bytes, record } = await upstream(chatter);
    expect(clientText(bytes)).toBe('From the second.');
    expect((await record()).attempts).toMatchObject([
      { outcome: 'timeout', firstTokenMs: null },
      { outcome: 'ok' },
    ]);
  });

  it('may pause up to the idle limit as often as it likes, and pings are life', async () => {
    const slow: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(wire.begin);
      for (const piece of TEXTS) {
        response.write(wire.text(piece));
        await new Promise((resolve) => setTimeout(resolve, 80));
        response.write(': busy\n\n');
        await new Promise((resolve) => setTimeout(resolve, 80));
      }
      response.end(wire.end);
    };
    const { bytes } = await upstream(slow);
    expect(clientText(bytes)).toBe(TEXT);
  });

  it('that never answers at all fails over', async () => {
    expect(clientText((await upstream(keepsSilent)).bytes)).toBe('From the second.');
  });
});
