import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { clearCooldown } from '#lib/control/breaker/clear-cooldown.ts';
import { clearOverride } from '#lib/control/breaker/clear-override.ts';
import { getBreaker } from '#lib/control/breaker/get.ts';
import { listBreakers } from '#lib/control/breaker/list.ts';
import { previewImpact } from '#lib/control/breaker/preview-impact.ts';
import { probeBreaker } from '#lib/control/breaker/probe.ts';
import { resetBreaker } from '#lib/control/breaker/reset.ts';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { ControlError } from '#lib/control/errors.ts';
import type { Handlers } from './control-operations.ts';

type Ref = Pick<BreakerView, 'scope' | 'id'>;

export function breakerHandlers(): Handlers<'breakers'> {
  return {
    'breakers.list': async ({ ctx }) => ({ items: [...(await listBreakers({ ctx }))] }),
    'breakers.get': ({ ctx, params }) => getBreaker({ ctx, input: params }),
    'breakers.impact': ({ ctx, params, query }) => previewImpact({ ctx, input: { ...params, ...query } }),
    'breakers.setOverride': ({ ctx, params, body }) =>
      thenView(ctx, params, setOverride({ ctx, input: { ...params, ...body } })),
    'breakers.clearOverride': ({ ctx, params }) =>
      thenView(ctx, params, clearOverride({ ctx, input: params })),
    'breakers.reset': ({ ctx, params }) => thenView(ctx, params, resetBreaker({ ctx, input: params })),
    'breakers.probe': ({ ctx, params }) => thenView(ctx, params, probeBreaker({ ctx, input: params })),
    'breakers.clearCooldown': ({ ctx, params }) => {
      if (params.scope !== 'target') {
        throw new ControlError('not_found', 'Only targets have cooldowns: send the slug of a target.');
      }
      return thenView(ctx, params, clearCooldown({ ctx, input: { target: params.id } }));
    },
  };
}

/** What the gateway reported after the effect: its report of the change comes before its acknowledgement. */
async function thenView(ctx: ControlContext, ref: Ref, done: Promise<unknown>): Promise<BreakerView> {
  await done;
  return getBreaker({ ctx, input: ref });
}
