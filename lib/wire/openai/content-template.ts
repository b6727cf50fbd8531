const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
/** String fields that differ from one content event to the next; the first three are content themselves. */
const CONTENT_KEYS = ['content', 'reasoning_content', 'reasoning'] as const;
const VARYING = /"(?:content|reasoning_content|reasoning|obfuscation)":\s?"/g;
const ESCAPED = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));

/**
 * The shape that the content events of one stream share: literal bytes with JSON strings between them. An event that fits is valid
 * JSON of the very same structure, so that it need not be parsed again. `null` when the event is not of the plain kind:
 * one `data:` line, one choice, a delta of one text and nothing else, no finish, no usage.
 */
export class ContentTemplate {
  readonly #literals: readonly Buffer[];
  readonly #contentHole: number;
  /** Where the text of the event that was found to fit stands, quotes left out. */
  textStart = 0;
  textEnd = 0;

  private constructor(literals: readonly Buffer[], contentHole: number) {
    this.#literals = literals;
    this.#contentHole = contentHole;
  }

  static of(event: Buffer): ContentTemplate | null {
    const text = event.toString('latin1');
    if (!text.startsWith('data:') || text.indexOf('\n') !== text.length - 2) return null;
    const key = plainContentKey(event.toString('utf8', 'data:'.length));
    if (key === null) return null;
    const literals: Buffer[] = [];
    let contentHole = -1;
    let from = 0;
    for (const match of text.matchAll(VARYING)) {
      const start = match.index + match[0].length;
      if (start <= from) return null;
      const end = endOfString(event, start);
      if (end === -1) return null;
      if (match[0].startsWith(`"${key}"`)) {
        if (contentHole !== -1) return null;
        contentHole = literals.length;
      }
      literals.push(Buffer.from(event.subarray(from, start)));
      from = end;
    }
    literals.push(Buffer.from(event.subarray(from)));
    return contentHole === -1 ? null : new ContentTemplate(literals, contentHole);
  }

  /** Whether these bytes are one whole event of this shape with a text that is not empty. */
  fits(event: Buffer): boolean {
    let at = 0;
    for (const [n, literal] of this.#literals.entries()) {
      const next = at + literal.length;
      if (next > event.length || event.compare(literal, 0, literal.length, at, next) !== 0) return false;
      at = next;
      if (n === this.#literals.length - 1) break;
      const end = endOfString(event, at);
      if (end === -1) return false;
      if (n === this.#contentHole) {
        if (end === at) return false;
        this.textStart = at;
        this.textEnd = end;
      }
      at = end;
    }
    return at === event.length;
  }
}

/** The key of the one text in the one choice's delta; null when there is anything beside it that means something. */
function plainContentKey(json: string): string | null {
  const event: unknown = JSON.parse(json);
  if (!isObject(event) || !isNothing(event.usage) || !isNothing(event.error)) return null;
  if (!Array.isArray(event.choices) || event.choices.length !== 1) return null;
  const choice: unknown = event.choices[0];
  if (!isObject(choice) || !isNothing(choice.finish_reason) || !isObject(choice.delta)) return null;
  const texts = Object.entries(choice.delta).filter(([, value]) => !isNothing(value));
  const key = CONTENT_KEYS.find((name) => name === texts[0]?.[0]);
  return texts.length === 1 && key !== undefined && typeof texts[0]?.[1] === 'string' ? key : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

/** Where the closing quote of the JSON string that starts here stands; -1 when it is not a valid one. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at;
    if (byte < 0x20) return -1;
    if (byte === BACKSLASH) {
      at += 1;
      // \uXXXX is rare enough to be left to the parser.
      if (!ESCAPED.has(bytes[at] ?? 0)) return -1;
    }
  }
  return -1;
}

/** An event that ends with its blank line in LF: nothing of it is left for the next chunk. */
export function endsEvent(chunk: Buffer): boolean {
  return chunk.length > 1 && chunk[chunk.length - 1] === LF && chunk[chunk.length - 2] === LF;
}
