import type { Clock } from '#lib/engine/clock.ts';
import type { Engine } from '#lib/engine/engine.ts';
import type { Connections } from './connections.ts';
import type { WaitTimes } from './early-answer.ts';
import type { EmbeddedScript } from './embed.ts';
import type { GoogleTokens } from './google-token.ts';
import type { InFlight } from './in-flight.ts';
import type { KeyWatch } from './key-watch.ts';
import type { UpstreamPools } from './pools.ts';
import type { Recorder } from './recorder.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import type { StatePins } from './state-pins.ts';

/** What requests work with; `index` is replaced with every snapshot, and null until the first one. */
export interface GatewayServices {
  clock: Clock;
  engine: Engine;
  connections: Connections;
  pools: UpstreamPools;
  inFlight: InFlight;
  recorder: Recorder;
  pins: StatePins;
  tokens: GoogleTokens;
  /** New keys that are refused while the ones before them answer. */
  keys: KeyWatch;
  badgeScript: EmbeddedScript;
  /** When streaming clients get a sign of life. */
  waits: WaitTimes;
  index: SnapshotIndex | null;
  /** True once the worker is shutting down: answers then close their connections. */
  draining: boolean;
  /** One line for the operator; never anything of a request's content. */
  log: (line: string) => void;
}
