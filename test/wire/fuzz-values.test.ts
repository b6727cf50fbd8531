import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Adapter, ProviderKind } from '#lib/contract/config.ts';
import { classifyInBand } from '#lib/wire/classify.ts';
import { upstreamDialect } from '#lib/wire/dialects.ts';
import { readEmbeddings } from '#lib/wire/embeddings/answer.ts';
import { buildEmbeddings, parseEmbeddings } from '#lib/wire/embeddings/request.ts';
import { faceFormat } from '#lib/wire/faces.ts';
import { TranslatedStream } from '#lib/wire/translated-stream.ts';
import type { ChatFace, Dialect, UpstreamTarget } from '#lib/wire/types.ts';
import { unfitFor } from '#lib/wire/unfit.ts';
import { buildUpstream } from '#lib/wire/upstream.ts';
import { ERRORS, EVENTS, type Json, REQUESTS, WHOLE } from './fuzz-documents.ts';
import { classify } from './replies.ts';

const RUNS = Math.max(100, Math.round(Number(process.env.PROPERTY_RUNS ?? 20_000) / 100));
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
console.info(`fuzz of the values in JSON: ${RUNS} runs each, PROPERTY_SEED=${SEED}`);
const parameters = { numRuns: RUNS, seed: SEED };
const FACES: readonly ChatFace[] = ['chat', 'responses', 'messages'];

type Path = readonly (string | number)[];

/** What nobody expects at any place; names that every JavaScript object has among them. */
const NAMES = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'];
const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, {}, [], '', 'x', 0, -1, 1e308, true, [null], [[{}]], { type: 'error' }),
  fc.constantFrom<Json>(...NAMES),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);
/** Where in the document, what to put there, and perhaps the name of a member to add there. */
const mutations = fc.array(
  fc.tuple(fc.nat(9_999), junk, fc.option(fc.constantFrom(...NAMES, 'error', 'type'))),
  {
    minLength: 1,
    maxLength: 4,
  },
);
type Mutations = typeof mutations extends fc.Arbitrary<infer T> ? T : never;

function placesIn(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, member]) => placesIn(member, [...path, key]));
  return [path, ...inner];
}

function put(value: Json, [key, ...rest]: Path, what: Json): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return what;
  const members = Object.entries(value).map(([name, member]): [string, Json] => [
    name,
    name === String(key) ? put(member, rest, what) : member,
  ]);
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

function added(value: Json, name: string, what: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return what;
  return Object.fromEntries([...Object.entries(value), [name, what]]);
}

function at(value: Json, path: Path): Json {
  return path.reduce<Json>((found, key) => (found as { [key: string]: Json })[key] ?? null, value);
}

function mutate(document: Json, changes: Mutations): Json {
  return changes.reduce((value, [where, what, name]) => {
    const places = placesIn(value);
    const path = places[where % places.length] ?? [];
    return put(value, path, name === null ? what : added(at(value, path), name, what));
  }, document);
}

const sse = (event: Json) => `data: ${JSON.stringify(event)}\n\n`;
const bytesOf = (json: Json) => Buffer.from(JSON.stringify(json));

const ADAPTER: Adapter = {
  systemPrefix: 'before',
  systemSuffix: 'after',
  replace: [{ find: 't', with: 'T' }],
  remove: ['tools.x', 'temperature'],
  set: { 'a.b': 1 },
  maxTokens: 7,
};
const TARGETS: readonly [kind: ProviderKind, model: string, baseUrl: string, credential: string][] = [
  ['openai', 'gpt-5.2', 'https://a.example', 'key'],
  ['azure-openai', 'o3', 'https://a.example', 'key'],
  ['openai-compatible', 'mistral-large', 'https://api.mistral.ai/v1', 'key'],
  ['openai-compatible', 'qwen3', 'http://localhost:11434/api/chat', 'key'],
  ['anthropic', 'claude-sonnet-4-6', 'https://a.example', 'key'],
  ['google', 'gemini-3-pro', 'https://a.example', 'key'],
  ['google', 'gemini-2.5-flash', 'https://a.example', 'key'],
  ['vertex', 'claude-opus-4-6', 'https://a.example/v1/projects/p/locations/europe-west4', 'ya29.token'],
  ['bedrock', 'anthropic.claude-sonnet-4-5-v1:0', 'https://a.example', 'AKIA0000000000000000:secretsecret'],
  ['bedrock', 'amazon.nova-2-lite-v1:0', 'https://a.example', 'AKIA0000000000000000:secretsecret'],
];
const targets = fc.tuple(fc.constantFrom(...TARGETS), fc.constantFrom(null, ADAPTER)).map(
  ([[kind, model, baseUrl, credential], adapter]): UpstreamTarget => ({
    kind,
    model,
    baseUrl,
    credential,
    adapter,
    region: 'eu-central-1',
    deployment: null,
  }),
);

