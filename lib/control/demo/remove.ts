import { change } from '../change.ts';
import { applyRows } from '../config/apply-rows.ts';
import type { Desired } from '../config/desired.ts';
import { type ConfigRows, documentOf, loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';

/**
 * Takes the demo away: simulated providers, their targets, the flows that use nothing else, and the traffic's key. Other chains lose
 * the simulated targets and are published anew.
 * @throws ControlError `not_found` when nothing simulated is there
 */
export async function removeDemo({ ctx }: { ctx: ControlContext }): Promise<void> {
  await change(ctx, 'config', async (tools) => {
    const current = await loadRows(tools.tx);
    if (!current.providers.some(({ simulated }) => simulated)) {
      throw new ControlError('not_found', 'There is no demo: nothing here is simulated.');
    }
    const desired = withoutDemo(current);
    await applyRows(tools, current, desired);
    await tools.audit({
      action: 'demo.remove',
      entity: 'demo',
      entityId: 'demo',
      summary: 'Removed the demo.',
      before: documentOf(current),
      after: documentOf(desired),
    });
  });
}

function withoutDemo(current: ConfigRows): Desired {
  const gone = new Set(current.providers.filter(({ simulated }) => simulated).map(({ slug }) => slug));
  const targets = current.targets.filter(({ provider }) => !gone.has(provider));
  const kept = new Set(targets.map(({ slug }) => slug));
  return {
    breaker: current.breaker,
    providers: current.providers.filter(({ slug }) => !gone.has(slug)).map(withoutVersion),
    targets: targets.map(withoutVersion),
    flows: current.flows
      .map((flow) => ({
        ...flow,
        simulated: false,
        published: {
          ...flow.published,
          chain: flow.published.chain.filter(({ target }) => kept.has(target)),
        },
      }))
      .filter(({ published }) => published.chain.length > 0),
  };
}

function withoutVersion<T extends { version: number }>({
  version: _version,
  ...rest
}: T): Omit<T, 'version'> {
  return rest;
}
