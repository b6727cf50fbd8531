import type { ConfigInput } from '#lib/contract/config.ts';
import { addInternalKey } from '../api-key/internal.ts';
import { change } from '../change.ts';
import { rememberBaseline } from '../config/apply-file.ts';
import { applyRows } from '../config/apply-rows.ts';
import { type Desired, desiredRows, parseDocument } from '../config/desired.ts';
import { documentOf, loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';

/**
 * Puts the demo into an empty workspace: its providers and flows are marked as simulated, and its traffic gets a key of its own.
 * @returns the traffic's key, in clear
 * @throws ControlError `conflict` when something is configured already, `invalid`
 */
export async function seedDemo({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { config: ConfigInput };
}): Promise<{ apiKey: string }> {
  const config = parseDocument(input.config);
  return change(ctx, 'config', async (tools) => {
    const current = await loadRows(tools.tx);
    if (current.providers.length + current.targets.length + current.flows.length > 0) {
      throw new ControlError(
        'conflict',
        'The demo goes into an empty workspace only; here something is set up.',
      );
    }
    const desired = asSimulated(desiredRows(ctx, config, current));
    await applyRows(tools, current, desired, 'Set up the demo.');
    const apiKey = await addInternalKey(ctx, tools, 'demo');
    await rememberBaseline(tools, null);
    await tools.audit({
      action: 'demo.seed',
      entity: 'demo',
      entityId: 'demo',
      summary: 'Set up the demo: simulated providers, flows and gentle traffic.',
      after: documentOf(desired),
    });
    return { apiKey };
  });
}

function asSimulated(desired: Desired): Desired {
  return {
    ...desired,
    providers: desired.providers.map((row) => ({ ...row, simulated: true })),
    flows: desired.flows.map((row) => ({ ...row, simulated: true })),
  };
}
