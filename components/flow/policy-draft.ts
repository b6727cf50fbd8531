import { type Policy, policySchema } from '#lib/contract/policy.ts';

/** Number fields may be empty while they are being typed. */
type Typed<T> = { [K in keyof T]: T[K] extends number ? number | '' : T[K] };

/** A policy as its form holds it. */
export type PolicyDraft = { [K in keyof Policy]: Policy[K] extends object ? Typed<Policy[K]> : Policy[K] };

export type PolicyCheck = { ok: true; policy: Policy } | { ok: false; issues: ReadonlyMap<string, string> };

/** Validates a draft with the contract's own schema; issues by dotted path ("timeouts.idleSeconds"). */
export function checkPolicy(draft: PolicyDraft): PolicyCheck {
  const parsed = policySchema.safeParse(draft);
  if (parsed.success) return { ok: true, policy: parsed.data };
  return {
    ok: false,
    issues: new Map(
      parsed.error.issues.map((issue) => {
        const emptied = issue.code === 'invalid_type' && ['number', 'int'].includes(issue.expected);
        return [issue.path.join('.'), emptied ? 'Give a number.' : issue.message];
      }),
    ),
  };
}
