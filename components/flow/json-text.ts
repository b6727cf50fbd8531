/** Where each value of a JSON text begins, by dotted path ("policy.badge.text"; the whole is ""), or what keeps it from being JSON. */
export type JsonPlaces =
  | { ok: true; places: ReadonlyMap<string, number> }
  /** `at`: offset of the character where it stops being JSON. */
  | { ok: false; at: number; message: string };

class Fault extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;
const DEPTH_MAX = 100;

/** Accepts what JSON.parse accepts, but for a name that an object has twice: JSON.parse would lose the first without a word. */
export function findPlaces(text: string): JsonPlaces {
  const scanner = new Scanner(text);
  try {
    scanner.whole();
    return { ok: true, places: scanner.places };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, at: error.at, message: error.message };
    throw error;
  }
}

class Scanner {
  readonly places = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): void {
    this.#value('', 0);
    if (this.#at < this.#text.length) this.#fail(`${this.#found()} after the end of the document.`);
  }

  #value(path: string, depth: number): void {
    this.#skip(SPACE);
    if (!this.places.has(path)) this.places.set(path, this.#at);
    if (depth > DEPTH_MAX) this.#fail('This is nested too deeply.');
    const first = this.#text[this.#at];
    if (first === '{') this.#object(path, depth);
    else if (first === '[') this.#list(path, depth);
    else if (first === '"') this.#string();
    else if (this.#skip(NUMBER) === '' && this.#skip(WORD) === '')
      this.#fail(`Expected a value, found ${this.#found()}.`);
    this.#skip(SPACE);
  }

  #object(path: string, depth: number): void {
    const names = new Set<string>();
    this.#items('}', () => {
      const at = this.#at;
      if (this.#text[at] !== '"') this.#fail(`Expected a name in double quotes, found ${this.#found()}.`);
      const name = this.#string();
      if (names.has(name)) throw new Fault(at, `“${name}” is there twice.`);
      names.add(name);
      this.#skip(SPACE);
      if (this.#text[this.#at] !== ':')
        this.#fail(`Expected a colon after “${name}”, found ${this.#found()}.`);
      this.#at += 1;
      this.#value(join(path, name), depth + 1);
    });
  }

  #list(path: string, depth: number): void {
    let n = 0;
    this.#items(']', () => {
      this.#value(join(path, String(n)), depth + 1);
      n += 1;
    });
  }

  /** What stands between brackets, separated by commas. */
  #items(end: string, item: () => void): void {
    this.#at += 1;
    this.#skip(SPACE);
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      item();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== end) this.#fail(`Expected a comma or ${end}, found ${this.#found()}.`);
      this.#at += 1;
      if (next === end) return;
      this.#skip(SPACE);
      if (this.#text[this.#at] === end) this.#fail(`There is a comma too many before ${end}.`);
    }
  }

  #string(): string {
    const at = this.#at;
    const found = this.#skip(STRING);
    // Line breaks, tabs and the like have to be escaped.
    if (found === '' || [...found].some((character) => character < ' '))
      throw new Fault(at, 'This text does not end on its line, or has a character that must be escaped.');
    return String(JSON.parse(found));
  }

  /** Moves past what matches here, and gives it back. */
  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #found(): string {
    const next = this.#text[this.#at];
    return next === undefined ? 'the end' : `“${next}”`;
  }

  #fail(message: string): never {
    throw new Fault(this.#at, message);
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** 1-based, for people. */
export function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { line, column: at - before.lastIndexOf('\n') };
}
