import { describe, expect, it } from 'vitest';
import { faceFormat } from '#lib/wire/faces.ts';
import type { ChatFace, ClientRequest, UpstreamTarget } from '#lib/wire/types.ts';
import { buildUpstream, createStreamDecoder, readCompletion } from '#lib/wire/upstream.ts';

const LONG = `mcp__${'a_server_with_a_long_name__'.repeat(3)}find_parcel`;
const DOTTED = 'shop.find/parcel';
const PLAIN = 'find_parcel';

function requestOf(face: ChatFace, names: readonly string[], called: string): ClientRequest {
  const schema = { type: 'object', properties: { number: { type: 'string' } } };
  const question = { role: 'user', content: 'Where is it?' };
  const bodies: Record<ChatFace, object> = {
    chat: {
      tools: names.map((name) => ({ type: 'function', function: { name, parameters: schema } })),
      tool_choice: { type: 'function', function: { name: called } },
      messages: [
        question,
        {
          role: 'assistant',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: called, arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'r' },
      ],
    },
    messages: {
      max_tokens: 100,
      tools: names.map((name) => ({ name, input_schema: schema })),
      messages: [
        question,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: called, input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'r' }] },
      ],
    },
    responses: {
      tools: names.map((name) => ({ type: 'function', name, parameters: schema })),
      input: [
        question,
        { type: 'function_call', call_id: 'c1', name: called, arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'r' },
      ],
    },
  };
  const body = Buffer.from(JSON.stringify({ model: 'flow', stream: true, ...bodies[face] }));
  const parsed = faceFormat(face).parse(body, {});
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

function targetOf(kind: UpstreamTarget['kind'], model = 'model-x'): UpstreamTarget {
  const place = { baseUrl: 'https://vendor.example', region: 'eu-central-1', deployment: null };
  return { ...place, kind, model, credential: null, adapter: null };
}

function sent(request: ClientRequest, target: UpstreamTarget): string {
  const built = buildUpstream(request, target);
  if (!built.ok) throw new Error(built.failure.message);
  expect(built.request.notes).toEqual([]);
  return Buffer.from(built.request.body).toString('utf8');
}

const namesIn = (body: string) =>
  new Set([...body.matchAll(/"name":"([^"]+)"/g)].map(([, name]) => name ?? ''));

describe('the name of a tool', () => {
  it.each([
    ['messages', 'openai', /^[A-Za-z0-9_-]{1,64}$/],
    ['messages', 'google', /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/],
    ['responses', 'bedrock', /^[A-Za-z0-9_-]{1,64}$/],
    ['chat', 'anthropic', /^[A-Za-z0-9_-]{1,128}$/],
  ] as const)(
    'is one that the vendor takes, the same everywhere in the request (%s at %s)',
    (face, kind, form) => {
      for (const odd of [LONG, DOTTED, '9lives.tool']) {
        const names = namesIn(sent(requestOf(face, [odd, PLAIN], odd), targetOf(kind)));
        expect(names).toContain(PLAIN);
        // The tool, its choice and the earlier call have one name, which is not the plain tool's.
        expect(names.size).toBe(2);
        for (const name of names) expect(name).toMatch(form);
      }
    },
  );

  it('stays as it is where it fits, and other tools keep other names', () => {
    const target = targetOf('openai');
    expect(namesIn(sent(requestOf('messages', [PLAIN], PLAIN), target))).toEqual(new Set([PLAIN]));
    const two = [`${LONG}_1`, `${LONG}_2`];
    expect(namesIn(sent(requestOf('messages', two, two[0] ?? ''), target)).size).toBe(2);
    const own = requestOf('chat', [LONG], LONG);
    expect(sent(own, target)).toContain(LONG);
  });

  it('is the given one again in the answer, streamed and whole', () => {
    const request = requestOf('messages', [LONG], LONG);
    const target = targetOf('openai');
    const [name = ''] = namesIn(sent(request, target));
    const call = { index: 0, id: 'c2', type: 'function', function: { name, arguments: '{}' } };
    const chunk = (delta: object, finish_reason: string | null) =>
      `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    const decoder = createStreamDecoder(request, target, { nowWallMs: 0, continues: null });
    const frames = [
      ...decoder.push(Buffer.from(chunk({ tool_calls: [call] }, null) + chunk({}, 'tool_calls'))),
      ...decoder.end(),
    ];
    const streamed = frames
      .map((frame) => ('bytes' in frame ? Buffer.from(frame.bytes).toString('utf8') : ''))
      .join('');
    expect(namesIn(streamed)).toEqual(new Set([LONG]));
    const message = { role: 'assistant', content: null, tool_calls: [call] };
    const body = { id: 'x', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] };
    const whole = readCompletion(request, target, Buffer.from(JSON.stringify(body)), { nowWallMs: 0 });
    expect(whole.ok && namesIn(Buffer.from(whole.bytes).toString('utf8'))).toEqual(new Set([LONG]));
  });
});
