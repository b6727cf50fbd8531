import { hash } from 'node:crypto';
import type { CanonicalEvent } from './canonical.ts';
import type { CanonicalMessage, CanonicalRequest } from './canonical-request.ts';
import type { ClientRequest, Dialect, EventSource } from './types.ts';

/** Names of tools as each dialect takes them, and how long they may be. Longer ones are usual where MCP servers name them. */
const FORMS: Readonly<Record<Dialect, { form: RegExp; most: number }>> = {
  'openai-chat': { form: /^[A-Za-z0-9_-]{1,64}$/, most: 64 },
  'openai-responses': { form: /^[A-Za-z0-9_-]{1,64}$/, most: 64 },
  'anthropic-messages': { form: /^[A-Za-z0-9_-]{1,128}$/, most: 128 },
  gemini: { form: /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/, most: 64 },
  'bedrock-converse': { form: /^[A-Za-z0-9_-]{1,64}$/, most: 64 },
  'ollama-chat': { form: /^.{1,128}$/, most: 128 },
};
const DIGITS = 8;

/** Given names to the names that are sent in their place; null where every name fits, as nearly always. */
type SentNames = ReadonlyMap<string, string> | null;

function sentNames(request: CanonicalRequest, dialect: Dialect): SentNames {
  const { form } = FORMS[dialect];
  const names = new Set(request.tools.map(({ name }) => name));
  for (const { parts } of request.messages) {
    for (const part of parts) if (part.kind === 'tool_call') names.add(part.name);
  }
  const unfit = [...names].filter((name) => !form.test(name));
  return unfit.length === 0 ? null : new Map(unfit.map((name) => [name, sentName(name, dialect)]));
}

/** As much of the name as fits, and digits made from all of it: the same name for every request, another one for another tool. */
function sentName(name: string, dialect: Dialect): string {
  const digits = hash('sha256', name, 'hex').slice(0, DIGITS);
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, FORMS[dialect].most - DIGITS - 2);
  return /^[A-Za-z_]/.test(plain) ? `${plain}_${digits}` : `_${plain}_${digits}`;
}

/** The request with names that this dialect takes, in its tools, its choice and its earlier calls. */
export function withFittingNames(request: CanonicalRequest, dialect: Dialect): CanonicalRequest {
  const sent = sentNames(request, dialect);
  if (sent === null) return request;
  const nameFor = (name: string) => sent.get(name) ?? name;
  const { toolChoice } = request;
  return {
    ...request,
    tools: request.tools.map((tool) => ({ ...tool, name: nameFor(tool.name) })),
    toolChoice: toolChoice?.type === 'tool' ? { ...toolChoice, name: nameFor(toolChoice.name) } : toolChoice,
    messages: request.messages.map((message) => renamedCalls(message, nameFor)),
  };
}

function renamedCalls(message: CanonicalMessage, nameFor: (name: string) => string): CanonicalMessage {
  const parts = message.parts.map((part) =>
    part.kind === 'tool_call' ? { ...part, name: nameFor(part.name) } : part,
  );
  return { ...message, parts };
}

/** What gives an answer's calls the names back that the client gave its tools; null: they have them. */
export function namesGiven(
  request: Pick<ClientRequest, 'canonical'>,
  dialect: Dialect,
): ((event: CanonicalEvent) => CanonicalEvent) | null {
  const canonical = request.canonical();
  const sent = canonical.ok ? sentNames(canonical.request, dialect) : null;
  if (sent === null) return null;
  const given = new Map([...sent].map(([name, short]) => [short, name]));
  return (event) => {
    if (event.type !== 'block_start' || event.block.kind !== 'tool_use') return event;
    const name = given.get(event.block.name);
    return name === undefined ? event : { ...event, block: { ...event.block, name } };
  };
}

/** The events of a stream, each passed through `rename`. */
export class RenamedEvents implements EventSource {
  readonly #source: EventSource;
  readonly #rename: (event: CanonicalEvent) => CanonicalEvent;

  constructor(source: EventSource, rename: (event: CanonicalEvent) => CanonicalEvent) {
    this.#source = source;
    this.#rename = rename;
  }

  push(chunk: Uint8Array): CanonicalEvent[] {
    return this.#source.push(chunk).map(this.#rename);
  }

  end(): CanonicalEvent[] {
    return this.#source.end().map(this.#rename);
  }

  model(): string | null {
    return this.#source.model();
  }
}
