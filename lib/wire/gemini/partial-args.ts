import { asArray, asObject, type JsonObject } from '../json.ts';

type Step = string | number;
/** An object without a prototype, so that no name in a path can reach one. */
type Node = Record<string, unknown> | unknown[];

/** More than any function's arguments have; a wrong index must not make an array of a billion holes. */
const MOST_ITEMS = 100_000;
const DEEPEST = 64;

/**
 * Arguments of one function call that Vertex streams in pieces: `partialArgs: [{jsonPath: "$.city", stringValue: "Bos", willContinue: true}]`.
 * Pieces may come for any place in any order, so the arguments are JSON only when the call is complete.
 */
export class PartialArgs {
  readonly #root: Record<string, unknown> = Object.create(null);

  /** False when a piece cannot be read: the call's arguments are then not what the model meant. */
  add(pieces: unknown): boolean {
    return asArray(pieces).every((piece) => this.#place(asObject(piece) ?? {}));
  }

  /** The arguments so far, as JSON text. */
  text(): string {
    return JSON.stringify(this.#root);
  }

  #place(piece: JsonObject): boolean {
    const steps = pathOf(piece.jsonPath);
    const value = pieceValue(piece);
    if (steps === null || value === undefined) return false;
    let node: Node = this.#root;
    for (const [at, step] of steps.entries()) {
      if (!fits(node, step)) return false;
      const next = steps[at + 1];
      const found: unknown = Reflect.get(node, step);
      if (next === undefined) {
        const text = typeof found === 'string' && typeof value === 'string' ? found + value : value;
        Reflect.set(node, step, text);
        return true;
      }
      const child: Node = isNode(found) ? found : typeof next === 'number' ? [] : Object.create(null);
      Reflect.set(node, step, child);
      node = child;
    }
    return false;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function fits(node: Node, step: Step): boolean {
  return Array.isArray(node) ? typeof step === 'number' && step <= node.length : typeof step === 'string';
}

/** `$.items[0].name`, or with quoted names `$['items'][0]`, as steps; null for what is no such path. */
function pathOf(path: unknown): Step[] | null {
  if (typeof path !== 'string' || !path.startsWith('$') || path.length > 4096) return null;
  const steps: Step[] = [];
  const step = /\.([^.[\]]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return null;
    const [, name, index, single, double] = found;
    const quoted = single ?? double;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? quoted?.replace(/\\(.)/g, '$1') ?? '');
  }
  const sane = steps.every((item) => typeof item === 'string' || item < MOST_ITEMS);
  return steps.length > 0 && steps.length <= DEEPEST && sane ? steps : null;
}

function pieceValue(piece: JsonObject): unknown {
  const { stringValue, numberValue, boolValue } = piece;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof numberValue === 'number') return numberValue;
  if (typeof boolValue === 'boolean') return boolValue;
  return 'nullValue' in piece ? null : undefined;
}
