import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import type { Envelope, FromGateway, ToGateway, ToSupervisor } from '#lib/contract/ipc.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import type { EngineCooldown } from '#lib/engine/types.ts';
import { type Runtime, setRuntime } from '#lib/runtime/accessor.ts';
import { announcement } from '#lib/runtime/control-announce.ts';
import { bootControl } from '#lib/runtime/control-boot.ts';
import type { ControlChannel } from '#lib/runtime/control-channel.ts';
import { readControlEnv } from '#lib/runtime/control-env.ts';
import { type ControlParts, wireControl } from '#lib/runtime/control-process.ts';
import { runtimeOf } from '#lib/runtime/control-runtime.ts';
import { type Simulator, startSimulator } from '#lib/simulator/simulator.ts';

export const ORIGIN = 'http://127.0.0.1:3000';
export const ADMIN_TOKEN = 'an-admin-token-for-tests';

/** The control process without its pages: a real store, a gateway played by this file, a real simulator when asked for. */
export interface ControlUnderTest {
  parts: ControlParts;
  runtime: Runtime;
  gateway: PlayedGateway;
  /** What a start would print. */
  lines: string[];
  /** From the printed link; null once somebody exists. */
  setupToken: string | null;
  stop(): Promise<void>;
}

export async function startControl(env: Record<string, string> = {}): Promise<ControlUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-api-'));
  const processEnv: NodeJS.ProcessEnv = {
    NODE_ENV: 'test',
    DATA_DIR: dataDir,
    SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN,
    SIMULATOR_PORT: String(15_000 + (randomBytes(2).readUInt16BE() % 17_000)),
    ...env,
  };
  const parsed = readControlEnv(processEnv);
  if (!parsed.ok) throw new Error(parsed.message);
  const gateway = new PlayedGateway();
  const parts = await wireControl(parsed.env, gateway.channel, processEnv);
  gateway.deliverTo((message) => parts.link.receive(message));
  parts.link.receive({ type: 'gateway-up', up: true });
  const configFile = await bootControl(parts).catch(async (error: unknown) => {
    await parts.store.close();
    if (env.DATA_DIR === undefined) await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  const runtime = await runtimeOf(parts, { productVersion: '0.0.0', configFile });
  setRuntime(runtime);
  const flow = parts.gateway.published?.flows[0]?.slug ?? null;
  const lines = await announcement(parts.system, parsed.env, flow, (await configFile?.notice()) ?? null);
  return {
    parts,
    runtime,
    gateway,
    lines,
    setupToken: /token=(\S+)/.exec(lines.join('\n'))?.[1] ?? null,
    stop: async () => {
      parts.feed.hub.closeAll();
      await parts.simulator.stop();
      await gateway.simulator?.then((simulator) => simulator.stop());
      await parts.store.close();
      if (env.DATA_DIR === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Takes commands like a worker does: acts, reports, then acknowledges. */
export class PlayedGateway {
  snapshot: ConfigSnapshot | null = null;
  overrides: Override[] = [];
  cooldowns: EngineCooldown[] = [];
  simulator: Promise<Simulator> | null = null;
  /** While true it says nothing at all. */
  silent = false;
  #deliver: (message: FromGateway) => void = () => {};
  #seq = 0;

  readonly channel: ControlChannel = {
    send: (envelope: Envelope) => this.#take(JSON.parse(envelope.body)),
    tellSupervisor: (message: ToSupervisor) => {
      if (message.type === 'simulator' && message.settings !== null) {
        this.simulator = startSimulator({ ...message.settings, traffic: null }, { timing: 'instant' });
      }
    },
    onMessage: () => {},
  };

  deliverTo(deliver: (message: FromGateway) => void): void {
    this.#deliver = deliver;
  }

  say(message: FromGateway): void {
    this.#deliver(message);
  }

  views(): BreakerView[] {
    this.#seq += 1;
    const scopes = (this.snapshot?.providers ?? []).flatMap((provider) => [
      { scope: 'provider' as const, id: provider.slug },
      ...provider.endpoints.map((endpoint) => ({ scope: 'endpoint' as const, id: endpoint.id })),
    ]);
    const targets = (this.snapshot?.targets ?? []).map(({ slug }) => ({
      scope: 'target' as const,
      id: slug,
    }));
    return [...scopes, ...targets].map(({ scope, id }) => this.#view(scope, id));
  }

  #take(message: ToGateway): void {
    if (this.silent) return;
    switch (message.type) {
      case 'snapshot':
        this.snapshot = message.snapshot;
        this.#sayState();
        break;
      case 'overrides':
        this.overrides = message.overrides;
        this.say({ type: 'breakers', breakers: this.views() });
        break;
      case 'hello':
        this.#sayState();
        break;
      case 'cooldowns':
        this.cooldowns = message.cooldowns;
        break;
      case 'test-call': {
        const result = {
          ok: true,
          how: 'list',
          latencyMs: 1,
          listable: true,
          models: [],
          failure: null,
        } as const;
        this.say({ type: 'test-result', commandId: message.commandId, result: { ...result, models: [] } });
        return;
      }
      case 'test-target': {
        const result = { ok: true, counted: true, note: null, latencyMs: 1, requestId: null, failure: null };
        this.say({ type: 'target-test-result', commandId: message.commandId, result });
        return;
      }
      case 'breaker':
      case 'clear-cooldown':
        break;
    }
    if ('commandId' in message && message.commandId !== null) {
      this.say({ type: 'ack', commandId: message.commandId, ok: true });
    }
  }

  #sayState(): void {
    const worker = { pid: 1, startedAtWallMs: 1, rssBytes: 1, utilisation: 0 };
    const snapshotVersion = this.snapshot?.version ?? 0;
    this.say({ type: 'state', worker, snapshotVersion, breakers: this.views() });
  }

  #view(scope: BreakerView['scope'], id: string): BreakerView {
    const override = this.overrides.find((one) => one.scope === scope && one.id === id) ?? null;
    return {
      scope,
      id,
      seq: this.#seq,
      state: 'closed',
      effective: override?.kind ?? 'closed',
      sinceWallMs: 1,
      reason: 'initial',
      why: '',
      trips: 0,
      outageSinceWallMs: null,
      openUntilWallMs: null,
      probe: null,
      window: { seconds: 60, ok: 0, slow: 0, failure: 0, consecutiveFailures: 0, late: 0, buckets: [] },
      errors: [],
      cooldown: null,
      override,
      inFlight: 0,
      derived: null,
      ramp: null,
      shadow: null,
    };
  }
}
