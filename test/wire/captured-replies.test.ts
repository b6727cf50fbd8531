import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '#lib/contract/config.ts';
import { classifyReply } from '#lib/wire/classify.ts';
import type { ChatFace } from '#lib/wire/types.ts';
import { createStreamDecoder } from '#lib/wire/upstream.ts';
import { decode, faceRequest, kinds, NOW, upstreamTarget } from './support.ts';

/** Replies that real vendors sent; kept beside the repository, not in it. */
const folder = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url));

interface Entry {
  file: string;
  provider: string;
  status: number;
  stream: boolean;
  format: string;
  expect: { cls: string };
}

interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const available = existsSync(folder);
const entries: Entry[] = available ? JSON.parse(readFileSync(`${folder}index.json`, 'utf8')) : [];
if (!available) console.warn(`SKIPPED: no captured replies at ${folder}`);

function replyOf(entry: Entry): Reply {
  const text = readFileSync(folder + entry.file, 'utf8');
  if (entry.format === 'envelope') {
    const { response } = JSON.parse(text);
    const body =
      response.body_encoding === 'base64' ? Buffer.from(response.body, 'base64').toString() : response.body;
    return { status: response.status, headers: response.headers, body };
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const body = entry.file.includes('.chunks.') ? lines.map((line) => `data: ${line}\n\n`).join('') : text;
  return { status: entry.status, headers: {}, body };
}

const KINDS: Readonly<Record<string, ProviderKind>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  azure: 'azure-openai',
};
const kindOf = (entry: Entry): ProviderKind => KINDS[entry.provider] ?? 'openai-compatible';
/** OpenAI itself speaks Responses to a client of that face; these are chat streams. */
const chatKindOf = (entry: Entry): ProviderKind =>
  kindOf(entry) === 'anthropic' ? 'anthropic' : 'openai-compatible';
const errors = entries.filter((entry) => entry.status >= 400);
const chats = entries.filter(
  ({ file }) =>
    /^(openai|anthropic|azure|groq|deepseek|xai|openai-compatible)\/stream-/.test(file) &&
    !/responses/.test(file),
);

const FACES: readonly ChatFace[] = ['chat', 'messages', 'responses'];
const hello = [{ role: 'user', content: 'Hello' }];
const ASKED: Record<ChatFace, object> = {
  chat: { model: 'm', stream: true, messages: hello },
  messages: { model: 'm', stream: true, max_tokens: 9, messages: hello, thinking: { type: 'adaptive' } },
  responses: { model: 'm', stream: true, input: 'Hello' },
};

describe.skipIf(!available)('captured replies', () => {
  it.each(errors.map((entry) => [entry.file, entry] as const))('%s is classified', (_file, entry) => {
    const { status, headers, body } = replyOf(entry);
    const failure = classifyReply({ kind: kindOf(entry), status, headers, body: Buffer.from(body) });
    expect(failure.class).toBe(entry.expect.cls);
    expect(failure.message.length).toBeLessThanOrEqual(300);
  });

  it.each(chats.map((entry) => [entry.file, entry] as const))(
    '%s says and ends the same to a client of any face',
    (_file, entry) => {
      for (const face of FACES) {
        const request = faceRequest(face, ASKED[face]);
        const options = { nowWallMs: NOW, continues: null };
        const reader = createStreamDecoder(request, upstreamTarget(chatKindOf(entry)), options);
        const frames = [...reader.push(Buffer.from(replyOf(entry).body)), ...reader.end()];
        const failure = frames.find((frame) => frame.kind === 'error')?.failure.class ?? 'success';
        expect([face, failure]).toEqual([face, entry.expect.cls]);
        expect(frames.filter(({ kind }) => kind === 'finish' || kind === 'error')).toHaveLength(1);
        expect(frames.some(({ kind }) => kind === 'malformed')).toBe(false);
        if (entry.expect.cls === 'success') expect(reader.model()).not.toBeNull();
      }
    },
  );

  it.each(chats.map((entry) => [entry.file, entry] as const))('%s ends as it should', (_file, entry) => {
    const frames = decode(kindOf(entry), replyOf(entry).body);
    const failure = frames.find((frame) => frame.kind === 'error')?.failure.class ?? 'success';
    expect(failure).toBe(entry.expect.cls);
    expect(kinds(frames).includes('finish')).toBe(entry.expect.cls === 'success');
    expect(frames.some((frame) => frame.kind === 'content')).toBe(true);
    expect(frames.some((frame) => frame.kind === 'malformed')).toBe(false);
  });
});
