import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { nameFault } from './name-fault.ts';

/**
 * Heals one simulated fault, or with null all of them.
 * @throws ControlError `not_found` (no such fault, no demo), `gateway_unavailable` (the simulator does not answer)
 */
export async function clearFaults({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { id: string | null };
}): Promise<void> {
  const { id } = input;
  const before = ctx.simulator.faults().filter((fault) => id === null || fault.id === id);
  await ctx.simulator.clearFault(id);
  const [only] = before;
  await change(ctx, 'nothing', ({ audit }) =>
    audit({
      action: 'simulator.fault.clear',
      entity: 'simulator',
      entityId: id === null ? 'simulator' : (only?.provider ?? 'simulator'),
      summary:
        id === null
          ? 'Healed everything in the simulator.'
          : `Healed something in the simulator: ${only === undefined ? id : nameFault(only)}.`,
      before,
    }),
  );
}
