import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import type { ChatFace } from '#lib/wire/types.ts';
import { type Behaviour, cuts, stalls, streams } from '#test/support/fake-upstream.ts';
import { NATIVE, pieces, type World, world } from './stream-support.ts';
import { KEY } from './support.ts';

const open: World[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const POLICY: PolicyInput = {
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 2, idleSeconds: 0.25, totalSeconds: 5 },
};
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const TEXT = 'The quick brown fox.';

/** Reads the whole text, or throws, as the official client of the face does. */
const READ: Record<ChatFace, (url: string) => Promise<string>> = {
  chat: async (url) => {
    const client = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 });
    const stream = client.chat.completions.stream({ model: 'chat', messages: MESSAGES });
    return (await stream.finalChatCompletion()).choices[0]?.message.content ?? '';
  },
  messages: async (url) => {
    const client = new Anthropic({ apiKey: KEY, baseURL: url, maxRetries: 0 });
    return client.messages.stream({ model: 'chat', max_tokens: 100, messages: MESSAGES }).finalText();
  },
  responses: async (url) => {
    const client = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 });
    let text = '';
    let whole = '';
    for await (const event of await client.responses.create({
      model: 'chat',
      input: 'Hello',
      stream: true,
    })) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'error') throw new Error(event.message);
      if (event.type === 'response.completed') {
        const [item] = event.response.output;
        const part = item?.type === 'message' ? item.content[0] : undefined;
        // The fake provider's own last event repeats nothing; ours repeats all of it.
        whole = part?.type === 'output_text' ? part.text : text;
      }
    }
    expect(whole).toBe(text);
    return text;
  },
};

describe.each(['chat', 'messages', 'responses'] as const)('the official client of the %s face', (face) => {
  const { kind, wire } = NATIVE[face];
  const begun = cuts(...pieces(wire, ['The quick ', 'bro'], false));
  const setUp = async (first: Behaviour, second: Behaviour, policy: PolicyInput = {}, waits = {}) => {
    const targets = { first: { kind, does: first }, second: { kind, does: second } };
    const made = await world(targets, { ...POLICY, ...policy }, waits);
    open.push(made);
    return made.gateway.url;
  };

  it('reads an answer that another target went on with as one', async () => {
    const url = await setUp(begun, streams(...pieces(wire, ['The quick', ' brown fox.'])));
    expect(await READ[face](url)).toBe(TEXT);
  });

  it('throws when the answer could not go on', async () => {
    const url = await setUp(begun, streams(...pieces(wire, ['Something else.'])));
    await expect(READ[face](url)).rejects.toThrow(/broke off/);
  });

  it('reads an answer behind signs of life', async () => {
    const late: Behaviour = async (call) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await streams(...pieces(wire, [TEXT]))(call);
    };
    expect(await READ[face](await setUp(late, begun, {}, { early: 40, keepAlive: 30 }))).toBe(TEXT);
  });

  it('reads the answer of a buffered flow whose first target broke off', async () => {
    const first = stalls(...pieces(wire, ['Half an '], false));
    const url = await setUp(
      first,
      streams(...pieces(wire, [TEXT])),
      { buffer: true },
      { earlyBuffered: 40, keepAlive: 30 },
    );
    expect(await READ[face](url)).toBe(TEXT);
  });
});
