import type { ProviderKind } from '#lib/contract/config.ts';
import type { PolicyInput } from '#lib/contract/policy.ts';
import type { WaitTimes } from '#lib/gateway/early-answer.ts';
import type { ChatFace } from '#lib/wire/types.ts';
import { BEGIN, END_OF_BLOCK, end, event, TEXT_BLOCK, text } from '#test/support/fake-anthropic.ts';
import { type Behaviour, chunk, DONE, FakeUpstream, ROLE, STOP } from '#test/support/fake-upstream.ts';
import { KEY, type TargetSetup, TestGateway } from './support.ts';

export const FACES = ['chat', 'messages', 'responses'] as const satisfies readonly ChatFace[];

/** One vendor's stream in pieces. */
export interface Wire {
  begin: string;
  text: (piece: string) => string;
  end: string;
  /** The beginning of a tool call. */
  tool: string;
}

const RESPONSE = {
  id: 'resp_0001upstream',
  object: 'response',
  created_at: 1,
  model: 'gpt-5-mini',
  output: [],
};
const ITEM = {
  type: 'message',
  id: 'msg_0001upstream',
  role: 'assistant',
  status: 'in_progress',
  content: [],
};
const PLACE = { item_id: ITEM.id, output_index: 0, content_index: 0 };

const CHAT: Wire = {
  begin: ROLE,
  text: (content) => chunk({ content }),
  end: STOP + DONE,
  tool: chunk({
    tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"ci' } }],
  }),
};

const MESSAGES: Wire = {
  begin: BEGIN + TEXT_BLOCK,
  text,
  end: END_OF_BLOCK + end(),
  tool:
    END_OF_BLOCK +
    event({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 'toolu_01', name: 'weather', input: {} },
    }),
};

const RESPONSES: Wire = {
  begin:
    event({
      type: 'response.created',
      response: { ...RESPONSE, status: 'in_progress' },
      sequence_number: 0,
    }) +
    event({ type: 'response.output_item.added', output_index: 0, item: ITEM, sequence_number: 1 }) +
    event({
      type: 'response.content_part.added',
      ...PLACE,
      part: { type: 'output_text', text: '', annotations: [] },
      sequence_number: 2,
    }),
  text: (delta) =>
    event({ type: 'response.output_text.delta', ...PLACE, delta, logprobs: [], sequence_number: 3 }),
  end: event({
    type: 'response.completed',
    response: { ...RESPONSE, status: 'completed', usage: { input_tokens: 3, output_tokens: 2 } },
    sequence_number: 9,
  }),
  tool: event({
    type: 'response.output_item.added',
    output_index: 1,
    item: { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'weather', arguments: '' },
    sequence_number: 5,
  }),
};

/** A kind of provider that speaks each face's own dialect, and its stream. */
export const NATIVE: Record<ChatFace, { kind: ProviderKind; wire: Wire }> = {
  chat: { kind: 'openai-compatible', wire: CHAT },
  messages: { kind: 'anthropic', wire: MESSAGES },
  responses: { kind: 'openai', wire: RESPONSES },
};

/** Another one, whose dialect is not the face's. */
export const FOREIGN: Record<ChatFace, { kind: ProviderKind; wire: Wire }> = {
  chat: NATIVE.messages,
  messages: NATIVE.chat,
  responses: NATIVE.chat,
};

/** The pieces of a whole stream, or of its beginning. */
export function pieces(
  { begin, text: piece, end: last }: Wire,
  texts: readonly string[],
  complete = true,
): string[] {
  return [begin, ...texts.map(piece), ...(complete ? [last] : [])];
}

const ROUTES: Record<ChatFace, { path: string; body: object }> = {
  chat: { path: '/v1/chat/completions', body: { messages: [{ role: 'user', content: 'Hello' }] } },
  messages: {
    path: '/v1/messages',
    body: { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 500 },
  },
  responses: { path: '/v1/responses', body: { input: 'Hello' } },
};

/** A streaming request on a face. */
export function ask(
  gateway: TestGateway,
  face: ChatFace,
  more: object = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  const { path, body } = ROUTES[face];
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'chat', stream: true, ...body, ...more }),
    signal,
  });
}

export interface World {
  gateway: TestGateway;
  close: () => Promise<void>;
}

export interface Upstream extends Omit<TargetSetup, 'origin'> {
  does: Behaviour;
}

/** A gateway with a fake provider for each target, in the chain's order. */
export async function world<Names extends string>(
  targets: Record<Names, Upstream>,
  policy: PolicyInput,
  waits?: Partial<WaitTimes>,
): Promise<World & { upstreams: Record<Names, FakeUpstream> }> {
  const upstreams: Partial<Record<Names, FakeUpstream>> = {};
  const setUp: Record<string, TargetSetup> = {};
  const fakes: FakeUpstream[] = [];
  for (const name of Object.keys(targets) as Names[]) {
    const { does, ...target } = targets[name];
    const fake = await FakeUpstream.start(does);
    fakes.push(fake);
    upstreams[name] = fake;
    setUp[name] = { ...target, origin: fake.origin };
  }
  const gateway = await TestGateway.start({ targets: setUp, policy }, undefined, waits);
  const close = async () => {
    await gateway.worker.stop();
    for (const fake of fakes) await fake.close();
  };
  return { gateway, upstreams: upstreams as Record<Names, FakeUpstream>, close };
}
