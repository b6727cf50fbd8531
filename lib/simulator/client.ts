import { z } from 'zod';
import { apiErrorSchema } from '#lib/contract/errors.ts';
import { type ActiveFault, activeFaultSchema } from '#lib/contract/simulator.ts';
import type { FaultRuleInput } from './fault-book.ts';

const faultsSchema = z.object({ items: z.array(activeFaultSchema) });
const trafficSchema = z.object({ on: z.boolean() });

/** The simulator's answer to a call that it refused. */
export class SimulatorRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'SimulatorRefused';
    this.status = status;
  }
}

export interface SimulatorClientOptions {
  /** For example `http://127.0.0.1:8090`. */
  url: string;
  token: string;
  /** Longest wait for one answer, ms. */
  timeoutMs?: number;
}

/** Calls a running simulator's control API. Methods throw SimulatorRefused, or fetch's error when nothing answers. */
export class SimulatorClient {
  readonly #options: Required<SimulatorClientOptions>;

  constructor(options: SimulatorClientOptions) {
    this.#options = { timeoutMs: 5000, ...options };
  }

  async faults(): Promise<ActiveFault[]> {
    return faultsSchema.parse(await this.#call('GET', '/faults')).items;
  }

  async addFault(rule: FaultRuleInput): Promise<ActiveFault> {
    return activeFaultSchema.parse(await this.#call('POST', '/faults', rule));
  }

  /** `null` clears all of them. */
  async clearFault(id: string | null): Promise<void> {
    await this.#call('DELETE', id === null ? '/faults' : `/faults/${encodeURIComponent(id)}`);
  }

  /** Switches the generator; without an argument only asks. */
  async traffic(on?: boolean): Promise<boolean> {
    const answer =
      on === undefined ? await this.#call('GET', '/traffic') : await this.#call('PUT', '/traffic', { on });
    return trafficSchema.parse(answer).on;
  }

  /** Waits until the simulator answers; false when it does not within `withinMs`. */
  async waitReady(withinMs = 10_000): Promise<boolean> {
    const until = performance.now() + withinMs;
    for (;;) {
      try {
        await this.#call('GET', '/health');
        return true;
      } catch (error) {
        if (error instanceof SimulatorRefused) throw error;
        if (performance.now() >= until) return false;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#options.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#options.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(this.#options.timeoutMs),
    });
    const text = await response.text();
    const json: unknown = text === '' ? null : JSON.parse(text);
    if (response.ok) return json;
    const error = apiErrorSchema.safeParse(json);
    throw new SimulatorRefused(
      response.status,
      error.success ? error.data.error.message : `The simulator answered ${response.status}.`,
    );
  }
}
