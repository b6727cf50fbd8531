import { ApiError, errorMessage } from '../../api/client.ts';

/** What the server refused, beside the fields where it can be: by dotted path; `rest`: what belongs to no field. */
export function serverIssues(error: unknown): { fields: ReadonlyMap<string, string>; rest: string | null } {
  if (error === null || error === undefined) return { fields: new Map(), rest: null };
  if (!(error instanceof ApiError) || error.issues.length === 0) {
    return { fields: new Map(), rest: errorMessage(error) };
  }
  const issues = error.issues.map(({ path, message }) => ({ path: dotted(path), message }));
  const own = issues.filter(({ path }) => /^(chain|policy)(\.|$)/.test(path));
  const others = issues.filter((issue) => !own.includes(issue));
  return {
    fields: new Map(own.map(({ path, message }) => [path, message])),
    rest: others.length === 0 ? null : others.map(({ message }) => message).join(' '),
  };
}

/** The issues of one part, by their paths inside it: "policy.badge.text" as "badge.text". */
export function issuesWithin(issues: ReadonlyMap<string, string>, part: string): ReadonlyMap<string, string> {
  const prefix = `${part}.`;
  return new Map(
    [...issues].flatMap(([path, message]) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), message] as const] : [],
    ),
  );
}

/** What is wrong with one entry of the chain, with whatever it is made of; null: nothing. */
export function entryIssue(issues: ReadonlyMap<string, string>, at: number): string | null {
  const own = [...issues].filter(([path]) => path === `chain.${at}` || path.startsWith(`chain.${at}.`));
  return own.length === 0 ? null : own.map(([, message]) => message).join(' ');
}

function dotted(path: string): string {
  return path.startsWith('/') ? path.slice(1).replaceAll('/', '.') : path;
}
