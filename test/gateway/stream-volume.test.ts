import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import type { Behaviour } from '#test/support/fake-upstream.ts';
import { ask, NATIVE, type World, world } from './stream-support.ts';
import { KEY } from './support.ts';

const open: World[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const POLICY: PolicyInput = {
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 10, idleSeconds: 1, totalSeconds: 60 },
};
const MB = 1024 * 1024;

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

/** Live memory: what is left after everything that can go has gone. */
function liveBytes(collect: () => void): number {
  // Memory of buffers is given back a moment after they are found dead.
  collect();
  collect();
  const { heapUsed: objects, arrayBuffers } = process.memoryUsage();
  return objects + arrayBuffers;
}

/** Writes as fast as the connection takes it, batch after batch, and tells after each. */
function pours(
  begin: string,
  batch: string,
  batches: number,
  end: string,
  onBatch: (n: number) => void,
): Behaviour {
  return async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(begin);
    const bytes = Buffer.from(batch);
    for (let n = 1; n <= batches && !response.destroyed; n += 1) {
      await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
      onBatch(n);
    }
    response.end(end);
  };
}

describe('a stream of a million tokens', () => {
  it.each([
    { face: 'chat', from: 'chat' },
    { face: 'messages', from: 'messages' },
    { face: 'chat', from: 'messages' },
  ] as const)(
    'passes in constant memory ($face from $from)',
    async ({ face, from }) => {
      const collect = collector();
      const { kind, wire } = NATIVE[from];
      const perBatch = 1_000;
      const batches = face === from ? 1_000 : 300;
      const samples: number[] = [];
      const sample = (n: number) => {
        if (n % (batches / 10) === 0) samples.push(liveBytes(collect));
      };
      const does = pours(wire.begin, wire.text('token ').repeat(perBatch), batches, wire.end, sample);
      const made = await world({ first: { kind, does } }, POLICY);
      open.push(made);
      const response = await ask(made.gateway, face);
      let received = 0;
      for await (const piece of response.body ?? []) received += piece.length;
      expect(received).toBeGreaterThan(batches * perBatch * 'token '.length);
      // The second tenth is past every warm-up; the text alone would be megabytes more at each step.
      expect(Math.max(...samples.slice(2)) - (samples[1] ?? 0)).toBeLessThan(4 * MB);
      const record = await made.gateway.record(response.headers.get('x-switchyard-request-id'));
      expect(record.outcome).toBe('primary');
    },
    60_000,
  );
});

describe('a client that reads slowly', () => {
  /** A connection that reads nothing until it is told to. */
  async function slowClient(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    const body = JSON.stringify({ model: 'chat', stream: true, messages: [{ role: 'user', content: 'Hi' }] });
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    return socket;
  }

  it('slows its provider down, is not cut off for that, and gets everything once it reads', async () => {
    const { wire } = NATIVE.chat;
    const batch = wire.text('x'.repeat(1000)).repeat(64);
    const batches = 1_000;
    let poured = 0;
    const does = pours(wire.begin, batch, batches, wire.end, (n) => {
      poured = n;
    });
    const { gateway, close } = await world({ first: { does } }, POLICY);
    open.push({ gateway, close });
    const socket = await slowClient(gateway.port);
    // Until nothing has moved for longer than the stream's idle limit.
    for (let before = -1; before !== poured || poured === 0; ) {
      before = poured;
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    expect(poured).toBeLessThan(batches / 2);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.resume();
    await once(socket, 'close');
    expect(poured).toBe(batches);
    const text = Buffer.concat(chunks).toString('latin1');
    expect(text.match(/x{1000}/g)).toHaveLength(batches * 64);
    expect(text).toContain('data: [DONE]');
  }, 30_000);

  it('costs no more memory than its buffers while it waits', async () => {
    const collect = collector();
    const { wire } = NATIVE.chat;
    const does = pours(wire.begin, wire.text('x'.repeat(1000)).repeat(64), 2_000, wire.end, () => {});
    const { gateway, close } = await world({ first: { does } }, POLICY);
    open.push({ gateway, close });
    const before = liveBytes(collect);
    const socket = await slowClient(gateway.port);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(liveBytes(collect) - before).toBeLessThan(8 * MB);
    socket.destroy();
  }, 30_000);
});
