import { type ChildProcess, fork } from 'node:child_process';
import type { Role } from '#lib/contract/ipc.ts';

/** A crash-looping child is restarted ever more slowly, up to this. */
const MAX_BACKOFF_MS = 5_000;
/** After this long without a crash the next restart is immediate again. */
const STABLE_MS = 30_000;

export interface ManagedChildOptions {
  role: Role;
  /** Absolute path of the process's entry file. */
  entry: string;
  env: NodeJS.ProcessEnv;
  /** Flags of Node itself. */
  nodeFlags: readonly string[];
  onMessage: (message: unknown) => void;
  /** Called right after every fork, before anything else can be sent. */
  onFork: (child: ChildProcess) => void;
  onExit: (how: string) => void;
  log: (line: string) => void;
}

/** One child process that is started again whenever it dies, until `stop`. */
export class ManagedChild {
  readonly #options: ManagedChildOptions;
  #child: ChildProcess | null = null;
  #ready = false;
  #stopping = false;
  #crashes = 0;
  #startedAt = 0;
  #restart: NodeJS.Timeout | null = null;

  constructor(options: ManagedChildOptions) {
    this.#options = options;
  }

  start(): void {
    const { role, onMessage, onFork } = this.#options;
    this.#restart = null;
    this.#ready = false;
    this.#startedAt = performance.now();
    let child: ChildProcess;
    try {
      child = this.#fork();
    } catch (error) {
      this.#exited(null, error instanceof Error ? error.message : 'no process');
      return;
    }
    this.#child = child;
    child.on('message', onMessage);
    child.on('error', (error) => {
      // Without a process, for want of memory or of process slots, there is no exit to wait for.
      if (child.pid === undefined) this.#exited(child, error.message);
      else this.#options.log(`${role}: ${error.message}`);
    });
    child.once('exit', (code, signal) => this.#exited(child, signal ?? `code ${code}`));
    onFork(child);
  }

  #fork(): ChildProcess {
    const { entry, env, nodeFlags } = this.#options;
    return fork(entry, [], {
      env,
      execArgv: [...process.execArgv, ...nodeFlags],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'json',
    });
  }

  markReady(): void {
    this.#ready = true;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get process(): ChildProcess | null {
    return this.#child;
  }

  send(message: object): void {
    const child = this.#child;
    // A dying child's channel closes before its exit is seen; what is lost here is replayed or re-sent to its successor.
    if (child?.connected) child.send(message, () => {});
  }

  /** Asks it to finish; resolves when it has exited. Kills it after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(killer);
  }

  kill(): void {
    this.#stopping = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#child?.kill('SIGKILL');
  }

  #exited(child: ChildProcess | null, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#ready = false;
    this.#options.onExit(how);
    if (this.#stopping) return;
    this.#crashes = performance.now() - this.#startedAt > STABLE_MS ? 0 : this.#crashes + 1;
    const wait = this.#crashes <= 1 ? 0 : Math.min(MAX_BACKOFF_MS, 100 * 2 ** (this.#crashes - 2));
    this.#options.log(
      `${this.#options.role} process ended (${how}); starting it again${wait > 0 ? ` in ${wait} ms` : ''}.`,
    );
    this.#restart = setTimeout(() => this.start(), wait);
  }
}
