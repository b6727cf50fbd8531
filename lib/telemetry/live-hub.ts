import type { LiveEvent, LiveSnapshot } from '#lib/contract/live.ts';
import { LiveConnection } from './live-connection.ts';

type EventOf<T extends LiveEvent['type']> = Extract<LiveEvent, { type: T }>;
export type LiveNews = {
  [T in LiveEvent['type']]: { type: T; data: EventOf<T>['data'] };
}[Exclude<LiveEvent['type'], 'snapshot' | 'heartbeat'>];

export interface LiveHubOptions {
  /** Wall-clock ms. */
  now: () => number;
  snapshot: () => Omit<LiveSnapshot, 'seq' | 'now'>;
  ringSize?: number;
  maxConnections?: number;
  /** A connection is closed after this long, so that deploys and leaks are bounded; browsers reconnect by themselves. */
  maxAgeMs?: number;
}

/** A snapshot is shorter than more of a replay, which would also count as a reader that is stuck. */
const REPLAY_BYTES = 1024 * 1024;

/**
 * One feed for every open tab. State events are numbered, kept for a while and replayed to a tab that comes back; numbers start at
 * the wall clock, so that a tab that outlived this process is never taken for one of its own.
 */
export class LiveHub {
  #options: Required<LiveHubOptions>;
  #seq: number;
  #ring: { seq: number; bytes: Uint8Array }[] = [];
  /** Highest number that can no longer be replayed after. */
  #forgottenUpTo: number;
  #connections = new Set<LiveConnection>();

  constructor(options: LiveHubOptions) {
    this.#options = { ringSize: 2_000, maxConnections: 100, maxAgeMs: 15 * 60_000, ...options };
    this.#seq = options.now();
    this.#forgottenUpTo = this.#seq;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Numbers one event and hands it to every tab; `metrics` is skipped for tabs that do not keep up. */
  publish(news: LiveNews): void {
    const droppable = news.type === 'metrics';
    this.#seq += 1;
    const bytes = encode(news.type, this.#seq, news.data);
    if (!droppable) this.#remember(bytes);
    for (const connection of this.#connections) connection.send(bytes, droppable);
  }

  /** Tells every tab that the feed lives, and closes those that are old. Called every 5 s. */
  heartbeat(): void {
    const now = this.#options.now();
    this.#seq += 1;
    const bytes = encode('heartbeat', this.#seq, { now });
    for (const connection of this.#connections) {
      if (now - connection.openedAtWallMs >= this.#options.maxAgeMs) connection.close();
      else connection.send(bytes, true);
    }
  }

  /** A stream of server-sent events; null when there are too many already. Everything that can fail, fails here. */
  open(lastEventId: string | null): ReadableStream<Uint8Array> | null {
    if (this.#connections.size >= this.#options.maxConnections) return null;
    const first = this.#missed(lastEventId) ?? [this.#snapshotBytes()];
    const connection = new LiveConnection(this.#options.now(), [RETRY, ...first], (gone) =>
      this.#connections.delete(gone),
    );
    this.#connections.add(connection);
    return connection.stream;
  }

  /** At shutdown. */
  closeAll(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** What a returning tab has not seen; null when it has to start from a snapshot. */
  #missed(lastEventId: string | null): Uint8Array[] | null {
    const last = lastEventId === null || lastEventId === '' ? Number.NaN : Number(lastEventId);
    if (!Number.isFinite(last) || last < this.#forgottenUpTo || last > this.#seq) return null;
    const missed = this.#ring.filter((entry) => entry.seq > last).map((entry) => entry.bytes);
    return missed.reduce((sum, { byteLength }) => sum + byteLength, 0) <= REPLAY_BYTES ? missed : null;
  }

  #remember(bytes: Uint8Array): void {
    this.#ring.push({ seq: this.#seq, bytes });
    if (this.#ring.length <= this.#options.ringSize) return;
    const forgotten = this.#ring.shift();
    if (forgotten !== undefined) this.#forgottenUpTo = forgotten.seq;
  }

  #snapshotBytes(): Uint8Array {
    const data: LiveSnapshot = { seq: this.#seq, now: this.#options.now(), ...this.#options.snapshot() };
    return encode('snapshot', this.#seq, data);
  }
}

const encoder = new TextEncoder();
const RETRY = encoder.encode('retry: 2000\n\n');

function encode(type: LiveEvent['type'], seq: number, data: unknown): Uint8Array {
  return encoder.encode(`event: ${type}\nid: ${seq}\ndata: ${JSON.stringify(data)}\n\n`);
}
