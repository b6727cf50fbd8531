import { join } from 'node:path';
import { type Envelope, KEPT, type KeptName, type Role, type ToSupervisor } from '#lib/contract/ipc.ts';
import { compileCacheDir, GATEWAY_NODE_FLAGS } from './gateway-process.ts';
import { ManagedChild } from './supervisor-child.ts';
import { readSupervisorEnv, type SupervisorEnv } from './supervisor-env.ts';
import { GatewayPortListener } from './supervisor-port.ts';

/** A draining gateway may finish its streams for 30 s; this is a little more. */
const GRACE_MS = 35_000;

export interface SupervisorOptions {
  env: NodeJS.ProcessEnv;
  /** The project's folder. */
  root: string;
}

/**
 * Owns the gateway's port, forks the other processes, restarts them, relays their messages and passes signals on. It decides
 * nothing: snapshot, overrides and cooldowns are opaque bytes to it, kept for the next worker.
 */
export async function startSupervisor({ env, root }: SupervisorOptions): Promise<void> {
  const parsed = readSupervisorEnv(env);
  if (!parsed.ok) return fail(parsed.message);
  const listener = new GatewayPortListener();
  try {
    parsed.env.gatewayPort = await listener.listen(parsed.env.gatewayPort, parsed.env.host);
  } catch (error) {
    return fail(explainListenError(error, parsed.env));
  }
  const supervisor = new Supervisor(env, root, parsed.env, listener);
  supervisor.start();
  if (env.npm_lifecycle_event !== undefined) whenOrphaned(() => void supervisor.stop(0));
  let asked = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      asked += 1;
      // npm and a terminal's Ctrl-C may both deliver the first one; only a later, third one means "now".
      if (asked >= 3) supervisor.killAll();
      else void supervisor.stop(0);
    });
  }
}

