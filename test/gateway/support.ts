import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import type { ProviderKind } from '#lib/contract/config.ts';
import type { Envelope, FromGateway, ToGateway } from '#lib/contract/ipc.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import type { RequestRecord } from '#lib/contract/records.ts';
import type { ConfigSnapshot, SnapshotTarget } from '#lib/contract/snapshot.ts';
import type { WaitTimes } from '#lib/gateway/early-answer.ts';
import { systemClock } from '#lib/gateway/system-clock.ts';
import { type GatewayWorker, startGatewayWorker } from '#lib/gateway/worker.ts';

export const KEY = 'sy_live_application';
export const DEMO_KEY = 'sy_demo_traffic';
export const KEY_WITH_DEFAULT = 'sy_live_default_flow';
export const CREDENTIAL = 'sk-provider-secret-7777';

export const BADGE_SCRIPT = readFileSync(new URL('../../public/embed/badge.js', import.meta.url));

export interface TargetSetup {
  /** Where its provider listens. */
  origin: string;
  kind?: ProviderKind;
  model?: string;
  family?: string;
  simulated?: boolean;
  capabilities?: SnapshotTarget['capabilities'];
}

export interface Setup {
  /** Each target gets a provider of its own, `p-<slug>`, with the endpoint `main`. */
  targets: Record<string, TargetSetup>;
  policy?: PolicyInput;
  aliases?: string[];
  version?: number;
}

/** A snapshot with one flow, `chat`, over the given targets in their order. */
export function snapshotOf({ targets, policy = {}, aliases = [], version = 1 }: Setup): ConfigSnapshot {
  const named = Object.entries(targets);
  return {
    version,
    createdAtWallMs: 1_700_000_000_000,
    breaker: { ...DEFAULT_BREAKER },
    providers: named.map(([slug, { origin, kind = 'openai-compatible', simulated = false }]) => ({
      slug: `p-${slug}`,
      name: slug,
      kind,
      simulated,
      endpoints: [
        {
          id: `p-${slug}.main`,
          slug: 'main',
          region: null,
          baseUrl: origin,
          credential: CREDENTIAL,
          credentialId: `p-${slug}`,
        },
      ],
    })),
    targets: named.map(([slug, target]) => snapshotTarget(slug, target)),
    flows: [
      {
        slug: 'chat',
        name: 'Chat',
        aliases,
        version: 3,
        chain: named.map(([target]) => ({ target, enabled: true, adapter: null })),
        policy: policySchema.parse(policy),
      },
    ],
    apiKeys: [
      { id: 'key-1', sha256: sha256(KEY), defaultFlow: null, use: 'application' },
      { id: 'key-2', sha256: sha256(KEY_WITH_DEFAULT), defaultFlow: 'chat', use: 'application' },
      { id: 'key-3', sha256: sha256(DEMO_KEY), defaultFlow: null, use: 'demo' },
    ],
  };
}

function snapshotTarget(
  slug: string,
  { model = `${slug}-model`, family, capabilities = null }: TargetSetup,
): SnapshotTarget {
  return {
    slug,
    provider: `p-${slug}`,
    endpointId: `p-${slug}.main`,
    model,
    deployment: null,
    modelFamily: family ?? model,
    contextWindow: null,
    capabilities,
    enabled: true,
    breaker: { ...DEFAULT_BREAKER },
    metricsOnly: false,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A worker in this process, on a port of its own, with the supervisor's side of the channel in the test's hands. */
export class TestGateway {
  readonly envelopes: Envelope[] = [];
  /** Everything told to control so far. */
  readonly messages: FromGateway[] = [];
  readonly #records = new Map<string, RequestRecord>();
  readonly logged: string[] = [];
  readonly worker: GatewayWorker;
  #listener: ((message: unknown) => void) | null = null;
  #waiting: (() => void)[] = [];

  constructor(successesPerSecond = 1000, waits: Partial<WaitTimes> = {}) {
    this.worker = startGatewayWorker({
      send: (envelope) => {
        this.envelopes.push(envelope);
        if (envelope.to === 'control') this.#keep(JSON.parse(envelope.body));
        for (const check of [...this.#waiting]) check();
      },
      onMessage: (listener) => {
        this.#listener = listener;
      },
      clock: systemClock,
      random: Math.random,
      env: {},
      badgeScript: BADGE_SCRIPT,
      log: (line) => this.logged.push(line),
      successesPerSecond,
      waits,
    });
  }

  static async start(
    setup?: Setup,
    successesPerSecond?: number,
    waits?: Partial<WaitTimes>,
  ): Promise<TestGateway> {
    const gateway = new TestGateway(successesPerSecond, waits);
    gateway.worker.server.listen(0, '127.0.0.1');
    await once(gateway.worker.server, 'listening');
    if (setup !== undefined) gateway.tell({ type: 'snapshot', commandId: null, snapshot: snapshotOf(setup) });
    return gateway;
  }

  get port(): number {
    const address = this.worker.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  tell(message: ToGateway): void {
    this.#listener?.({ to: 'gateway', body: JSON.stringify(message) });
  }

  #keep(message: FromGateway): void {
    this.messages.push(message);
    for (const record of recordsOf([message])) this.#records.set(record.id, record);
  }

  /** The first value that `find` makes of what has been told to control, now or later. */
  until<T>(find: (messages: FromGateway[]) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const found = find(this.messages);
        if (found === undefined) return;
        this.#waiting = this.#waiting.filter((other) => other !== check);
        resolve(found);
      };
      this.#waiting.push(check);
      check();
    });
  }

  record(id: string | null): Promise<RequestRecord> {
    return this.until(() => this.#records.get(id ?? ''));
  }

  chat(body: object, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    return this.post(
      JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }], ...body }),
      headers,
      signal,
    );
  }

  post(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    return fetch(`${this.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body,
      signal: signal ?? null,
    });
  }

  /** `POST` of a JSON body to any path. */
  call(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  get(path: string, headers: Record<string, string> = { authorization: `Bearer ${KEY}` }): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers });
  }
}

export function recordsOf(messages: readonly FromGateway[]): RequestRecord[] {
  return messages.flatMap((message) => (message.type === 'records' ? message.requests : []));
}

/** The JSON of a stream's events, `[DONE]` as that word. */
export function eventsOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => (event === 'data: [DONE]' ? 'DONE' : JSON.parse(event.slice('data: '.length))));
}
