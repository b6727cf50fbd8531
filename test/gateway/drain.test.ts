import { once } from 'node:events';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { answers, FakeUpstream } from '#test/support/fake-upstream.ts';
import { KEY, TestGateway } from './support.ts';

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function setUp() {
  const upstream = await FakeUpstream.start(answers('Hi'));
  const gateway = await TestGateway.start({ targets: { primary: { origin: upstream.origin } } });
  open.push({ close: () => gateway.worker.stop() }, upstream);
  return gateway;
}

const BODY = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] });
const REQUEST = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

async function connect(port: number): Promise<Socket> {
  const socket = dial(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Everything until the other side closes. */
async function rest(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  await once(socket, 'close');
  return text;
}

/** Accepts connections that the worker gets later, as the supervisor does. */
async function doorstep(): Promise<{ door: Server; port: number }> {
  const door = createServer({ pauseOnConnect: true });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  open.push(door);
  const address = door.address();
  return { door, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

describe('a worker that drains', () => {
  it('still answers on a connection whose first request is on its way', async () => {
    const gateway = await setUp();
    const accepted = once(gateway.worker.server, 'connection');
    const socket = await connect(gateway.port);
    await accepted;
    const drained = gateway.worker.drain(5_000);
    socket.write(REQUEST);
    const text = await rest(socket);
    expect(text).toMatch(/^HTTP\/1.1 200 /);
    expect(text.toLowerCase()).toContain('connection: close');
    await drained;
  });

  it('still answers on a connection that reaches it a moment later', async () => {
    const gateway = await setUp();
    const { door, port } = await doorstep();
    const arrived = once(door, 'connection');
    const socket = await connect(port);
    socket.write(REQUEST);
    const [handed] = await arrived;
    const drained = gateway.worker.drain(5_000);
    gateway.worker.server.emit('connection', handed);
    handed.resume();
    expect(await rest(socket)).toMatch(/^HTTP\/1.1 200 /);
    await drained;
  });

  it('closes connections that stay silent, and ends', async () => {
    const gateway = await setUp();
    const accepted = once(gateway.worker.server, 'connection');
    const socket = await connect(gateway.port);
    await accepted;
    const startedAt = performance.now();
    await Promise.all([gateway.worker.drain(30_000), rest(socket)]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
