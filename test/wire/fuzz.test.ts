import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '#lib/simulator/answers.ts';
import { anthropicDialect } from '#lib/simulator/anthropic/dialect.ts';
import { bedrockDialect } from '#lib/simulator/bedrock/dialect.ts';
import type { Exchange, Prompt, Dialect as Vendor } from '#lib/simulator/dialect.ts';
import { geminiDialect } from '#lib/simulator/gemini/dialect.ts';
import { ollamaDialect } from '#lib/simulator/ollama/dialect.ts';
import { openaiDialect } from '#lib/simulator/openai/dialect.ts';
import { responsesDialect } from '#lib/simulator/openai/responses.ts';
import { upstreamDialect } from '#lib/wire/dialects.ts';
import { faceFormat } from '#lib/wire/faces.ts';
import { RepeatDecoder } from '#lib/wire/openai/repeat-decoder.ts';
import { TranslatedStream } from '#lib/wire/translated-stream.ts';
import type { ChatFace, ClientRequest, Dialect, Frame, StreamDecoder } from '#lib/wire/types.ts';

const RUNS = Math.max(100, Math.round(Number(process.env.PROPERTY_RUNS ?? 20_000) / 40));
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
console.info(`fuzz of the stream decoders: ${RUNS} runs each, PROPERTY_SEED=${SEED}`);

const FACES: readonly ChatFace[] = ['chat', 'responses', 'messages'];

/** Whole streams as the simulated vendors write them, and how their end is marked. */
const SOURCES: Readonly<Record<Dialect, { vendor: Vendor; isEnd: (block: string) => boolean }>> = {
  'openai-chat': { vendor: openaiDialect, isEnd: (block) => /"finish_reason":"/.test(block) },
  'openai-responses': {
    vendor: responsesDialect,
    isEnd: (block) => /event: response\.completed/.test(block),
  },
  'anthropic-messages': {
    vendor: anthropicDialect,
    isEnd: (block) => /"stop_reason":"|"message_stop"/.test(block) && !/message_start/.test(block),
  },
  gemini: { vendor: geminiDialect, isEnd: (block) => /"finishReason"/.test(block) },
  'ollama-chat': { vendor: ollamaDialect, isEnd: (block) => block.includes('"done":true') },
  'bedrock-converse': { vendor: bedrockDialect, isEnd: (block) => block.includes('messageStop') },
};

interface Way {
  name: string;
  dialect: Dialect;
  decoder: () => StreamDecoder;
}

/** Every way in which a stream is decoded: each face's own dialect as it is, and each dialect for each face. */
const WAYS: Way[] = [
  ...FACES.map((face) => ({
    name: `${face} as it is`,
    dialect: faceFormat(face).dialect,
    decoder: () => faceFormat(face).passthrough(requestOf(face)),
  })),
  {
    name: 'chat as it is, with the shortcut',
    dialect: 'openai-chat',
    decoder: () => new RepeatDecoder(faceFormat('chat').passthrough(requestOf('chat'))),
  },
  ...(Object.keys(SOURCES) as Dialect[]).flatMap((dialect) =>
    FACES.map((face) => ({
      name: `${dialect} for ${face}`,
      dialect,
      decoder: () => {
        const options = { created: 1, includeUsage: true, model: 'm', continues: null };
        return new TranslatedStream(upstreamDialect(dialect).events(), faceFormat(face).encoder(options));
      },
    })),
  ),
];

function requestOf(face: ChatFace): ClientRequest {
  const bodies = {
    chat: { model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] },
    responses: { model: 'm', stream: true, input: 'x' },
    messages: { model: 'm', stream: true, max_tokens: 16, messages: [{ role: 'user', content: 'x' }] },
  };
  const parsed = faceFormat(face).parse(Buffer.from(JSON.stringify(bodies[face])), {});
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

/** One answer's blocks, as bytes. */
function blocksOf(dialect: Dialect, withTool: boolean): Buffer[] {
  const prompt: Prompt = {
    model: 'm',
    stream: true,
    text: 'Wo bleibt das Päckchen mit den Äpfeln? 📦',
    prefill: '',
    inputTokens: 12,
    maxTokens: null,
    answers: 1,
    includeUsage: true,
    tool: withTool
      ? { name: 'find_parcel', schema: { type: 'object', properties: { number: { type: 'string' } } } }
      : null,
  };
  const exchange: Exchange = {
    prompt,
    answers: answer(prompt),
    requestId: 'req_1',
    id: 'abc',
    createdSeconds: 1,
  };
  return SOURCES[dialect].vendor.stream(exchange).map(({ bytes }) => Buffer.from(bytes as string));
}

/** Feeds the bytes in pieces of the given sizes. */
function decode(way: Way, bytes: Buffer, sizes: readonly number[]): Frame[] {
  const decoder = way.decoder();
  const frames: Frame[] = [];
  let from = 0;
  for (let n = 0; from < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    frames.push(...decoder.push(bytes.subarray(from, from + size)));
    from += size;
  }
  frames.push(...decoder.end());
  return frames;
}

const count = (frames: readonly Frame[], kind: Frame['kind']) =>
  frames.filter((frame) => frame.kind === kind).length;

/** All that reaches the client, but for the end. */
function contentOf(frames: readonly Frame[]): string {
  return frames
    .flatMap((frame) => (frame.kind === 'content' ? [Buffer.from(frame.bytes).toString('utf8')] : []))
    .join('');
}

const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 });
const withTool = fc.boolean();
const parameters = { numRuns: RUNS, seed: SEED };

