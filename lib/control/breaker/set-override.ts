import type { OverridePut } from '#lib/contract/api.ts';
import { REASON_MIN } from '#lib/contract/api.ts';
import type { Override } from '#lib/contract/breaker-view.ts';
import { change } from '../change.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { impactNow } from './preview-impact.ts';
import { nameScope, requireScope } from './scopes.ts';

/**
 * Forces a scope open or closed; replaces an override that is there. Resolves when the gateway has taken it over.
 * @throws ControlError `not_found`, `invalid` (no reason), `needs_acknowledgement` when a flow would be left without a target,
 * `gateway_timeout` when it is saved but not confirmed
 */
export async function setOverride({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: Pick<Override, 'scope' | 'id'> & OverridePut;
}): Promise<Override> {
  const { scope, id, kind, reason, expiresInSeconds, acknowledge } = input;
  if (reason.trim().length < REASON_MIN) {
    const message = `Write a reason of at least ${REASON_MIN} characters: the next person on call will read it.`;
    throw invalid([{ path: 'reason', message }]);
  }
  return change(ctx, 'overrides', async ({ tx, by, atWallMs, audit }) => {
    await requireScope(tx, scope, id);
    const override: Override = {
      scope,
      id,
      kind,
      reason: reason.trim(),
      by,
      setAtWallMs: atWallMs,
      expiresAtWallMs: expiresInSeconds === null ? null : atWallMs + expiresInSeconds * 1000,
    };
    if (kind === 'forced_open' && acknowledge !== 'no-target') {
      const { flowsWithoutTarget } = await impactNow(ctx, tx, override);
      refuseSilentLoss(flowsWithoutTarget);
    }
    const before = await tx.overrides.get(scope, id);
    await tx.overrides.put(override);
    await audit({
      action: 'breaker.override.set',
      entity: scope,
      entityId: id,
      summary: `${kind === 'forced_open' ? 'Forced open' : 'Forced closed'} ${nameScope(scope, id)}, ${expiryWords(expiresInSeconds)}.`,
      reason: override.reason,
      before,
      after: override,
    });
    return override;
  });
}

function refuseSilentLoss(flows: readonly string[]): void {
  if (flows.length === 0) return;
  const message = `This leaves ${flows.join(', ')} without a target: their users get the graceful message. Send acknowledge: "no-target" to do it all the same.`;
  throw new ControlError('needs_acknowledgement', message, { issues: [{ path: 'acknowledge', message }] });
}

function expiryWords(seconds: number | null): string {
  if (seconds === null) return 'until cleared';
  if (seconds % 3600 === 0) return `for ${seconds / 3600} h`;
  return seconds % 60 === 0 ? `for ${seconds / 60} min` : `for ${seconds} s`;
}
