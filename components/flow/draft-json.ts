import { bodyOf, checkContent, contentOf, contentSchema, type FlowContent } from './draft-content.ts';
import { findPlaces, lineAndColumn } from './json-text.ts';
import type { TargetIndex } from './target-label.ts';

export interface JsonIssue {
  /** Dotted; "" for the text as a whole. */
  path: string;
  message: string;
  /** Offset in the text, and the same for people. */
  at: number;
  line: number;
  column: number;
}

export type JsonReading = { ok: true; content: FlowContent } | { ok: false; issues: JsonIssue[] };

/** The draft as JSON, as it is put to the API. */
export function writeJson(content: FlowContent): string {
  return JSON.stringify(bodyOf(content), null, 2);
}

/** What the text says, or everything that is wrong with it, in the text's order. */
export function readJson(text: string, targets: TargetIndex): JsonReading {
  const found = findPlaces(text);
  if (!found.ok)
    return { ok: false, issues: [{ path: '', message: found.message, ...place(text, found.at) }] };
  const issueAt = (path: string, message: string): JsonIssue => ({
    path,
    message,
    ...place(text, nearest(found.places, path)),
  });
  // The schemas would leave it out without a word.
  const proto = [...found.places.keys()].filter((path) => /(^|\.)__proto__$/.test(path));
  if (proto.length > 0) {
    return { ok: false, issues: proto.map((path) => issueAt(path, 'A field cannot have this name.')) };
  }
  const parsed = contentSchema.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => issueAt(path.join('.'), message));
    return { ok: false, issues: issues.toSorted((a, b) => a.at - b.at) };
  }
  const content = contentOf(parsed.data);
  const check = checkContent(content, targets);
  if (check.ok) return { ok: true, content };
  return { ok: false, issues: [...check.issues].map(([path, message]) => issueAt(path, message)) };
}

function place(text: string, at: number) {
  return { at, ...lineAndColumn(text, at) };
}

/** Of the value, or of what should hold it. */
function nearest(places: ReadonlyMap<string, number>, path: string): number {
  const own = places.get(path);
  if (own !== undefined || path === '') return own ?? 0;
  return nearest(places, path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '');
}
