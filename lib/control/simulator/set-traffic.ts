import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';

/** Switches the demo's traffic on or off. @throws ControlError `not_found` (no demo), `gateway_unavailable` */
export async function setTraffic({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { on: boolean };
}): Promise<void> {
  await ctx.simulator.setTraffic(input.on);
  await change(ctx, 'nothing', ({ audit }) =>
    audit({
      action: 'simulator.traffic',
      entity: 'simulator',
      entityId: 'traffic',
      summary: `Switched the demo's traffic ${input.on ? 'on' : 'off'}.`,
      after: input,
    }),
  );
}
