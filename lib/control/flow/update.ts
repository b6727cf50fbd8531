import type { z } from 'zod';
import type { FlowView, flowPatchSchema } from '#lib/contract/api.ts';
import { issuesOf } from '#lib/contract/errors.ts';
import { type Policy, type PolicyPatch, patchPolicy } from '#lib/contract/policy.ts';
import type { Exceptions, ExceptionsPatch } from '#lib/contract/readiness.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { saveFlow } from './save.ts';

export interface UpdateFlowInput {
  slug: string;
  /** The version that the caller read. */
  expectedVersion: number;
  patch: z.output<typeof flowPatchSchema>;
}

/**
 * Changes name, aliases, policy, or what the readiness check goes by; a changed policy is published at once as a new version,
 * which needs a reason.
 * @throws ControlError `not_found`, `stale_version`, `invalid` (paths as in the patch: `policy.timeouts.firstTokenSeconds`, `reason`)
 */
export async function updateFlow({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: UpdateFlowInput;
}): Promise<FlowView> {
  const { slug, expectedVersion, patch } = input;
  return saveFlow(ctx, {
    slug,
    expectedVersion,
    action: 'flow.update',
    summary: (current) => `Changed ${partsOf(patch)} of the flow ${patch.name ?? current.name}.`,
    reason: patch.reason ?? null,
    apply: (current) => ({
      ...current,
      name: patch.name ?? current.name,
      aliases: patch.aliases ?? current.aliases,
      callerTimeoutSeconds:
        patch.callerTimeoutSeconds === undefined ? current.callerTimeoutSeconds : patch.callerTimeoutSeconds,
      exceptions: withExceptions(current.exceptions, patch.exceptions),
      published: {
        chain: current.published.chain,
        policy: patched(current.published.policy, patch.policy),
      },
    }),
  });
}

function patched(current: Policy, patch: PolicyPatch | undefined): Policy {
  if (patch === undefined) return current;
  const result = patchPolicy(current, patch);
  if (result.success) return result.data;
  throw invalid(
    issuesOf(result.error.issues).map(({ path, message }) => ({ path: `policy.${path}`, message })),
  );
}

function withExceptions(current: Exceptions, patch: ExceptionsPatch | undefined): Exceptions {
  const merged: ExceptionsPatch = { ...current, ...patch };
  return Object.fromEntries(Object.entries(merged).filter(([, reason]) => reason !== null));
}

function partsOf(patch: UpdateFlowInput['patch']): string {
  const { name, aliases, policy, callerTimeoutSeconds, exceptions } = patch;
  const parts = [
    ...(name === undefined ? [] : ['the name']),
    ...(aliases === undefined ? [] : ['the aliases']),
    ...(callerTimeoutSeconds === undefined ? [] : ['how long callers wait']),
    ...(exceptions === undefined ? [] : ['what is deliberately not ready']),
    ...Object.keys(policy ?? {}).map((part) => PARTS[part] ?? part),
  ];
  return parts.join(', ');
}

const PARTS: Readonly<Record<string, string>> = {
  mode: 'the mode',
  defaultStakes: 'the default stakes',
  primaryPatience: 'the patience with the primary',
  badge: 'the badge',
  degraded: 'the degraded answer',
  timeouts: 'the timeouts',
  retry: 'the retries',
  contentFilter: 'the content filter rule',
  contextOverflow: 'the rule for prompts that are too long',
  hedge: 'the hedging',
  midStream: 'what happens to a broken stream',
  prefill: 'the use of prefill',
  buffer: 'the buffering',
  untranslatable: 'the rule for what a target has no words for',
};
