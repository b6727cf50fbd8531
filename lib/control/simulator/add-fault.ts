import type { ActiveFault, FaultRule } from '#lib/contract/simulator.ts';
import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { nameFault } from './name-fault.ts';

/**
 * Makes a simulated vendor, region or model fail. Recorded once the simulator has taken it, so that the audit never tells of a fault
 * that was refused.
 * @throws ControlError `invalid`, `not_found` (no demo), `gateway_unavailable` (the simulator does not answer)
 */
export async function addFault({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: FaultRule;
}): Promise<ActiveFault> {
  const added = await ctx.simulator.addFault(input);
  await change(ctx, 'nothing', ({ audit }) =>
    audit({
      action: 'simulator.fault.add',
      entity: 'simulator',
      entityId: input.provider,
      summary: `Broke something in the simulator: ${nameFault(input)}.`,
      after: added,
    }),
  );
  return added;
}
