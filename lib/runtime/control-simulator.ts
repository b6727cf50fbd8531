import type { ToSupervisor } from '#lib/contract/ipc.ts';
import type { ActiveFault, FaultRule, SimulatorSettings } from '#lib/contract/simulator.ts';
import type { SimulatorPort } from '#lib/control/context.ts';
import { ControlError } from '#lib/control/errors.ts';
import { SimulatorClient } from '#lib/simulator/client.ts';

export interface ControlSimulatorOptions {
  tellSupervisor: (message: ToSupervisor) => void;
  onFaults: (faults: readonly ActiveFault[]) => void;
}

/** The demo's simulator, which the supervisor runs; this side only asks for it and talks to its control API. */
export class ControlSimulator implements SimulatorPort {
  #options: ControlSimulatorOptions;
  #client: SimulatorClient | null = null;
  #answers = false;
  #faults: readonly ActiveFault[] = [];
  #traffic = false;

  constructor(options: ControlSimulatorOptions) {
    this.#options = options;
  }

  /** Asks for it; does not wait until it is up. */
  async start(settings: SimulatorSettings): Promise<void> {
    this.#options.tellSupervisor({ type: 'simulator', settings });
    this.#client = new SimulatorClient({
      url: `http://127.0.0.1:${settings.controlPort}`,
      token: settings.controlToken,
    });
    void this.refresh();
  }

  async stop(): Promise<void> {
    this.#options.tellSupervisor({ type: 'simulator', settings: null });
    this.#client = null;
    this.#answers = false;
    this.#traffic = false;
    this.#setFaults([]);
  }

  running(): boolean {
    return this.#client !== null && this.#answers;
  }

  faults(): readonly ActiveFault[] {
    return this.#faults;
  }

  traffic(): boolean {
    return this.#traffic;
  }

  async addFault(rule: FaultRule): Promise<ActiveFault> {
    const added = await this.#ask((client) => client.addFault(rule));
    await this.refresh();
    return added;
  }

  async clearFault(id: string | null): Promise<void> {
    await this.#ask((client) => client.clearFault(id));
    await this.refresh();
  }

  async setTraffic(on: boolean): Promise<void> {
    this.#traffic = await this.#ask((client) => client.traffic(on));
  }

  /** Reads what it does now; called every few seconds, since it may have been started anew. */
  async refresh(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    try {
      const [faults, traffic] = [await client.faults(), await client.traffic()];
      if (client !== this.#client) return;
      this.#answers = true;
      this.#traffic = traffic;
      this.#setFaults(faults);
    } catch {
      if (client === this.#client) this.#answers = false;
    }
  }

  async #ask<T>(call: (client: SimulatorClient) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (client === null)
      throw new ControlError('not_found', 'There is no demo here, so there is nothing to break.');
    try {
      return await call(client);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  #setFaults(faults: readonly ActiveFault[]): void {
    if (JSON.stringify(faults) === JSON.stringify(this.#faults)) return;
    this.#faults = faults;
    this.#options.onFaults(faults);
  }
}

function refusalOf(error: unknown): ControlError {
  const status = error instanceof Error && 'status' in error ? error.status : 0;
  const message = error instanceof Error ? error.message : '';
  if (status === 404) return new ControlError('not_found', message);
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new ControlError('invalid', message);
  return new ControlError(
    'gateway_unavailable',
    'The simulator does not answer: try again in a few seconds.',
  );
}
