import { KEY } from '../gateway/support.ts';

/** The client faces that a matrix case can come in by. */
export const FACES = ['chat', 'responses', 'messages'] as const;
export type Face = (typeof FACES)[number];

/** What a client of any face gets to see, in one form. */
export interface Seen {
  status: number;
  headers: Headers;
  /** All text of the answer. */
  text: string;
  /** `whole`: the face's own mark of a complete answer; `error`: an explicit error; `cut`: neither. */
  end: 'whole' | 'error' | 'cut';
  /** The words of the error. */
  error: string;
  /** The last `switchyard` object. */
  switchyard: { servedBy: { target: string } | null; degraded: boolean; attempts: number } | null;
}

const PATHS: Record<Face, string> = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
};

function bodyOf(face: Face, model: string, stream: boolean, prompt: string): object {
  switch (face) {
    case 'chat':
      return { model, stream, messages: [{ role: 'user', content: prompt }] };
    case 'responses':
      return { model, stream, input: prompt };
    case 'messages':
      return { model, stream, max_tokens: 500, messages: [{ role: 'user', content: prompt }] };
    default:
      return face satisfies never;
  }
}

/** One request as a client of this face sends it, and its answer read to the end. */
export async function ask(
  gateway: string,
  face: Face,
  options: {
    model: string;
    stream: boolean;
    prompt?: string;
    headers?: Record<string, string>;
    signal?: AbortSignal | null;
  },
): Promise<Seen> {
  const { model, stream, prompt = 'Where is my parcel?', headers = {}, signal = null } = options;
  const response = await fetch(`${gateway}${PATHS[face]}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(bodyOf(face, model, stream, prompt)),
    signal,
  });
  const text = await response.text().catch(() => '');
  const common = { status: response.status, headers: response.headers };
  const isStream = (response.headers.get('content-type') ?? '').startsWith('text/event-stream');
  return { ...common, ...(isStream ? readStream(face, text) : readWhole(face, text)) };
}

type Json = Record<string, unknown>;
type Read = Omit<Seen, 'status' | 'headers'>;

function readWhole(face: Face, body: string): Read {
  const json = parse(body);
  const switchyard = (json?.switchyard ?? null) as Seen['switchyard'];
  const error = errorOf(json);
  if (error !== null) return { text: '', end: 'error', error, switchyard };
  const text = wholeText(face, json);
  return { text: text ?? '', end: text === null ? 'cut' : 'whole', error: '', switchyard };
}

function wholeText(face: Face, json: Json | null): string | null {
  if (json === null) return null;
  const at = (value: unknown, ...path: (string | number)[]): unknown =>
    path.reduce<unknown>((found, key) => (found as Json | undefined)?.[key], value);
  const text =
    face === 'chat'
      ? at(json, 'choices', 0, 'message', 'content')
      : face === 'messages'
        ? at(json, 'content', 0, 'text')
        : at(json, 'output', 0, 'content', 0, 'text');
  return typeof text === 'string' ? text : null;
}

function readStream(face: Face, body: string): Read {
  const seen: Read = { text: '', end: 'cut', error: '', switchyard: null };
  for (const block of body.split(/\r?\n\r?\n/)) {
    const data = /^data: ?(.*)$/m.exec(block)?.[1];
    if (data === undefined) continue;
    if (data === '[DONE]') {
      seen.end = 'whole';
      continue;
    }
    const json = parse(data);
    if (json === null) continue;
    seen.switchyard = (json.switchyard ?? seen.switchyard) as Seen['switchyard'];
    const error = errorOf(json);
    if (error !== null) Object.assign(seen, { end: 'error', error });
    else if (isEnd(face, json)) seen.end = 'whole';
    else seen.text += deltaText(face, json);
  }
  return seen;
}

function isEnd(face: Face, json: Json): boolean {
  if (face === 'messages') return json.type === 'message_stop';
  return face === 'responses' && (json.type === 'response.completed' || json.type === 'response.incomplete');
}

function deltaText(face: Face, json: Json): string {
  const delta =
    face === 'chat'
      ? (json.choices as { delta?: { content?: unknown } }[] | undefined)?.[0]?.delta?.content
      : face === 'messages'
        ? (json.delta as Json | undefined)?.text
        : json.type === 'response.output_text.delta'
          ? json.delta
          : '';
  return typeof delta === 'string' ? delta : '';
}

function errorOf(json: Json | null): string | null {
  const failed = json?.type === 'response.failed' ? (json.response as Json | undefined)?.error : json?.error;
  if (typeof failed === 'object' && failed !== null) return String((failed as Json).message ?? '');
  return json?.type === 'error' ? String(json.message ?? '') : null;
}

function parse(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Json) : null;
  } catch {
    return null;
  }
}
