import type { ProviderKind } from '#lib/contract/config.ts';
import { effectOf } from '#lib/engine/effects.ts';
import type { Failure } from '#lib/engine/types.ts';
import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import { classifyReply } from '#lib/wire/classify.ts';
import { upstreamDialect } from '#lib/wire/dialects.ts';
import { faceFormat } from '#lib/wire/faces.ts';
import { chatFace } from '#lib/wire/openai/chat-face.ts';
import { TranslatedStream } from '#lib/wire/translated-stream.ts';
import type { ChatFace, Dialect, Frame } from '#lib/wire/types.ts';
import type { Capture } from './captures.ts';

/** What Switchyard makes of one reply, and how that compares with what its index expects. */
export interface Judged {
  capture: Capture;
  /** `success`, a failure class, or `not spoken`. */
  cls: string;
  failure: Failure | null;
  /** How the answer finished, where it did: `stop`, `length`, `tool_calls`, `content_filter`. */
  finish: string | null;
  failOver: boolean | string;
  callersFault: boolean;
  /** What differs, in words; empty: agreement. */
  differences: string[];
}

const FACE_OF: Readonly<Partial<Record<Dialect, ChatFace>>> = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
};

const KIND_OF: Readonly<Record<string, ProviderKind>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  azure: 'azure-openai',
  gemini: 'google',
  google: 'google',
  vertex: 'vertex',
  bedrock: 'bedrock',
};

/** Runs one reply through the code that the gateway would run it through. */
export function judge(capture: Capture): Judged {
  const { failure, finish } = outcomeOf(capture);
  const effect = failure === null ? null : effectOf(failure.class);
  const spoken = capture.status >= 400 || capture.dialect !== null;
  const judged: Judged = {
    capture,
    cls: spoken ? (failure?.class ?? 'success') : 'not spoken',
    failure,
    finish,
    failOver: effect === null ? false : failOverOf(effect.failOver, failure?.class ?? null),
    callersFault: effect?.callersFault ?? false,
    differences: [],
  };
  if (spoken) judged.differences = differencesOf(judged);
  return judged;
}

function outcomeOf(capture: Capture): { failure: Failure | null; finish: string | null } {
  const { status, headers, body, dialect, entry } = capture;
  if (status >= 400) {
    const kind = KIND_OF[entry.provider] ?? 'openai-compatible';
    return { failure: classifyReply({ kind, status, headers, body }), finish: null };
  }
  if (dialect === null) return { failure: null, finish: null };
  return entry.stream ? streamed(dialect, capture) : whole(dialect, body);
}

function streamed(dialect: Dialect, { body, choices }: Capture) {
  const face = FACE_OF[dialect];
  const decoder =
    face === undefined
      ? new TranslatedStream(upstreamDialect(dialect).events(), chatFace.encoder(encoding))
      : faceFormat(face).passthrough(blankRequest(face, choices));
  const frames: Frame[] = [...decoder.push(body), ...decoder.end()];
  const broken = frames.find((frame) => frame.kind === 'error');
  const source = upstreamDialect(dialect).events();
  return {
    failure: broken?.kind === 'error' ? broken.failure : null,
    finish: finishOf([...source.push(body), ...source.end()]),
  };
}

function whole(dialect: Dialect, body: Buffer) {
  const face = FACE_OF[dialect];
  const read = upstreamDialect(dialect).readWhole(body);
  const finish = read.ok ? finishOf(read.events) : null;
  if (face !== undefined) {
    const result = faceFormat(face).readPassthrough(body);
    return { failure: result.ok ? null : result.failure, finish };
  }
  if (!read.ok) return { failure: read.failure, finish };
  const result = chatFace.encodeWhole(read.events, encoding);
  return { failure: result.ok ? null : result.failure, finish };
}

const encoding = { created: 0, includeUsage: true, model: 'unknown', continues: null };

function finishOf(events: readonly CanonicalEvent[]): string | null {
  const stop = events.find((event) => event.type === 'stop');
  return stop?.type === 'stop' ? stop.reason : null;
}

/** A decoder wants to know how many choices must finish. */
function blankRequest(face: ChatFace, choices: number) {
  const bodies: Record<ChatFace, object> = {
    chat: { model: 'm', n: choices, stream: true, messages: [{ role: 'user', content: 'x' }] },
    responses: { model: 'm', stream: true, input: 'x' },
    messages: { model: 'm', stream: true, max_tokens: 16, messages: [{ role: 'user', content: 'x' }] },
  };
  const parsed = faceFormat(face).parse(Buffer.from(JSON.stringify(bodies[face])), {});
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

function failOverOf(rule: ReturnType<typeof effectOf>['failOver'], cls: string | null): boolean | string {
  if (rule === 'yes') return true;
  if (rule === 'larger_context') return 'only to a longer-context model';
  return cls === 'unsupported_feature' ? 'only to a target that supports it' : false;
}

function differencesOf({ capture, cls, finish, failOver, callersFault }: Judged): string[] {
  const { expect } = capture.entry;
  // A refusal or a full window inside a whole answer: the answer stands, and its finish says what happened.
  const named = [
    cls,
    ...(cls === 'success' ? [finish, finish === 'content_filter' ? 'content_filtered' : null] : []),
  ];
  if (!named.includes(expect.cls)) return [`class ${cls}, expected ${expect.cls}`];
  if (cls === 'success') return [];
  const differences: string[] = [];
  const wanted = expect.failover === undefined ? EITHER : sayFailOver(expect.failover);
  if (wanted !== EITHER && wanted !== sayFailOver(failOver)) {
    differences.push(`fail over: ${sayFailOver(failOver)}, expected ${wanted}`);
  }
  // Where it depends, an index says so in words.
  if (typeof expect.user_error === 'boolean' && expect.user_error !== callersFault) {
    differences.push(`the caller's fault: ${yes(callersFault)}, expected ${yes(expect.user_error)}`);
  }
  return differences;
}

/** The words of an index are compared by what they allow. */
export function sayFailOver(rule: boolean | string): string {
  if (rule === true) return 'yes';
  if (rule === false) return 'no';
  if (/longer|larger|context/i.test(rule)) return 'to a larger window';
  if (/support|capable/i.test(rule)) return 'to a target that supports it';
  if (/opt-?in|policy|^no\b|never|\bpin/i.test(rule)) return 'no';
  if (/^yes\b|other|another|next/i.test(rule)) return 'yes';
  return /maybe|depends/i.test(rule) ? EITHER : rule;
}

/** An index may leave it open. */
const EITHER = 'either';

export const yes = (value: boolean): string => (value ? 'yes' : 'no');
