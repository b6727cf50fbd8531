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
    await applyRows(tools, current, desired, 'Removed the demo and its simulated targets.');
    await tools.audit({
      action: 'demo.remove',
      entity: 'demo',
      entityId: 'demo',
      summary: `Removed the demo.${realFlowsWords(current, desired)}`,
      before: documentOf(current),
      after: documentOf(desired),
    });
  });
}

/** Somebody's own flows that go with it, or lose targets, are named: nobody should have to find out later. */
function realFlowsWords(current: ConfigRows, desired: Desired): string {
  const after = new Map(desired.flows.map(({ slug, published }) => [slug, published.chain.length]));
  const real = current.flows.filter(({ simulated }) => !simulated);
  const gone = real.filter(({ slug }) => !after.has(slug)).map(({ slug }) => slug);
  const shorter = real
    .filter(({ slug, published }) => (after.get(slug) ?? published.chain.length) < published.chain.length)
    .map(({ slug }) => slug);
  return [
    gone.length === 0 ? '' : ` With it went ${gone.join(', ')}, which had simulated targets only.`,
    shorter.length === 0 ? '' : ` The simulated targets left the chain of ${shorter.join(', ')}.`,
  ].join('');
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
