import type { Envelope, ToSupervisor } from '#lib/contract/ipc.ts';
import type { SimulatorSettings } from '#lib/contract/simulator.ts';
import { PortTaken } from '#lib/simulator/listen.ts';
import { simulatorSettingsSchema } from '#lib/simulator/settings.ts';
import { type Simulator, startSimulator } from '#lib/simulator/simulator.ts';

/**
 * The demo's simulator process. Waits for `{type: 'settings', settings}`, starts, and says ready; ends with its parent.
 * Run by the supervisor with fork().
 */
const running: { simulator: Promise<Simulator> | null } = { simulator: null };

process.on('message', (envelope: { body?: unknown }) => {
  if (running.simulator === null) start(envelope);
});
process.on('disconnect', () => void leave(0));
process.on('SIGTERM', () => void leave(0));
// Ctrl-C reaches the whole group: the supervisor decides when children end.
process.on('SIGINT', () => undefined);

function start(envelope: { body?: unknown }): void {
  try {
    const settings = readSettings(envelope);
    if (settings === null) return;
    running.simulator = startSimulator(settings);
    running.simulator.then(() => tell({ type: 'ready', role: 'simulator' }), fail);
  } catch (error) {
    fail(error);
  }
}

function readSettings(envelope: { body?: unknown }): SimulatorSettings | null {
  if (typeof envelope.body !== 'string') return null;
  const message: unknown = JSON.parse(envelope.body);
  if (typeof message !== 'object' || message === null || !('settings' in message)) return null;
  return simulatorSettingsSchema.parse(message.settings);
}

function fail(error: unknown): void {
  const message =
    error instanceof PortTaken
      ? `Port ${error.port} is taken, and the demo's simulated vendors need it: set SIMULATOR_PORT to the first of five free ports.`
      : `The simulator could not start: ${error instanceof Error ? error.message : String(error)}`;
  tell({ type: 'fatal', role: 'simulator', message }, () => void leave(1));
}

function tell(message: ToSupervisor, sent: () => void = () => undefined): void {
  const envelope: Envelope = { to: 'supervisor', body: JSON.stringify(message) };
  if (process.connected) process.send?.(envelope, undefined, undefined, sent);
  else sent();
}

async function leave(code: number): Promise<void> {
  const simulator = await running.simulator?.catch(() => null);
  await simulator?.stop();
  process.exit(code);
}