/** npm's shell dies of a signal without passing it on, and nobody would ever stop what it leaves behind. */
function whenOrphaned(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

class Supervisor {
  readonly #kept = new Map<KeptName, string>();
  readonly #listener: GatewayPortListener;
  readonly #gateway: ManagedChild;
  readonly #control: ManagedChild;
  readonly #root: string;
  readonly #childEnv: NodeJS.ProcessEnv;
  #simulator: ManagedChild | null = null;
  #simulatorSettings = 'null';
  #announcement: string[] | null = null;
  #announced = false;
  #stopping = false;

  constructor(env: NodeJS.ProcessEnv, root: string, own: SupervisorEnv, listener: GatewayPortListener) {
    this.#listener = listener;
    this.#root = root;
    this.#childEnv = {
      ...env,
      HOST: own.host,
      PORT: String(own.dashboardPort),
      GATEWAY_PORT: String(own.gatewayPort),
      NODE_ENV: env.NODE_ENV ?? 'production',
      NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? compileCacheDir(root),
    };
    this.#gateway = this.#child(
      'gateway',
      'gateway-main.ts',
      () => this.#replayKept(),
      () => this.#gatewayExited(),
    );
    this.#control = this.#child(
      'control',
      'control-main.ts',
      () => this.#tellGatewayUp(),
      () => {},
    );
  }

  start(): void {
    this.#gateway.start();
    this.#control.start();
  }

  async stop(code: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#listener.close();
    await Promise.all([
      this.#gateway.stop(GRACE_MS),
      this.#control.stop(GRACE_MS),
      this.#simulator?.stop(GRACE_MS),
    ]);
    process.exit(code);
  }

  killAll(): void {
    this.#gateway.kill();
    this.#control.kill();
    this.#simulator?.kill();
    process.exit(130);
  }

  #child(role: Role, file: string, onFork: () => void, onExit: () => void): ManagedChild {
    return new ManagedChild({
      role,
      entry: join(this.#root, 'lib/runtime', file),
      env: this.#childEnv,
      nodeFlags: role === 'gateway' ? GATEWAY_NODE_FLAGS : [],
      onMessage: (message) => this.#relay(message),
      onFork,
      onExit,
      log: (line) => {
        if (!this.#stopping) console.error(`switchyard: ${line}`);
      },
    });
  }

  #relay(message: unknown): void {
    if (!isEnvelope(message)) return;
    if (message.keep !== undefined) this.#kept.set(message.keep, message.body);
    switch (message.to) {
      case 'gateway':
        this.#gateway.send(message);
        break;
      case 'control':
        this.#control.send(message);
        break;
      case 'supervisor':
        this.#obey(JSON.parse(message.body));
        break;
      default: {
        const unknown: never = message.to;
        console.error(`switchyard: a message for "${String(unknown)}" was dropped.`);
      }
    }
  }

  #obey(message: ToSupervisor): void {
    switch (message.type) {
      case 'ready':
        this.#childReady(message.role);
        break;
      case 'accepted':
        this.#listener.accepted(message.connection);
        break;
      case 'announce':
        this.#announcement = message.lines;
        this.#announceWhenReady();
        break;
      case 'simulator':
        void this.#runSimulator(JSON.stringify(message.settings));
        break;
      case 'fatal':
        this.#fatal(message);
        break;
      default: {
        const unknown: never = message;
        console.error('switchyard: a message was not understood.', typeof unknown);
      }
    }
  }

  #childReady(role: Role): void {
    if (role === 'gateway') {
      this.#gateway.markReady();
      this.#listener.attach(this.#gateway.process);
      this.#tellGatewayUp();
    } else if (role === 'control') this.#control.markReady();
    else this.#simulator?.markReady();
    this.#announceWhenReady();
  }

  #announceWhenReady(): void {
    if (this.#announced || this.#announcement === null || !this.#gateway.ready || !this.#control.ready)
      return;
    // What is printed must work when it is pasted, so the demo's vendors have to be up as well.
    if (this.#simulatorSettings !== 'null' && this.#simulator?.ready !== true) return;
    this.#announced = true;
    console.log(this.#announcement.join('\n'));
  }

  /** Before the first announcement a start cannot work and ends here; later the child is simply started again. */
  #fatal(message: Extract<ToSupervisor, { type: 'fatal' }>): void {
    console.error(`switchyard: ${message.message}`);
    if (!this.#announced) void this.stop(1);
  }

  #replayKept(): void {
    for (const name of KEPT) {
      const body = this.#kept.get(name);
      if (body !== undefined) this.#gateway.send({ to: 'gateway', body } satisfies Envelope);
    }
  }

  #gatewayExited(): void {
    this.#listener.attach(null);
    this.#tellGatewayUp();
  }

  #tellGatewayUp(): void {
    this.#control.send({
      to: 'control',
      body: JSON.stringify({ type: 'gateway-up', up: this.#gateway.ready }),
    } satisfies Envelope);
  }

  async #runSimulator(settings: string): Promise<void> {
    if (settings === this.#simulatorSettings) return;
    this.#simulatorSettings = settings;
    const previous = this.#simulator;
    this.#simulator = null;
    await previous?.stop(2_000);
    if (settings === 'null' || this.#stopping || settings !== this.#simulatorSettings) return;
    const body = `{"type":"settings","settings":${settings}}`;
    const simulator = this.#child(
      'simulator',
      'simulator-main.ts',
      () => simulator.send({ to: 'simulator', body }),
      () => {},
    );
    this.#simulator = simulator;
    simulator.start();
  }
}

function isEnvelope(message: unknown): message is Envelope {
  return (
    typeof message === 'object' &&
    message !== null &&
    'to' in message &&
    'body' in message &&
    typeof message.body === 'string'
  );
}

function explainListenError(error: unknown, env: SupervisorEnv): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${env.gatewayPort} on ${env.host} is taken, so the gateway cannot listen: stop what uses it, or set GATEWAY_PORT to another port.`;
    case 'EACCES':
      return `Port ${env.gatewayPort} needs privileges that this user does not have: set GATEWAY_PORT to a port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST is "${env.host}", which is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them.`;
    default:
      return `The gateway cannot listen on ${env.host}:${env.gatewayPort} (${code}).`;
  }
}

function fail(message: string): void {
  console.error(`switchyard: ${message}`);
  process.exitCode = 1;
}
