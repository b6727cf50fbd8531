import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { UpstreamPools } from '#lib/gateway/pools.ts';
import { answers, FakeUpstream } from '#test/support/fake-upstream.ts';

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

/** A proxy that notes which hosts it is asked for and lets nobody through. */
async function startProxy() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://none').host);
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  const address = server.address();
  return { asked, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` };
}

function poolsWith(env: Record<string, string>): UpstreamPools {
  const pools = new UpstreamPools(env);
  open.push({ close: () => pools.destroy() });
  return pools;
}

async function call(pools: UpstreamPools, origin: string): Promise<number> {
  const answer = await pools.dispatcher(origin).request({ origin, path: '/', method: 'POST' });
  await answer.body.dump();
  return answer.statusCode;
}

describe('connection pools', () => {
  it('go through the proxy that the environment names, but for NO_PROXY', async () => {
    const proxy = await startProxy();
    const pools = poolsWith({ HTTPS_PROXY: proxy.url, NO_PROXY: 'internal.invalid' });
    await call(pools, 'https://api.vendor.invalid').catch(() => null);
    await call(pools, 'https://internal.invalid').catch(() => null);
    expect(proxy.asked).toEqual(['api.vendor.invalid:443']);
  });

  it('never send a loopback address to a proxy', async () => {
    const proxy = await startProxy();
    const upstream = await FakeUpstream.start(answers('Hi'));
    open.push(upstream);
    const pools = poolsWith({ http_proxy: proxy.url, https_proxy: proxy.url });
    expect(await call(pools, upstream.origin)).toBe(200);
    expect(proxy.asked).toEqual([]);
  });

  it('are kept while their origin is configured, and closed when it is not', async () => {
    const upstream = await FakeUpstream.start(answers('Hi'));
    open.push(upstream);
    const pools = poolsWith({});
    const first = pools.dispatcher(upstream.origin);
    pools.keepOnly(new Set([upstream.origin]));
    expect(pools.dispatcher(upstream.origin)).toBe(first);
    pools.keepOnly(new Set());
    expect(pools.dispatcher(upstream.origin)).not.toBe(first);
  });
});
