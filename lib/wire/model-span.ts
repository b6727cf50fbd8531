const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;

/**
 * Byte offsets of the value of a top-level key in a JSON object that is known to parse. Of duplicate keys the last counts, as
 * for JSON.parse. null when the key is not there. Strings are crossed by native search, so megabytes of base64 cost little.
 */
export function topLevelValueSpan(json: Buffer, key: string): readonly [start: number, end: number] | null {
  let span: readonly [number, number] | null = null;
  let pos = skipSpace(json, 0) + 1;
  for (;;) {
    pos = skipSpace(json, pos);
    if (json[pos] === COMMA) pos = skipSpace(json, pos + 1);
    if (json[pos] !== QUOTE) return span;
    const keyEnd = stringEnd(json, pos);
    const matches = isKey(json, pos, keyEnd, key);
    // Over the colon.
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    pos = valueEnd(json, start);
    if (matches) span = [start, pos];
  }
}

function isKey(json: Buffer, start: number, end: number, key: string): boolean {
  const token = json.toString('utf8', start, end);
  return token.includes('\\') ? JSON.parse(token) === key : token === `"${key}"`;
}

/** Offset of the first byte from here on that is no JSON white space. */
export function skipSpace(json: Buffer, from: number): number {
  let pos = from;
  while (isSpace(json[pos])) pos += 1;
  return pos;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Offset behind the closing quote of the string that starts at `start`. */
function stringEnd(json: Buffer, start: number): number {
  let quote = start;
  for (;;) {
    quote = json.indexOf(QUOTE, quote + 1);
    if (quote === -1) return json.length;
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/** Offset behind the JSON value that starts at `start`. */
export function valueEnd(json: Buffer, start: number): number {
  const first = json[start];
  if (first === QUOTE) return stringEnd(json, start);
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return containerEnd(json, start);
  let pos = start;
  while (pos < json.length && json[pos] !== COMMA && json[pos] !== CLOSE_OBJECT && !isSpace(json[pos]))
    pos += 1;
  return pos;
}

function containerEnd(json: Buffer, start: number): number {
  let depth = 0;
  let pos = start;
  while (pos < json.length) {
    const byte = json[pos];
    if (byte === QUOTE) {
      pos = stringEnd(json, pos);
      continue;
    }
    pos += 1;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
    if (depth === 0) return pos;
  }
  return pos;
}