describe.each(WAYS)('$name', (way) => {
  const { dialect } = way;
  const { isEnd } = SOURCES[dialect];
  const marked = (blocks: readonly Buffer[]) => blocks.some((block) => isEnd(block.toString('latin1')));

  it('a whole stream ends once and says the same however it is cut into reads', () => {
    fc.assert(
      fc.property(withTool, sizes, (tool, cuts) => {
        const bytes = Buffer.concat(blocksOf(dialect, tool));
        const frames = decode(way, bytes, cuts);
        expect([count(frames, 'finish'), count(frames, 'error')]).toEqual([1, 0]);
        expect(contentOf(frames)).toBe(contentOf(decode(way, bytes, [bytes.length])));
      }),
      parameters,
    );
  });

  it('a truncated stream never ends cleanly before its terminal marker, and says nothing that was not said', () => {
    fc.assert(
      fc.property(withTool, sizes, fc.double({ min: 0, max: 1, noNaN: true }), (tool, cuts, share) => {
        const blocks = blocksOf(dialect, tool);
        const bytes = Buffer.concat(blocks);
        const kept = bytes.subarray(0, Math.floor(bytes.length * share));
        const frames = decode(way, kept, cuts);
        const at = blocks.findIndex((block) => isEnd(block.toString('latin1')));
        const markedFrom = Buffer.concat(blocks.slice(0, at + 1)).length;
        expect(count(frames, 'finish') + count(frames, 'error')).toBe(1);
        // The blank line behind the marker is no part of it.
        if (kept.length < markedFrom - 4) expect(count(frames, 'finish')).toBe(0);
        const whole = contentOf(decode(way, bytes, [bytes.length]));
        expect(whole.startsWith(contentOf(frames))).toBe(true);
      }),
      parameters,
    );
  });

  it('events that are lost, doubled or out of order never crash it, and it ends cleanly only with the marker', () => {
    fc.assert(
      fc.property(withTool, sizes, fc.array(fc.nat(200), { maxLength: 60 }), (tool, cuts, order) => {
        const blocks = blocksOf(dialect, tool);
        const chosen = order.map((n) => blocks[n % blocks.length] ?? Buffer.alloc(0));
        const frames = decode(way, Buffer.concat(chosen), cuts);
        expect(count(frames, 'finish') + count(frames, 'error')).toBe(1);
        if (!marked(chosen)) expect(count(frames, 'finish')).toBe(0);
      }),
      parameters,
    );
  });

  it('random bytes anywhere never crash it, and it ends exactly once', () => {
    const noise = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.uint8Array({ maxLength: 24 })),
      {
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(withTool, sizes, noise, (tool, cuts, insertions) => {
        let bytes: Buffer = Buffer.concat(blocksOf(dialect, tool));
        for (const [share, extra] of insertions) {
          const at = Math.floor(bytes.length * share);
          bytes = Buffer.concat([bytes.subarray(0, at), extra, bytes.subarray(at)]);
        }
        const frames = decode(way, bytes, cuts);
        expect(count(frames, 'finish') + count(frames, 'error')).toBe(1);
      }),
      parameters,
    );
  });

  it('bytes that are nothing but noise end in an error, and in no content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), sizes, (bytes, cuts) => {
        const frames = decode(way, Buffer.from(bytes), cuts);
        expect([count(frames, 'finish'), count(frames, 'error'), count(frames, 'content')]).toEqual([
          0, 1, 0,
        ]);
      }),
      parameters,
    );
  });
});