describe('whatever stands where', () => {
  it.each(FACES)('in a request (%s), it is refused in words or written for any vendor as JSON', (face) => {
    fc.assert(
      fc.property(mutations, targets, (changes, target) => {
        const parsed = faceFormat(face).parse(bytesOf(mutate(REQUESTS[face], changes)), {});
        if (!parsed.ok) {
          expect(parsed).toMatchObject({ status: 400, message: expect.stringMatching(/\.$/) });
          return;
        }
        unfitFor(parsed.request, target, 'skip');
        const built = buildUpstream(parsed.request, target);
        if (built.ok) JSON.parse(Buffer.from(built.request.body).toString('utf8'));
        else expect(built.failure.message).not.toBe('');
      }),
      parameters,
    );
  });

  it.each(Object.entries(WHOLE))(
    'in a whole answer (%s), it is a failure or an answer',
    (dialect, answer) => {
      fc.assert(
        fc.property(mutations, fc.constantFrom(...FACES), (changes, face) => {
          const body = bytesOf(mutate(answer, changes));
          const format = faceFormat(face);
          if (format.dialect === dialect) format.readPassthrough(body);
          const read = upstreamDialect(dialect as Dialect).readWhole(body);
          if (!read.ok) return;
          const options = { created: 0, includeUsage: true, model: 'm', continues: null, request: {} };
          const encoded = format.encodeWhole(read.events, options);
          if (encoded.ok) JSON.parse(Buffer.from(encoded.bytes).toString('utf8'));
        }),
        parameters,
      );
    },
  );

  it.each(Object.entries(EVENTS))('in an event of a stream (%s), it ends exactly once', (dialect, events) => {
    const changed = fc.array(fc.tuple(fc.nat(99), mutations), { maxLength: 3 });
    fc.assert(
      fc.property(changed, fc.constantFrom(...FACES), (list, face) => {
        const written = [...events];
        for (const [which, changes] of list) {
          const n = which % written.length;
          written[n] = mutate(written[n] ?? null, changes);
        }
        const frame = (event: Json) =>
          dialect === 'ollama-chat' ? `${JSON.stringify(event)}\n` : sse(event);
        const bytes = Buffer.from(written.map(frame).join(''));
        const format = faceFormat(face);
        const options = { created: 0, includeUsage: true, model: 'm', continues: null };
        const source = upstreamDialect(dialect as Dialect).events();
        const decoders = [new TranslatedStream(source, format.encoder(options))];
        const parsed = format.parse(bytesOf(REQUESTS[face]), {});
        const own = format.dialect === dialect && parsed.ok ? [format.passthrough(parsed.request)] : [];
        for (const decoder of [...decoders, ...own]) {
          const frames = [...decoder.push(bytes), ...decoder.end()];
          decoder.usage();
          decoder.relayed();
          expect(frames.filter(({ kind }) => kind === 'finish' || kind === 'error')).toHaveLength(1);
        }
      }),
      parameters,
    );
  });

  it('in an error, it has a class and a message', () => {
    const status = fc.integer({ min: 300, max: 599 });
    fc.assert(
      fc.property(fc.constantFrom(...ERRORS), mutations, status, (error, changes, code) => {
        const body = mutate(error, changes);
        const headers = { 'retry-after': 'soon', 'x-amzn-errortype': 'a#b:c' };
        const failure = classify(code, JSON.stringify(body), headers);
        expect(failure).toMatchObject({ class: expect.any(String), message: expect.stringMatching(/./) });
        expect(classifyInBand(body).class).toEqual(expect.any(String));
      }),
      parameters,
    );
  });

  it('in embeddings, they are refused, built and read all the same', () => {
    const asked: Json = { model: 'm', input: ['a'], encoding_format: 'base64', dimensions: 3 };
    const given: Json = { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [1, 2] }] };
    fc.assert(
      fc.property(mutations, targets, (changes, target) => {
        const parsed = parseEmbeddings(bytesOf(mutate(asked, changes)));
        if (parsed.ok) buildEmbeddings(parsed.request, target);
        readEmbeddings(bytesOf(mutate(given, changes)));
      }),
      parameters,
    );
  });
});
