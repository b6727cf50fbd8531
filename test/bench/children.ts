import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Forked helpers of one run; `end` leaves none behind. */
export class Children {
  readonly #all: ChildProcess[] = [];

  /** Forks a file of this folder. */
  start(file: string, args: string[] = []): ChildProcess {
    return this.track(fork(fileURLToPath(new URL(file, import.meta.url)), args, { serialization: 'json' }));
  }

  track(child: ChildProcess): ChildProcess {
    this.#all.push(child);
    return child;
  }

  /** Forks a server of this folder; resolves to its URL and process id. */
  async serve(file: string, args: string[] = []): Promise<{ url: string; pid: number | undefined }> {
    const child = this.start(file, args);
    const [message]: unknown[] = await firstMessage(child, file);
    if (typeof message !== 'object' || message === null || !('port' in message)) {
      throw new Error(`${file} did not say its port.`);
    }
    return { url: `http://127.0.0.1:${message.port}`, pid: child.pid };
  }

  async end(): Promise<void> {
    await Promise.all(this.#all.map((child) => endChild(child)));
  }
}

/** The child's next message; an error when it ends instead. */
export async function firstMessage(child: ChildProcess, name: string): Promise<unknown[]> {
  const done = new AbortController();
  const { signal } = done;
  try {
    return await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${name} ended with code ${code}.`);
      }),
    ]);
  } finally {
    done.abort();
  }
}

/** Asks once, then insists after 5 s. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(insist);
}
