import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import type { Fault } from '#lib/contract/simulator.ts';
import { type Simulator, startSimulator } from '#lib/simulator/simulator.ts';
import { ask, FACES } from '../matrix/faces.ts';
import { TestGateway } from './support.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const QUICK: PolicyInput = {
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 1, idleSeconds: 1, totalSeconds: 5 },
};

/** Two servers with Ollama's own API and the same model. */
async function setUp(policy: PolicyInput = QUICK): Promise<{ gateway: TestGateway; simulator: Simulator }> {
  const place = (endpoint: string) => ({
    provider: 'ollama-sim',
    endpoint,
    format: 'ollama' as const,
    port: 0,
    models: ['qwen3'],
  });
  const simulator = await startSimulator(
    { controlPort: 0, controlToken: 'ollama', endpoints: [place('one'), place('two')], traffic: null },
    { timing: 'instant' },
  );
  const at = (endpoint: string) => ({
    origin: `${simulator.endpoints.find((one) => one.endpoint === endpoint)?.url}/api/chat`,
    model: 'qwen3',
    family: 'qwen3',
    capabilities: ['prefill' as const, 'tools' as const],
  });
  const gateway = await TestGateway.start({ targets: { one: at('one'), two: at('two') }, policy });
  open.push(
    () => gateway.worker.stop(),
    () => simulator.stop(),
  );
  return { gateway, simulator };
}

describe("servers with Ollama's own API", () => {
  it('answer clients of every face, streamed and whole', async () => {
    const { gateway } = await setUp();
    for (const face of FACES) {
      const texts = new Set<string>();
      for (const stream of [true, false]) {
        const seen = await ask(gateway.url, face, { model: 'chat', stream });
        expect({ face, stream, ...seen }).toMatchObject({ status: 200, end: 'whole' });
        expect(seen.switchyard).toMatchObject({ attempts: 1, servedBy: { target: 'one' } });
        texts.add(seen.text);
      }
      expect([...texts]).toEqual([expect.stringContaining('This is qwen3 (simulated).')]);
    }
  });

  it.each<[Fault, string]>([
    ['server_error', 'server_error'],
    ['overloaded', 'overloaded'],
    ['rate_limit', 'rate_limited'],
    ['model_not_found', 'model_not_found'],
    ['quota', 'quota_exhausted'],
    ['silence', 'timeout'],
    ['empty_answer', 'protocol_violation'],
    ['html_answer', 'protocol_violation'],
  ])('fail over to each other (%s)', async (fault, cls) => {
    const { gateway, simulator } = await setUp();
    simulator.addFault({ provider: 'ollama-sim', endpoint: 'one', fault });
    const seen = await ask(gateway.url, 'messages', { model: 'chat', stream: true });
    expect(seen).toMatchObject({ status: 200, end: 'whole', switchyard: { servedBy: { target: 'two' } } });
    const record = await gateway.record(seen.headers.get('x-switchyard-request-id'));
    expect(record.attempts.map(({ outcome }) => outcome)).toEqual([cls, 'ok']);
  });

  it.each<Fault>(['cut_stream', 'stalled_stream', 'stream_error', 'truncated_stream'])(
    'go on with an answer that broke off (%s), from where it stood',
    async (fault) => {
      const { gateway, simulator } = await setUp();
      const whole = await ask(gateway.url, 'chat', { model: 'chat', stream: true });
      simulator.addFault({ provider: 'ollama-sim', endpoint: 'one', fault });
      const seen = await ask(gateway.url, 'chat', { model: 'chat', stream: true });
      expect({ text: seen.text, end: seen.end }).toEqual({ text: whole.text, end: 'whole' });
      const record = await gateway.record(seen.headers.get('x-switchyard-request-id'));
      expect(record.attempts.map(({ resume }) => resume)).toEqual([null, 'prefill']);
    },
  );

  it('are read in any pieces, and a line that is no JSON is counted', async () => {
    const { gateway, simulator } = await setUp();
    for (const [fault, malformed] of [
      ['odd_framing', 0],
      ['malformed_event', 1],
    ] as const) {
      const rule = simulator.addFault({ provider: 'ollama-sim', fault });
      const seen = await ask(gateway.url, 'responses', { model: 'chat', stream: true });
      simulator.clearFault(rule.id);
      expect(seen).toMatchObject({ end: 'whole', switchyard: { attempts: 1 } });
      const record = await gateway.record(seen.headers.get('x-switchyard-request-id'));
      expect(record.malformedEvents).toBe(malformed);
    }
  });
});
