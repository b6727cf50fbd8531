import { z } from 'zod';
import { type Adapter, adapterSchema, parameterNameSchema } from '#lib/contract/config.ts';
import { plural } from '../ui/format.ts';

interface Row {
  /** Of the row in this form; never sent. */
  id: number;
}

/** A target's rules as their form holds them: values of parameters are text that is to be JSON. */
export interface AdapterDraft {
  systemPrefix: string;
  systemSuffix: string;
  replace: readonly (Row & { find: string; with: string })[];
  set: readonly (Row & { name: string; value: string })[];
  remove: readonly string[];
  maxTokens: number | '';
}

export type AdapterCheck =
  /** null: no rule at all. */
  { ok: true; adapter: Adapter | null } | { ok: false; issues: ReadonlyMap<string, string> };

export function draftOfAdapter(adapter: Adapter | null): AdapterDraft {
  return {
    systemPrefix: adapter?.systemPrefix ?? '',
    systemSuffix: adapter?.systemSuffix ?? '',
    replace: (adapter?.replace ?? []).map((rule, id) => ({ id, ...rule })),
    set: Object.entries(adapter?.set ?? {}).map(([name, value], id) => ({
      id,
      name,
      value: JSON.stringify(value),
    })),
    remove: adapter?.remove ?? [],
    maxTokens: adapter?.maxTokens ?? '',
  };
}

/** Validates with the contract's schema; issues by the place in the form: "replace.0.find", "set.1.value". */
export function checkAdapter(draft: AdapterDraft): AdapterCheck {
  const issues = new Map([...setIssues(draft), ...removeIssues(draft)]);
  const { systemPrefix, systemSuffix, replace, set, remove, maxTokens } = draft;
  const parsed = adapterSchema.safeParse({
    ...(systemPrefix === '' ? {} : { systemPrefix }),
    ...(systemSuffix === '' ? {} : { systemSuffix }),
    ...(replace.length === 0
      ? {}
      : { replace: replace.map((rule) => ({ find: rule.find, with: rule.with })) }),
    ...(set.length === 0
      ? {}
      : { set: Object.fromEntries(set.map((row) => [row.name, jsonOf(row.value)?.value])) }),
    ...(remove.length === 0 ? {} : { remove }),
    ...(maxTokens === '' ? {} : { maxTokens }),
  });
  for (const { path, message } of parsed.error?.issues ?? []) {
    if (path[0] !== 'set' && path[0] !== 'remove') issues.set(path.join('.'), message);
  }
  if (issues.size > 0 || !parsed.success) return { ok: false, issues };
  return { ok: true, adapter: Object.keys(parsed.data).length === 0 ? null : parsed.data };
}

/** What an adapter does, in a few words each: "system prompt", "2 replacements", "sets temperature". */
export function adapterWords(adapter: Adapter | null): string[] {
  if (adapter === null) return [];
  const { systemPrefix, systemSuffix, replace = [], set = {}, remove = [], maxTokens } = adapter;
  const names = Object.keys(set);
  return [
    ...(systemPrefix === undefined && systemSuffix === undefined ? [] : ['system prompt']),
    ...(replace.length === 0 ? [] : [plural(replace.length, 'replacement')]),
    ...(names.length === 0 ? [] : [`sets ${names.join(', ')}`]),
    ...(remove.length === 0 ? [] : [`leaves out ${remove.join(', ')}`]),
    ...(maxTokens === undefined ? [] : [`at most ${maxTokens} tokens`]),
  ];
}

/** A row for the end of a list. */
export function nextRowId(rows: readonly Row[]): number {
  return Math.max(-1, ...rows.map((row) => row.id)) + 1;
}

const NOT_JSON = 'Write it as JSON: 0.2, true, "low" in quotes, or a list or object.';

function setIssues({ set, remove }: AdapterDraft): [string, string][] {
  const seen = new Set<string>();
  return set.flatMap((row, at): [string, string][] => {
    const name = nameIssue(row.name) ?? (seen.has(row.name) ? `${row.name} is set above already.` : null);
    const both = remove.includes(row.name) ? `${row.name} is left out below: choose one.` : null;
    seen.add(row.name);
    const issue = name ?? both;
    return [
      ...(issue === null ? [] : [[`set.${at}.name`, issue] satisfies [string, string]]),
      ...(jsonOf(row.value) === null ? [[`set.${at}.value`, NOT_JSON] satisfies [string, string]] : []),
    ];
  });
}

function removeIssues({ remove }: AdapterDraft): [string, string][] {
  const issue = remove.map((name) => ({ name, text: nameIssue(name) })).find(({ text }) => text !== null);
  return issue === undefined ? [] : [['remove', `${issue.name}: ${issue.text}`]];
}

function nameIssue(name: string): string | null {
  return parameterNameSchema.safeParse(name).error?.issues[0]?.message ?? null;
}

/** null: the text is not JSON. */
function jsonOf(text: string): { value: unknown } | null {
  try {
    return { value: z.json().parse(JSON.parse(text)) };
  } catch {
    return null;
  }
}
