import { createHash } from 'node:crypto';
import { readDemoKey } from '#lib/control/api-key/internal.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { seedDemo } from '#lib/control/demo/seed.ts';
import { getDemoStatus } from '#lib/control/demo/status.ts';
import { listProviders } from '#lib/control/provider/list.ts';
import { updateProvider } from '#lib/control/provider/update.ts';
import { type DemoPorts, demoConfig, demoPorts, demoSettings } from '#lib/simulator/demo-workspace.ts';
import type { ControlEnv } from './control-env.ts';

/** Sets the demo up where it may be, and has its simulator run where it is there. */
export async function startDemo(ctx: ControlContext, env: ControlEnv): Promise<void> {
  const ports = demoPorts(env.simulatorPort);
  const status = await getDemoStatus({ ctx });
  if (status.fresh && env.demo && env.configFile === null) {
    await seedDemo({ ctx, input: { config: demoConfig(ports) } });
  } else if (!status.seeded) return;
  await movePorts(ctx, ports);
  const apiKey = await readDemoKey({ ctx });
  if (apiKey === null) return;
  await ctx.simulator.start(
    demoSettings({
      ports,
      // The same after a restart of this process, so that the simulator and its faults outlive it.
      controlToken: createHash('sha256').update(`simulator ${apiKey}`).digest('hex'),
      gatewayUrl: env.gatewayLoopbackUrl,
      apiKey,
    }),
  );
}

/** SIMULATOR_PORT may differ from the last start's. */
async function movePorts(ctx: ControlContext, ports: DemoPorts): Promise<void> {
  const wanted = new Map<string, string>(
    demoConfig(ports).providers?.flatMap((provider) =>
      provider.endpoints.map((endpoint) => [`${provider.slug}.${endpoint.slug}`, endpoint.baseUrl] as const),
    ),
  );
  for (const { slug, simulated, endpoints, version } of await listProviders({ ctx })) {
    const moved = endpoints.map((endpoint) => ({
      slug: endpoint.slug,
      region: endpoint.region ?? undefined,
      baseUrl: wanted.get(endpoint.id) ?? endpoint.baseUrl,
      credential: endpoint.credential === null ? undefined : { stored: true as const },
    }));
    if (!simulated || moved.every(({ baseUrl }, at) => baseUrl === endpoints[at]?.baseUrl)) continue;
    await updateProvider({ ctx, input: { slug, expectedVersion: version, patch: { endpoints: moved } } });
  }
}
