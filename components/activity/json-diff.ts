/** One difference between two JSON values; `path` is dotted, '' for the whole. */
export interface FieldChange {
  path: string;
  before: unknown;
  after: unknown;
}

/** The leaves that differ, in the order in which they appear. Arrays of plain values are compared whole. */
export function fieldChanges(before: unknown, after: unknown): FieldChange[] {
  const out: FieldChange[] = [];
  collect('', before, after, out);
  return out;
}

function collect(path: string, before: unknown, after: unknown, out: FieldChange[]): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (!isObject(before) || !isObject(after)) {
    out.push({ path, before, after });
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    collect(path === '' ? key : `${path}.${key}`, before[key], after[key], out);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as one line of text: what was absent reads "none". */
export function shortValue(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
