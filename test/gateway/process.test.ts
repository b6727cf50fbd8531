import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers, chunk, DONE, FakeUpstream, ROLE, STOP, stalls } from '#test/support/fake-upstream.ts';
import { KEY, snapshotOf } from './support.ts';

const ENTRY = new URL('../../lib/runtime/gateway-main.ts', import.meta.url);

let upstream: FakeUpstream;
let worker: ChildProcess;
let listener: Server;

/** The supervisor's part: owns the port, hands each connection over, says what the configuration is. */
beforeEach(async () => {
  upstream = await FakeUpstream.start(answers('Hi'));
  worker = fork(ENTRY, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(worker, 'message');
  const snapshot = snapshotOf({ targets: { primary: { origin: upstream.origin } } });
  worker.send({ to: 'gateway', body: JSON.stringify({ type: 'snapshot', commandId: null, snapshot }) });
  listener = createServer({ pauseOnConnect: true }, (socket) => worker.send({ type: 'connection' }, socket));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
});

afterEach(async () => {
  worker.kill('SIGKILL');
  listener.close();
  await upstream.close();
});

function chat(body: object = {}): Promise<Response> {
  const address = listener.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }], ...body }),
  });
}

describe('the worker process', () => {
  it('serves connections that are handed to it, large bodies and streams included', async () => {
    const [small, large] = await Promise.all([
      chat(),
      chat({ messages: [{ role: 'user', content: 'x'.repeat(3_000_000) }] }),
    ]);
    expect(small.status).toBe(200);
    expect(large.status).toBe(200);
    await Promise.all([small.text(), large.text()]);
    expect(upstream.calls).toHaveLength(2);
  });

  it('finishes its streams on SIGTERM and exits with 0', async () => {
    upstream.behave(stalls(ROLE, chunk({ content: 'Once' })));
    const response = await chat({ stream: true });
    worker.kill('SIGTERM');
    upstream.calls[0]?.response.end(STOP + DONE);
    expect(await response.text()).toContain('[DONE]');
    const [code] = await once(worker, 'exit');
    expect(code).toBe(0);
  });

  it('exits when the supervisor is gone', async () => {
    worker.disconnect();
    const [code] = await once(worker, 'exit');
    expect(code).toBe(0);
  });
});
