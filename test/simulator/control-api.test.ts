import { describe, expect, test } from 'vitest';
import { SimulatorClient } from '#lib/simulator/client.ts';
import { ask, OPENAI, simulatedWorld, TOKEN } from './simulated-world.ts';

async function world() {
  const simulator = await simulatedWorld();
  const client = new SimulatorClient({ url: simulator.controlUrl, token: TOKEN });
  const call = (method: string, path: string, body?: string, token = TOKEN) =>
    fetch(`${simulator.controlUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });
  return { simulator, client, call };
}

describe('the control API', () => {
  test('breaks and heals a vendor through the typed client', async () => {
    const { simulator, client } = await world();
    expect(await client.waitReady(1000)).toBe(true);
    const fault = await client.addFault({ provider: 'openai-sim', fault: 'overloaded' });
    expect(fault).toMatchObject({ fault: 'overloaded', share: 1, sinceWallMs: expect.any(Number) });
    expect(await client.faults()).toEqual([fault]);
    expect((await ask(simulator, OPENAI)).status).toBe(503);
    await client.clearFault(fault.id);
    expect((await ask(simulator, OPENAI)).status).toBe(200);
    await client.addFault({ provider: 'groq-sim', fault: 'reset' });
    await client.clearFault(null);
    expect(await client.faults()).toEqual([]);
  });

  test('refuses every call without the token', async () => {
    const { call } = await world();
    for (const [method, path] of [
      ['GET', '/health'],
      ['GET', '/faults'],
      ['POST', '/faults'],
      ['GET', '/calls'],
    ] as const) {
      const reply = await call(method, path, method === 'POST' ? '{}' : undefined, 'wrong');
      expect(reply.status).toBe(401);
      expect(await reply.json()).toMatchObject({ error: { code: 'unauthenticated' } });
    }
  });

  test.each([
    [{ provider: 'nobody', fault: 'reset' }, 'provider', /there are: anthropic-sim, openai-sim, groq-sim/],
    [{ provider: 'openai-sim', endpoint: 'mars', fault: 'reset' }, 'endpoint', /there are: us-east, eu-west/],
    [{ provider: 'openai-sim', model: 'gpt-9', fault: 'reset' }, 'model', /there are: gpt-4o, gpt-4o-mini/],
    [{ provider: 'openai-sim', fault: 'explode' }, 'fault', /rate_limit/],
    [{ provider: 'openai-sim', fault: 'reset', share: 2 }, 'share', /1/],
  ])('refuses the fault %j and says what is wrong with it', async (rule, path, message) => {
    const { call, simulator } = await world();
    const reply = await call('POST', '/faults', JSON.stringify(rule));
    expect(reply.status).toBe(422);
    const body = await reply.json();
    expect(body.error.issues).toEqual([{ path, message: expect.stringMatching(message) }]);
    expect(simulator.faults()).toEqual([]);
  });

  test('answers 400 to a body that is not JSON and 404 to an unknown fault', async () => {
    const { call, client } = await world();
    expect((await call('POST', '/faults', '{')).status).toBe(400);
    await expect(client.clearFault('fault-99')).rejects.toMatchObject({ status: 404 });
  });

  test('reports and forgets the calls that the vendors saw', async () => {
    const { simulator, call } = await world();
    await ask(simulator, OPENAI);
    expect(await (await call('GET', '/calls')).json()).toMatchObject({
      counts: { 'openai-sim.us-east/gpt-4o': 1 },
      calls: [{ provider: 'openai-sim', model: 'gpt-4o', fault: null }],
    });
    expect((await call('DELETE', '/calls')).status).toBe(204);
    expect(await (await call('GET', '/calls')).json()).toEqual({ counts: {}, calls: [] });
  });

  test('refuses to start a traffic generator that it was not given', async () => {
    const { client } = await world();
    expect(await client.traffic()).toBe(false);
    await expect(client.traffic(true)).rejects.toThrow('without a traffic generator');
  });
});
