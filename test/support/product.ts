import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/.bin/node');
export const ADMIN_TOKEN = 'test-admin-token-0123456789';

export interface ProductOptions {
  env?: Record<string, string>;
  /** Default: a new folder, removed by `stop`. */
  dataDir?: string;
  /** Default: free ones. Two products can share data and ports one after the other. */
  ports?: Ports;
}

export interface Ports {
  dashboard: number;
  gateway: number;
  simulator: number;
}

/** The real product: `node server.ts` as `npm start` runs it, on free ports with a data folder of its own. */
export class Product {
  readonly process: ChildProcess;
  readonly dataDir: string;
  readonly ports: Ports;
  /** Everything it has printed, both streams. */
  output = '';
  /** The lines of the announcement, from the first to the last. */
  announcement = '';
  readonly #ownsData: boolean;

  private constructor(child: ChildProcess, dataDir: string, ports: Ports, ownsData: boolean) {
    this.process = child;
    this.dataDir = dataDir;
    this.ports = ports;
    this.#ownsData = ownsData;
    child.stdout?.on('data', (chunk) => {
      this.output += String(chunk);
      this.announcement += String(chunk);
    });
    child.stderr?.on('data', (chunk) => {
      this.output += String(chunk);
    });
  }

  /** Starts it and waits until it has announced itself; fails with its output when it exits first. */
  static async start(options: ProductOptions = {}): Promise<Product> {
    const product = await Product.launch(options);
    await product.announced();
    return product;
  }

  /** Starts it without waiting for anything. */
  static async launch(options: ProductOptions = {}): Promise<Product> {
    const ports = options.ports ?? (await freePorts());
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'switchyard-data-'));
    const child = spawn(NODE, ['server.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...withoutProxies(process.env),
        NODE_ENV: 'production',
        PORT: String(ports.dashboard),
        GATEWAY_PORT: String(ports.gateway),
        SIMULATOR_PORT: String(ports.simulator),
        DATA_DIR: dataDir,
        SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN,
        ...options.env,
      },
    });
    return new Product(child, dataDir, ports, options.dataDir === undefined);
  }

  get dashboardUrl(): string {
    return `http://127.0.0.1:${this.ports.dashboard}`;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.ports.gateway}`;
  }

  /** Resolves when everything is up: the announcement is printed in one piece, after the last process is ready. */
  announced(): Promise<void> {
    return this.printed(/Gateway\s+http/);
  }

  /** Resolves as soon as the output matches; rejects when the process exits without it. */
  printed(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!pattern.test(this.output)) return;
        this.process.stdout?.off('data', check);
        this.process.stderr?.off('data', check);
        resolve();
      };
      this.process.stdout?.on('data', check);
      this.process.stderr?.on('data', check);
      this.process.once('exit', (code, signal) =>
        reject(
          new Error(`The product ended (${signal ?? code}) before printing ${pattern}:\n${this.output}`),
        ),
      );
      check();
    });
  }

  /** The exit code, once it has ended. */
  async exited(): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const [code] = await once(this.process, 'exit');
    return code;
  }

  /** The pid of one of its processes; null while there is none. */
  pidOf(entry: 'gateway-main' | 'control-main' | 'simulator-main'): number | null {
    return (
      childrenOf(this.process.pid ?? -1).find(({ command }) => command.includes(`${entry}.ts`))?.pid ?? null
    );
  }

  kill(entry: 'gateway-main' | 'control-main' | 'simulator-main'): number {
    const pid = this.pidOf(entry);
    if (pid === null) throw new Error(`There is no ${entry} process to kill.`);
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** Kills every process of it at once, as a power cut would. */
  async killEverything(): Promise<void> {
    const children = childrenOf(this.process.pid ?? -1);
    this.process.kill('SIGKILL');
    for (const { pid } of children) process.kill(pid, 'SIGKILL');
    await this.exited();
  }

  /** A call of the control API with the automation token. */
  async api<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: T; headers: Headers }> {
    const response = await fetch(`${this.dashboardUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? (undefined as T) : JSON.parse(text),
    };
  }

  /** Like `api`, and fails unless the answer is a 2xx. */
  async must<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const answer = await this.api<T>(method, path, body, headers);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A fresh application key. */
  async apiKey(name = 'tests', defaultFlow: string | null = null): Promise<string> {
    const created = await this.must<{ key: string }>('POST', '/api/v1/api-keys', { name, defaultFlow });
    return created.key;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGTERM');
      await this.exited();
    }
    if (this.#ownsData) rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** Polls a condition that the product reaches by itself; fails with `what` after `withinMs`. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | null | false | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  let last: unknown = null;
  while (Date.now() < until) {
    try {
      const value = await probe();
      if (value !== null && value !== false && value !== undefined) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Not within ${withinMs} ms: ${what} (last: ${String(last)})`);
}

/** Ports that were free a moment ago; the simulator needs a run of them. */
export async function freePorts(): Promise<Ports> {
  const [dashboard, gateway, simulator] = [await freeRun(1), await freeRun(1), await freeRun(8)];
  return { dashboard, gateway, simulator };
}

async function freeRun(length: number): Promise<number> {
  for (;;) {
    // Below the ports that systems hand out to outgoing connections, which would come between a look and a use.
    const first = await listenOnce(15_000 + Math.floor(Math.random() * 17_000));
    if (first === null) continue;
    let free = true;
    for (let offset = 1; offset < length && free; offset += 1)
      free = (await listenOnce(first + offset)) !== null;
    if (free) return first;
  }
}

function listenOnce(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

function childrenOf(parent: number): { pid: number; command: string }[] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n');
    return lines
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      .filter((match) => match !== null && Number(match[2]) === parent)
      .map((match) => ({ pid: Number(match?.[1]), command: match?.[3] ?? '' }));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        if (ppid !== parent) return [];
        return [
          { pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') },
        ];
      } catch {
        return [];
      }
    });
}

/** Tests talk to loopback only; a developer's proxy must not come between. */
function withoutProxies(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(https?|all)_proxy$/i.test(name)));
}
