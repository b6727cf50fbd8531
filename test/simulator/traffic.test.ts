import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseJson, readBody } from '#lib/simulator/body.ts';
import { close, listen } from '#lib/simulator/listen.ts';
import { Traffic } from '#lib/simulator/traffic.ts';

interface Seen {
  body: { model: string; stream: boolean; messages: { content: string }[] };
  stakes: string | undefined;
  authorization: string | undefined;
}

/** A gateway that answers as it is told, and remembers what it was asked. */
async function gateway(reply: (seen: Seen, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const one = {
      body: parseJson((await readBody(request, 1e6)) ?? '') as Seen['body'],
      stakes: [request.headers['x-switchyard-stakes']].flat()[0],
      authorization: request.headers.authorization,
    };
    seen.push(one);
    reply(one, response);
  });
  const port = await listen(server, 0);
  onTestFinished(() => close(server));
  return { seen, url: `http://127.0.0.1:${port}` };
}

function traffic(gatewayUrl: string, requestsPerMinute: Record<string, number>): Traffic {
  const one = new Traffic(
    { gatewayUrl, apiKey: 'demo-key', requestsPerMinute },
    { random: Math.random, now: Date.now },
  );
  onTestFinished(() => one.stop());
  one.start();
  return one;
}

test('asks every flow what it is for, streamed and not, now and then with high stakes', async () => {
  const { seen, url } = await gateway((_one, response) => {
    response.writeHead(200, { 'x-switchyard-degraded': 'false', 'x-switchyard-served-by': 'a/b/c' });
    response.end('{}');
  });
  const running = traffic(url, { 'support-chat': 6000, 'nightly-classify': 6000, 'contract-review': 6000 });
  await vi.waitFor(() => expect(running.results().served).toBeGreaterThan(120), 15_000);
  await running.stop();
  const of = (flow: string) => seen.filter((one) => one.body.model === flow);
  expect(of('support-chat').some((one) => one.stakes === 'high')).toBe(true);
  expect(of('nightly-classify').every((one) => one.stakes === undefined)).toBe(true);
  expect(of('nightly-classify')[0]?.body.messages[0]?.content).toContain('Labels:');
  expect(of('contract-review').length).toBeGreaterThan(0);
  expect(new Set(seen.map((one) => one.body.stream)).size).toBe(2);
  expect(seen.every((one) => one.authorization === 'Bearer demo-key')).toBe(true);
});

test('counts what came of its requests as a user would see it', async () => {
  const { url } = await gateway(({ body }, response) => {
    const by = { 'x-switchyard-served-by': 'a/b/c' };
    switch (body.model) {
      case 'backup':
        return response.writeHead(200, { 'x-switchyard-degraded': 'true', ...by }).end('{}');
      case 'refused':
        return response.writeHead(503, { 'x-switchyard-degraded': 'true' }).end('{}');
      case 'message':
        return response.writeHead(200, { 'x-switchyard-degraded': 'true' }).end('{}');
      case 'broken-stream':
        return response.writeHead(200, by).end('data: {"choices":[]}\n\ndata: {"error":{}}\n\n');
      default:
        return response.writeHead(502).end('{}');
    }
  });
  for (const [flow, result] of [
    ['backup', 'degraded'],
    ['refused', 'refused'],
    ['message', 'refused'],
    ['broken-stream', 'failed'],
    ['bad', 'failed'],
  ] as const) {
    const running = traffic(url, { [flow]: 6000 });
    await vi.waitFor(() => expect(running.results()[result]).toBeGreaterThan(0), 10_000);
    await running.stop();
    const { [result]: _, ...others } = running.results();
    expect(Object.values(others)).toEqual([0, 0, 0]);
  }
});

test('has never more than four requests in flight', async () => {
  let open = 0;
  let most = 0;
  const { seen, url } = await gateway((_one, response) => {
    open++;
    most = Math.max(most, open);
    setTimeout(() => {
      open--;
      response.writeHead(200).end('{}');
    }, 60);
  });
  const running = traffic(url, { a: 60_000, b: 60_000 });
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(12), 10_000);
  await running.stop();
  expect(most).toBe(4);
});

test('holds back while the gateway is away, and switching it off leaves nothing behind', async () => {
  const gone = await gateway(() => undefined);
  const running = traffic('http://127.0.0.1:9', { 'support-chat': 60_000 });
  await vi.waitFor(() => expect(running.results().failed).toBeGreaterThan(0), 10_000);
  const failed = running.results().failed;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(running.results().failed).toBeLessThanOrEqual(failed + 4);
  await running.stop();
  expect(running.running()).toBe(false);
  expect(gone.seen).toEqual([]);
});
