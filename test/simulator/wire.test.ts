import { describe, expect, test } from 'vitest';
import type { ProviderKind } from '#lib/contract/config.ts';
import type { Fault } from '#lib/contract/simulator.ts';
import { demoConfig, demoPorts } from '#lib/simulator/demo-workspace.ts';
import type { Simulator } from '#lib/simulator/simulator.ts';
import { classifyReply } from '#lib/wire/classify.ts';
import { parseChatRequest } from '#lib/wire/openai/chat-request.ts';
import type { ClientRequest, Frame, UpstreamTarget } from '#lib/wire/types.ts';
import { buildUpstream, createStreamDecoder, readCompletion } from '#lib/wire/upstream.ts';
import { simulatedWorld, urlOf } from './simulated-world.ts';

/** What the gateway's own wire code makes of the simulated vendors: both sides were written from the vendors' documents. */
interface Upstream {
  kind: ProviderKind;
  provider: string;
  endpoint: string;
  model: string;
}

const UPSTREAMS: Upstream[] = [
  { kind: 'openai', provider: 'openai-sim', endpoint: 'us-east', model: 'gpt-4o' },
  { kind: 'openai-compatible', provider: 'groq-sim', endpoint: 'global', model: 'llama-3.3-70b-versatile' },
  { kind: 'anthropic', provider: 'anthropic-sim', endpoint: 'global', model: 'claude-sonnet-4-5' },
];

function chat(stream: boolean, extra: object = {}): ClientRequest {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Where is my parcel?' },
  ];
  const body = Buffer.from(JSON.stringify({ model: 'support-chat', stream, messages, ...extra }));
  const parsed = parseChatRequest(body);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

async function call(simulator: Simulator, upstream: Upstream, request: ClientRequest) {
  const { provider, endpoint, kind, model } = upstream;
  const path = new URL(
    demoConfig(demoPorts(1)).providers?.find((one) => one.slug === provider)?.endpoints[0]?.baseUrl ?? '',
  ).pathname;
  const baseUrl = urlOf(simulator, provider, endpoint) + path.replace(/\/$/, '');
  const target: UpstreamTarget = {
    kind,
    baseUrl,
    region: null,
    model,
    deployment: null,
    credential: 'simulated',
    adapter: null,
  };
  const built = buildUpstream(request, target);
  if (!built.ok) throw new Error(built.failure.message);
  const { url, headers, body } = built.request;
  const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) });
  return { response, target, headers: Object.fromEntries(response.headers) };
}

async function framesOf(simulator: Simulator, upstream: Upstream): Promise<Frame[]> {
  const request = chat(true);
  const { response, target } = await call(simulator, upstream, request);
  expect(response.status).toBe(200);
  const decoder = createStreamDecoder(request, target, { nowWallMs: 0, continues: null });
  const frames: Frame[] = [];
  try {
    for await (const chunk of response.body ?? []) frames.push(...decoder.push(chunk));
  } catch {
    // Cut: what arrived before counts.
  }
  return [...frames, ...decoder.end()];
}

const kinds = (frames: Frame[]) => new Set(frames.map((frame) => frame.kind));

describe.each(UPSTREAMS)('the gateway’s wire code, calling $provider as $kind,', (upstream) => {
  test('reads a whole answer', async () => {
    const simulator = await simulatedWorld();
    const request = chat(false);
    const { response, target } = await call(simulator, upstream, request);
    const body = new Uint8Array(await response.arrayBuffer());
    const result = readCompletion(request, target, body, { nowWallMs: 0 });
    expect(result).toMatchObject({
      ok: true,
      model: upstream.model,
      usage: { outputTokens: expect.any(Number) },
    });
    expect(result.ok && Buffer.from(result.bytes).toString()).toContain('(simulated)');
  });

  test('reads a whole stream: opening, content, one end', async () => {
    const frames = await framesOf(await simulatedWorld(), upstream);
    expect(kinds(frames)).not.toContain('error');
    expect(kinds(frames)).not.toContain('malformed');
    expect(frames.filter((frame) => frame.kind === 'finish')).toHaveLength(1);
    expect(frames.filter((frame) => frame.kind === 'content').length).toBeGreaterThan(10);
  });

  test.each<[Fault, object, object]>([
    ['rate_limit', { retryAfterSeconds: 7 }, { class: 'rate_limited', status: 429, retryAfterMs: 7000 }],
    ['rate_limit_no_hint', {}, { class: 'rate_limited', status: 429, retryAfterMs: null }],
    ['server_error', {}, { class: 'server_error', status: 500 }],
    ['overloaded', {}, { class: 'overloaded' }],
  ])('classifies %s as what it is', async (fault, extra, expected) => {
    const simulator = await simulatedWorld();
    simulator.addFault({ provider: upstream.provider, fault, ...extra });
    const { response, headers } = await call(simulator, upstream, chat(true));
    const body = new Uint8Array(await response.arrayBuffer());
    const failure = classifyReply({ kind: upstream.kind, status: response.status, headers, body });
    expect(failure).toMatchObject(expected);
  });

  test('counts a malformed event and reads on to the end', async () => {
    const simulator = await simulatedWorld();
    simulator.addFault({ provider: upstream.provider, fault: 'malformed_event' });
    const frames = await framesOf(simulator, upstream);
    expect(frames.filter((frame) => frame.kind === 'malformed')).toHaveLength(1);
    expect(kinds(frames)).toContain('finish');
    expect(kinds(frames)).not.toContain('error');
  });

  test.each<[Fault, string]>([
    ['stream_error', upstream.kind === 'anthropic' ? 'overloaded' : 'server_error'],
    ['cut_stream', 'protocol_violation'],
  ])('sees %s after some content as a failure, never as an end', async (fault, failureClass) => {
    const simulator = await simulatedWorld();
    simulator.addFault({ provider: upstream.provider, fault });
    const frames = await framesOf(simulator, upstream);
    expect(kinds(frames)).toContain('content');
    expect(kinds(frames)).not.toContain('finish');
    expect(frames.at(-1)).toMatchObject({ kind: 'error', failure: { class: failureClass } });
  });
});
