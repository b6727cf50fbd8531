import type { Random } from '#lib/engine/clock.ts';
import { EventQueue } from './event-queue.ts';
import { normal, seeded } from './random.ts';
import { type Table, whole } from './table.ts';

/** What a client waits after its nth conflict, ms; `before` is what it waited last. */
type Backoff = (conflicts: number, before: number, random: Random) => number;

const BASE_MS = 5;
const CAP_MS = 2_000;
const grown = (conflicts: number) => Math.min(CAP_MS, BASE_MS * 2 ** Math.min(conflicts, 30));

export const BACKOFFS = {
  none: () => 0,
  exponential: (conflicts) => grown(conflicts),
  equal: (conflicts, _before, random) => grown(conflicts) / 2 + (random() * grown(conflicts)) / 2,
  full: (conflicts, _before, random) => random() * grown(conflicts),
  decorrelated: (_conflicts, before, random) =>
    Math.min(CAP_MS, BASE_MS + random() * (Math.max(BASE_MS, before) * 3 - BASE_MS)),
} satisfies Record<string, Backoff>;
export type BackoffName = keyof typeof BACKOFFS;

export interface Contention {
  /** Writes that reached the server, until every client had its own through. */
  calls: number;
  /** When the last one had, ms. */
  doneMs: number;
}

interface Step {
  client: number;
  kind: 'read' | 'write';
}

/**
 * Clients that all want to change one row under optimistic locking: read its version, write with that version, wait and begin
 * again after a conflict. A network hop takes |N(10, 2)| ms.
 * @returns means over the trials
 */
export function contend(name: BackoffName, clients: number, trials: number, seed = 1): Contention {
  const random = seeded(seed);
  let calls = 0;
  let doneMs = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const one = contendOnce(BACKOFFS[name], clients, random);
    calls += one.calls / trials;
    doneMs += one.doneMs / trials;
  }
  return { calls, doneMs };
}

function contendOnce(backoff: Backoff, clients: number, random: Random): Contention {
  const queue = new EventQueue<Step>();
  const hop = () => Math.abs(normal(random, 10, 2));
  const seen = new Int32Array(clients);
  const conflicts = new Int32Array(clients);
  const waited = new Float64Array(clients);
  let version = 0;
  let calls = 0;
  let doneMs = 0;
  for (let client = 0; client < clients; client += 1) queue.add(hop(), { client, kind: 'read' });
  for (let next = queue.next(); next !== null; next = queue.next()) {
    const { at, event } = next;
    const { client } = event;
    if (event.kind === 'read') {
      seen[client] = version;
      queue.add(at + hop() + hop(), { client, kind: 'write' });
      continue;
    }
    calls += 1;
    const heardAt = at + hop();
    if (seen[client] === version) {
      version += 1;
      doneMs = Math.max(doneMs, heardAt);
      continue;
    }
    const count = (conflicts[client] ?? 0) + 1;
    const wait = backoff(count, waited[client] ?? 0, random);
    conflicts[client] = count;
    waited[client] = wait;
    queue.add(heardAt + wait + hop(), { client, kind: 'read' });
  }
  return { calls, doneMs };
}

export function jitterTable(trials = 100): Table {
  const names = Object.keys(BACKOFFS) as BackoffName[];
  return {
    title: 'Jitter: contending clients, writes until all are through / ms until then',
    about: 'Full jitter does the least work; exponential backoff without jitter is slowest by far.',
    head: ['clients', ...names],
    rows: [20, 50, 100].map((clients) => [
      String(clients),
      ...names.map((name) => {
        const { calls, doneMs } = contend(name, clients, trials);
        return `${whole(calls)} / ${whole(doneMs)}`;
      }),
    ]),
  };
}
