import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { clientText } from '#test/support/client-stream.ts';
import { chunk, DONE, ROLE, STOP } from '#test/support/fake-upstream.ts';
import { ask } from './stream-support.ts';
import { TestGateway } from './support.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A provider on a thread of its own: it goes on writing, a piece every 20 ms, while this one is held up. */
async function provider(pieces: readonly string[]): Promise<string> {
  const program = `
    const { createServer } = require('node:http');
    const { parentPort, workerData } = require('node:worker_threads');
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      workerData.forEach((piece, at) => setTimeout(() => {
        if (at === workerData.length - 1) response.end(piece);
        else response.write(piece);
      }, at * 20));
    });
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
  const worker = new Worker(program, { eval: true, workerData: pieces });
  open.push(() => worker.terminate());
  const [port] = await once(worker, 'message');
  return `http://127.0.0.1:${port}`;
}

function holdUp(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('a pause of the gateway itself', () => {
  it('is not taken for silence of the provider', async () => {
    const words = Array.from({ length: 40 }, (_, at) => `${at} `);
    const origin = await provider([ROLE, ...words.map((content) => chunk({ content })), STOP + DONE]);
    const gateway = await TestGateway.start({
      targets: { primary: { origin } },
      policy: {
        midStream: 'error',
        retry: { maxPerTarget: 0 },
        timeouts: { firstTokenSeconds: 0.2, idleSeconds: 0.2, totalSeconds: 10 },
      },
    });
    open.push(() => gateway.worker.stop());
    const response = await ask(gateway, 'chat');
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      if (pieces.length === 3 || pieces.length === 6) holdUp(350);
    }
    expect(clientText(Buffer.concat(pieces).toString())).toBe(words.join(''));
  });
});
