import type { Status } from '#lib/contract/api.ts';
import type { SimulatorView } from '#lib/contract/simulator.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import type { Actor } from '#lib/control/context.ts';
import { removeDemo } from '#lib/control/demo/remove.ts';
import { ControlError } from '#lib/control/errors.ts';
import { addFault } from '#lib/control/simulator/add-fault.ts';
import { clearFaults } from '#lib/control/simulator/clear-faults.ts';
import { setTraffic } from '#lib/control/simulator/set-traffic.ts';
import type { ConfigFile } from './control-config-file.ts';
import type { Handlers } from './control-operations.ts';
import type { ControlSimulator } from './control-simulator.ts';

export interface SystemDeps {
  productVersion: string;
  gatewayUrl: string;
  published: () => ConfigSnapshot | null;
  /** The configuration file that the product was started with; null without one. */
  configFile: ConfigFile | null;
  simulator: ControlSimulator;
  nameOf: (userId: string) => Promise<string | null>;
  now: () => number;
}

export function systemHandlers(deps: SystemDeps): Handlers<'status' | 'simulator' | 'demo'> {
  const { simulator } = deps;
  return {
    'status.get': ({ ctx }) => status(deps, ctx.actor),
    'simulator.get': async () => simulatorView(deps),
    'simulator.addFault': async ({ ctx, body }) => {
      requireSimulated(deps, body.provider);
      return addFault({ ctx, input: body });
    },
    'simulator.clearFaults': ({ ctx }) => clearFaults({ ctx, input: { id: null } }),
    'simulator.clearFault': ({ ctx, params }) => clearFaults({ ctx, input: params }),
    'simulator.setTraffic': async ({ ctx, body }) => {
      await setTraffic({ ctx, input: body });
      return simulatorView(deps);
    },
    'demo.remove': async ({ ctx }) => {
      await removeDemo({ ctx });
      await simulator.stop();
    },
  };
}

async function status(deps: SystemDeps, actor: Actor): Promise<Status> {
  const config = deps.published();
  const user =
    actor.kind === 'user'
      ? { email: actor.email, name: (await deps.nameOf(actor.id).catch(() => null)) ?? actor.email }
      : null;
  return {
    productVersion: deps.productVersion,
    gatewayUrl: deps.gatewayUrl,
    demo: config?.providers.some((provider) => provider.simulated) ?? false,
    configVersion: config?.version ?? 0,
    // A database that is away is not felt here.
    configNotice: (await deps.configFile?.notice().catch(() => null)) ?? null,
    user,
    nowWallMs: deps.now(),
  };
}

function simulatorView({ simulator, published }: SystemDeps): SimulatorView {
  const config = published();
  const modelsAt = (endpointId: string) =>
    new Set(config?.targets.filter((target) => target.endpointId === endpointId).map(({ model }) => model));
  return {
    running: simulator.running(),
    providers: simulated(config).map(({ slug, name, endpoints }) => ({
      slug,
      name,
      endpoints: endpoints.map((endpoint) => ({
        slug: endpoint.slug,
        region: endpoint.region,
        models: [...modelsAt(endpoint.id)],
      })),
    })),
    faults: [...simulator.faults()],
    traffic: simulator.traffic(),
  };
}

function requireSimulated({ published }: SystemDeps, slug: string): void {
  const slugs = simulated(published()).map((provider) => provider.slug);
  if (slugs.includes(slug)) return;
  const message = `"${slug}" is not a simulated provider; there are: ${slugs.join(', ') || 'none'}.`;
  throw new ControlError('invalid', message, { issues: [{ path: 'provider', message }] });
}

function simulated(config: ConfigSnapshot | null) {
  return config?.providers.filter((provider) => provider.simulated) ?? [];
}
