import type { EngineCooldown } from '../engine/types.ts';
import type { BreakerTransition, BreakerView, Override } from './breaker-view.ts';
import type { AttemptColumns, MetricCell, RequestRecord } from './records.ts';
import type { SimulatorSettings } from './simulator.ts';
import type { ConfigSnapshot } from './snapshot.ts';
import type { KeyRefusal, TargetTestResult, TestCall, TestResult } from './test-call.ts';

/**
 * What processes send each other through the supervisor. The supervisor reads the envelope only: `body` is JSON that it neither
 * parses nor logs. With `keep`, it stores the body under that name and replays it to every new gateway worker, in the order of
 * KEPT, before any connection reaches that worker.
 */
export interface Envelope {
  to: 'gateway' | 'control' | 'supervisor';
  keep?: KeptName;
  body: string;
}

export const KEPT = ['snapshot', 'overrides', 'cooldowns'] as const;
export type KeptName = (typeof KEPT)[number];

/** Control to gateway. A `commandId` asks for an `ack` with the same id once it has taken effect. */
export type ToGateway =
  | { type: 'snapshot'; commandId: string | null; snapshot: ConfigSnapshot }
  /** The whole list; what is absent is cleared. */
  | { type: 'overrides'; commandId: string | null; overrides: Override[] }
  /** The gateway's own cooldowns, replayed to a new worker; or restored by control at its start. */
  | { type: 'cooldowns'; cooldowns: EngineCooldown[] }
  | {
      type: 'breaker';
      commandId: string;
      action: 'reset' | 'probe';
      scope: 'target' | 'endpoint' | 'provider';
      id: string;
    }
  | { type: 'clear-cooldown'; commandId: string; target: string }
  /** Answered by `test-result` and `target-test-result` with the same id; neither changes the configuration. */
  | { type: 'test-call'; commandId: string; call: TestCall }
  | { type: 'test-target'; commandId: string; target: string }
  /** Control has (re)started: send `state` at once. */
  | { type: 'hello' };

/** Gateway to control. */
export type FromGateway =
  | { type: 'ack'; commandId: string; ok: true }
  | { type: 'ack'; commandId: string; ok: false; message: string }
  | { type: 'test-result'; commandId: string; result: TestResult }
  | { type: 'target-test-result'; commandId: string; result: TargetTestResult }
  /** The whole list, whenever it changes and after `hello`: new keys that are refused while the ones before them answer. */
  | { type: 'keys'; refused: KeyRefusal[] }
  /** After `hello`, after a worker's start and after every snapshot: every breaker. */
  | { type: 'state'; worker: WorkerInfo; snapshotVersion: number; breakers: BreakerView[] }
  | { type: 'transition'; transition: BreakerTransition; breaker: BreakerView }
  /** A breaker changed without an edge (override, cooldown, reset). */
  | { type: 'breakers'; breakers: BreakerView[] }
  /** Once a second while there is anything to say; at least every 5 s. */
  | {
      type: 'tick';
      atWallMs: number;
      worker: WorkerInfo;
      cells: MetricCell[];
      breakers: BreakerView[];
      inFlight: Record<string, number>;
    }
  /** Sampled requests (every failure and failover) and unsampled columns; `dropped` counts what a full queue lost. */
  | { type: 'records'; requests: RequestRecord[]; attempts: AttemptColumns; dropped: number }
  /** Sent with keep: 'cooldowns' whenever one is set or cleared; control persists them. */
  | { type: 'cooldowns'; cooldowns: EngineCooldown[] };

export interface WorkerInfo {
  pid: number;
  startedAtWallMs: number;
  rssBytes: number;
  /** Event-loop utilisation since the last tick, 0..1. */
  utilisation: number;
}

/** To the supervisor itself. */
export type ToSupervisor =
  /** A forked process is up: the gateway takes connections, the control process serves pages. */
  | { type: 'ready'; role: Role }
  /** The worker has the connection of `{type: 'connection', id}`; until it says so, the supervisor keeps it for the next one. */
  | { type: 'accepted'; connection: number }
  /** Control asks for the simulator to run with these settings, or, with null, to stop. */
  | { type: 'simulator'; settings: SimulatorSettings | null }
  /** A start that cannot work: one sentence for the operator; the supervisor prints it and exits with 1. */
  | { type: 'fatal'; role: Role; message: string }
  /** Lines to print once everything is ready (the sign-in link, the curl). */
  | { type: 'announce'; lines: string[] };

/** Supervisor to control, besides relayed bodies: whether a worker is up. */
export type FromSupervisor = { type: 'gateway-up'; up: boolean };

export type Role = 'gateway' | 'control' | 'simulator';
