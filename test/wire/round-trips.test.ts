import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanonicalPart, CanonicalRequest } from '#lib/wire/canonical-request.ts';
import { upstreamDialect } from '#lib/wire/dialects.ts';
import type { ChatFace, UpstreamTarget } from '#lib/wire/types.ts';
import { faceRequest, upstreamTarget } from './support.ts';

/** A target of each dialect whose clients' face can read the request back: what is written must mean what was read. */
const BACK: readonly [face: ChatFace, target: UpstreamTarget][] = [
  ['chat', upstreamTarget('openai', { model: 'gpt-4o' })],
  ['chat', upstreamTarget('openai-compatible', { baseUrl: 'http://localhost:8000' })],
  ['messages', upstreamTarget('anthropic', { model: 'claude-sonnet-4-5' })],
];

const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `a${text}z`);
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,15}$/);
const text = word.map((value): CanonicalPart => ({ kind: 'text', text: value }));
const image = fc.constantFrom<CanonicalPart>(
  { kind: 'image', source: { type: 'url', url: 'https://x.test/a.png' }, detail: null },
  { kind: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' }, detail: null },
);
const call = fc.record({
  id: fc.stringMatching(/^t[a-z0-9]{8}$/),
  name,
  arguments: fc
    .dictionary(name, fc.oneof(fc.integer(), word, fc.boolean()))
    .map((value) => JSON.stringify(value)),
});

/** One exchange: what the user says, what the assistant answers, with calls and their results in the user's next turn. */
const exchange = fc
  .record({
    asked: fc.array(fc.oneof(text, image), { minLength: 1, maxLength: 3 }),
    said: text,
    calls: fc.uniqueArray(call, { maxLength: 3, selector: ({ id }) => id }),
    result: word,
  })
  .map(({ asked, said, calls, result }): CanonicalRequest['messages'] => [
    { role: 'user', parts: asked },
    {
      role: 'assistant',
      parts: [said, ...calls.map((one): CanonicalPart => ({ kind: 'tool_call', ...one }))],
    },
    ...(calls.length === 0
      ? []
      : [
          {
            role: 'user' as const,
            parts: calls.map(
              ({ id }): CanonicalPart => ({
                kind: 'tool_result',
                callId: id,
                parts: [{ kind: 'text', text: result }],
                isError: false,
              }),
            ),
          },
        ]),
  ]);

const request = fc
  .record({
    system: fc.array(
      word.map((value) => ({ kind: 'text' as const, text: value })),
      { maxLength: 1 },
    ),
    exchanges: fc.array(exchange, { minLength: 1, maxLength: 3 }),
    question: word,
    tools: fc.uniqueArray(name, { maxLength: 3 }),
    toolChoice: fc.constantFrom<CanonicalRequest['toolChoice']>(
      null,
      { type: 'auto' },
      { type: 'any' },
      { type: 'none' },
    ),
    serial: fc.boolean(),
    maxTokens: fc.integer({ min: 1, max: 4000 }),
    temperature: fc.option(fc.constantFrom(0, 0.5, 1)),
    stop: fc.uniqueArray(word, { maxLength: 3 }),
    user: fc.option(name),
    stream: fc.boolean(),
  })
  .map(({ exchanges, question, tools, toolChoice, serial, ...rest }): CanonicalRequest => {
    const withTools = tools.length > 0;
    return {
      ...rest,
      messages: merged([...exchanges.flat(), { role: 'user', parts: [{ kind: 'text', text: question }] }]),
      tools: tools.map((tool) => ({
        name: tool,
        description: `Does ${tool}.`,
        parameters: { type: 'object', properties: {} },
        strict: null,
      })),
      toolChoice: withTools ? toolChoice : null,
      parallelTools: withTools && serial && toolChoice?.type !== 'none' ? false : null,
      topP: null,
      topK: null,
      seed: null,
      presencePenalty: null,
      frequencyPenalty: null,
      reasoning: null,
      format: { type: 'text' },
      includeUsage: false,
      dropped: [],
    };
  });

/** Neighbours of one role as one turn, texts beside one another as one text: no dialect tells them apart. */
function merged(messages: CanonicalRequest['messages']): CanonicalRequest['messages'] {
  const out: CanonicalRequest['messages'] = [];
  for (const { role, parts } of messages) {
    const last = out.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else out.push({ role, parts: [...parts] });
  }
  return out.map(({ role, parts }) => ({ role, parts: joined(parts) }));
}

function joined(parts: readonly CanonicalPart[]): CanonicalPart[] {
  const out: CanonicalPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last?.kind === 'text' && part.kind === 'text')
      out[out.length - 1] = { kind: 'text', text: `${last.text}\n\n${part.text}` };
    else out.push(part);
  }
  return out;
}

/** What the request means; who may choose and how many at once are only said beside tools. */
function meaning({ messages, parallelTools, toolChoice, ...rest }: CanonicalRequest) {
  const { notes: _notes, dropped, includeUsage: _usage, ...kept } = rest;
  // A choice that says nothing more than its absence.
  const choice = toolChoice?.type === 'auto' ? null : toolChoice;
  return { ...kept, messages: merged(messages), serial: parallelTools === false, choice, dropped };
}

describe.each(BACK)('any request, written as %s and read back', (face, target) => {
  it('means the same', () => {
    const dialect = face === 'chat' ? 'openai-chat' : 'anthropic-messages';
    fc.assert(
      fc.property(request, (asked) => {
        const encoded = upstreamDialect(dialect).encodeRequest(asked, target);
        if (!encoded.ok) throw new Error(encoded.failure.message);
        expect(encoded.notes).toEqual([]);
        const read = faceRequest(face, encoded.body).canonical();
        if (!read.ok) throw new Error(read.failure.message);
        expect(meaning(read.request)).toEqual(meaning(asked));
      }),
      { numRuns: 300 },
    );
  });
});
