import { demoPorts, demoSettings } from '#lib/simulator/demo-workspace.ts';
import { type Simulator, startSimulator } from '#lib/simulator/simulator.ts';

/** The simulator's name for it. */
export const OWN_VENDOR = 'groq-sim';

/** An OpenAI-compatible vendor on a port of its own: to a product without the demo it is as real as any other. */
export async function startOwnVendor(): Promise<Simulator> {
  const settings = demoSettings({ ports: demoPorts(0), controlToken: 'tests', gatewayUrl: '', apiKey: '' });
  return startSimulator(
    {
      ...settings,
      controlPort: 0,
      traffic: null,
      endpoints: settings.endpoints
        .filter(({ provider }) => provider === OWN_VENDOR)
        .map((endpoint) => ({ ...endpoint, port: 0 })),
    },
    { timing: 'instant' },
  );
}
