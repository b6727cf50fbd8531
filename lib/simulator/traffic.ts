import { Agent, request } from 'undici';
import { SERVED_BY_HEADERS, STAKES_HEADER } from '#lib/contract/served-by-headers.ts';
import type { SimulatorSettings } from '#lib/contract/simulator.ts';
import type { Random } from './timing.ts';
import { trafficPrompt, trafficStakes } from './traffic-prompts.ts';

export type TrafficSettings = NonNullable<SimulatorSettings['traffic']>;

/** How the generator's own requests ended. */
export interface TrafficResults {
  served: number;
  /** Answered by a backup model. */
  degraded: number;
  /** The flow preferred no answer. */
  refused: number;
  failed: number;
}

const MOST_IN_FLIGHT = 4;
/** Longer than any flow's own deadline in the demo. */
const GIVE_UP_MS = 90_000;
const MOST_BACKOFF_MS = 30_000;
/** Answers here are short; what is longer is read and dropped. */
const MOST_TEXT = 256 * 1024;

/** A gentle, steady stream of requests to the gateway, so that the dashboard has something to show. Never logs. */
export class Traffic {
  readonly #settings: TrafficSettings;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #results: TrafficResults = { served: 0, degraded: 0, refused: 0, failed: 0 };
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #agent: Agent | null = null;
  #stop = new AbortController();
  #inFlight = 0;
  #misses = 0;
  #awayUntil = 0;

  constructor(settings: TrafficSettings, deps: { random: Random; now: () => number }) {
    this.#settings = settings;
    this.#random = deps.random;
    this.#now = deps.now;
  }

  running(): boolean {
    return this.#agent !== null;
  }

  results(): TrafficResults {
    return { ...this.#results };
  }

  start(): void {
    if (this.#agent !== null) return;
    this.#agent = new Agent({ connections: MOST_IN_FLIGHT });
    this.#stop = new AbortController();
    for (const [flow, perMinute] of Object.entries(this.#settings.requestsPerMinute)) {
      if (perMinute > 0) this.#schedule(flow, 60_000 / perMinute);
    }
  }

  /** Aborts what is under way; no timer or socket stays behind. */
  async stop(): Promise<void> {
    const agent = this.#agent;
    if (agent === null) return;
    this.#agent = null;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#stop.abort();
    await agent.destroy();
  }

  /** Half to one and a half times the mean apart. */
  #schedule(flow: string, meanMs: number): void {
    const timer = setTimeout(
      () => {
        this.#schedule(flow, meanMs);
        if (this.#inFlight >= MOST_IN_FLIGHT || this.#now() < this.#awayUntil) return;
        void this.#send(flow);
      },
      meanMs * (0.5 + this.#random()),
    );
    this.#timers.set(flow, timer);
  }

  async #send(flow: string): Promise<void> {
    const signal = this.#stop.signal;
    this.#inFlight++;
    try {
      const result = await this.#ask(flow, AbortSignal.any([signal, AbortSignal.timeout(GIVE_UP_MS)]));
      this.#misses = 0;
      this.#results[result]++;
    } catch {
      if (signal.aborted) return;
      this.#results.failed++;
      this.#awayUntil = this.#now() + Math.min(MOST_BACKOFF_MS, 1000 * 2 ** this.#misses++);
    } finally {
      this.#inFlight--;
    }
  }

  async #ask(flow: string, signal: AbortSignal): Promise<keyof TrafficResults> {
    const stakes = trafficStakes(flow, this.#random);
    const stream = this.#random() < 0.5;
    const reply = await request(`${this.#settings.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#settings.apiKey}`,
        'content-type': 'application/json',
        ...(stakes === null ? {} : { [STAKES_HEADER]: stakes }),
      },
      body: JSON.stringify({
        model: flow,
        stream,
        messages: [{ role: 'user', content: trafficPrompt(flow, this.#random) }],
      }),
      signal,
      ...(this.#agent === null ? {} : { dispatcher: this.#agent }),
      headersTimeout: GIVE_UP_MS,
      bodyTimeout: GIVE_UP_MS,
    });
    let text = '';
    reply.body.setEncoding('utf8');
    for await (const chunk of reply.body) if (text.length < MOST_TEXT) text += chunk;
    return judge(reply.statusCode, reply.headers, text);
  }
}

function judge(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  text: string,
): keyof TrafficResults {
  const degraded = headers[SERVED_BY_HEADERS.degraded] === 'true';
  if (status === 503 && degraded) return 'refused';
  if (status !== 200 || /^data: \{"error"/m.test(text)) return 'failed';
  if (!degraded) return 'served';
  return headers[SERVED_BY_HEADERS.servedBy] === undefined ? 'refused' : 'degraded';
}
