import type { AuditEntry } from '../contract/api.ts';
import type { BreakerView, Override } from '../contract/breaker-view.ts';
import type { ActiveFault, FaultRule, SimulatorSettings } from '../contract/simulator.ts';
import type { ConfigSnapshot } from '../contract/snapshot.ts';
import type { KeyRefusal, TargetTestResult, TestCall, TestResult } from '../contract/test-call.ts';
import type { Store } from '../store/store.ts';

/** Who acts: a signed-in person, the static automation token, or the product itself. */
export type Actor = { kind: 'user'; id: string; email: string } | { kind: 'token' } | { kind: 'system' };

/** The running gateway, as use cases reach it. Each promise resolves when the worker says it has taken effect. */
export interface GatewayPort {
  publish(snapshot: ConfigSnapshot): Promise<void>;
  setOverrides(overrides: Override[]): Promise<void>;
  resetBreaker(scope: Override['scope'], id: string): Promise<void>;
  probeBreaker(scope: Override['scope'], id: string): Promise<void>;
  clearCooldown(target: string): Promise<void>;
  /** Calls a provider once, past the engine; changes nothing. Rejects when no gateway is there to do it. */
  testCall(call: TestCall): Promise<TestResult>;
  /** One tiny request to one target, counted like any other. Rejects when no gateway is there to make it. */
  testTarget(target: string): Promise<TargetTestResult>;
  /** New keys that are refused while the ones before them answer, by `provider` or `provider.endpoint`; never waits. */
  refusedKeys(): ReadonlyMap<string, KeyRefusal>;
  /** Last known view of every scope; never waits. */
  breakers(): readonly BreakerView[];
  /** Requests a minute over the last minute, by flow slug. */
  flowRates(): ReadonlyMap<string, number>;
}

/** The simulator process, when the demo runs. */
export interface SimulatorPort {
  start(settings: SimulatorSettings): Promise<void>;
  stop(): Promise<void>;
  running(): boolean;
  faults(): readonly ActiveFault[];
  addFault(rule: FaultRule): Promise<ActiveFault>;
  /** null: all of them. */
  clearFault(id: string | null): Promise<void>;
  setTraffic(on: boolean): Promise<void>;
}

/** What the rest of the product is told after a change has been committed. */
export interface Announcer {
  audit(entry: AuditEntry): void;
  configChanged(version: number): void;
  faultsChanged(faults: readonly ActiveFault[]): void;
}

/** Everything a verb may use; built once by the composition root, narrowed to an actor per call. */
export interface ControlContext {
  actor: Actor;
  via: AuditEntry['via'];
  store: Store;
  gateway: GatewayPort;
  simulator: SimulatorPort;
  announce: Announcer;
  /** Wall-clock ms. */
  now: () => number;
  /** Reads an environment variable (credentials given by name). */
  env: (name: string) => string | undefined;
}
