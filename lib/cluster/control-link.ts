import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import type { Envelope, FromGateway, FromSupervisor, ToGateway } from '#lib/contract/ipc.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import type { KeyRefusal, TargetTestResult, TestCall, TestResult } from '#lib/contract/test-call.ts';
import type { EngineCooldown } from '#lib/engine/types.ts';
import { gatewayAway, PendingAcks } from './pending-acks.ts';
import { PendingAnswers } from './pending-answers.ts';

export interface ControlLinkOptions {
  send: (envelope: Envelope) => void;
  /** Requests a minute by flow, from whoever counts them. */
  flowRates: () => ReadonlyMap<string, number>;
  newId: () => string;
  ackTimeoutMs?: number;
}

/** Longer than a test of either kind takes, and the way there and back. */
const TEST_TIMEOUT_MS = 15_000;
const TARGET_TEST_TIMEOUT_MS = 30_000;

export interface LinkListener {
  /** Everything that a gateway says, after the link has taken note of it. */
  message?: (message: FromGateway) => void;
  /** A worker came or went. */
  up?: (up: boolean) => void;
  /** Views that are newer than what was known. */
  breakers?: (changed: BreakerView[]) => void;
}

/**
 * The control process's end of the wire to the gateway. Each command resolves when the worker says it has taken effect. While
 * no worker is there, snapshot and overrides count as done (the supervisor hands them to the next worker before any
 * connection) and everything else is refused at once: nothing here ever waits for a gateway that is away.
 */
export class ControlLink {
  #options: ControlLinkOptions;
  #acks: PendingAcks;
  #tests = new PendingAnswers<TestResult>();
  #targetTests = new PendingAnswers<TargetTestResult>();
  #refusedKeys: ReadonlyMap<string, KeyRefusal> = new Map();
  #views = new Map<string, BreakerView>();
  #listeners: LinkListener[] = [];
  #up = false;
  #snapshot: ConfigSnapshot | null = null;
  #overrides: Override[] | null = null;
  #cooldowns: EngineCooldown[] = [];

  constructor(options: ControlLinkOptions) {
    this.#options = options;
    this.#acks = new PendingAcks(options.ackTimeoutMs ?? 2_000);
  }

  listen(listener: LinkListener): void {
    this.#listeners.push(listener);
  }

  get up(): boolean {
    return this.#up;
  }

  /** Says hello: a gateway that is already there answers with its state. */
  start(): void {
    this.#post({ type: 'hello' });
  }

  publish(snapshot: ConfigSnapshot): Promise<void> {
    this.#snapshot = snapshot;
    const commandId = this.#options.newId();
    return this.#keep('snapshot', commandId, { type: 'snapshot', commandId, snapshot });
  }

  setOverrides(overrides: Override[]): Promise<void> {
    this.#overrides = overrides;
    const commandId = this.#options.newId();
    return this.#keep('overrides', commandId, { type: 'overrides', commandId, overrides });
  }

  /** Restores what was stored; a gateway that already runs knows better and keeps its own. */
  restoreCooldowns(cooldowns: EngineCooldown[]): void {
    this.#cooldowns = cooldowns;
    this.#post({ type: 'cooldowns', cooldowns }, 'cooldowns');
  }

  resetBreaker(scope: Override['scope'], id: string): Promise<void> {
    return this.#command((commandId) => ({ type: 'breaker', commandId, action: 'reset', scope, id }));
  }

  probeBreaker(scope: Override['scope'], id: string): Promise<void> {
    return this.#command((commandId) => ({ type: 'breaker', commandId, action: 'probe', scope, id }));
  }

  clearCooldown(target: string): Promise<void> {
    return this.#command((commandId) => ({ type: 'clear-cooldown', commandId, target }));
  }

  testCall(call: TestCall): Promise<TestResult> {
    return this.#ask(this.#tests, TEST_TIMEOUT_MS, (commandId) => ({ type: 'test-call', commandId, call }));
  }

  testTarget(target: string): Promise<TargetTestResult> {
    return this.#ask(this.#targetTests, TARGET_TEST_TIMEOUT_MS, (commandId) => ({
      type: 'test-target',
      commandId,
      target,
    }));
  }

  /** New keys that are refused while the ones before them answer, by credential; as the gateway said last. */
  refusedKeys(): ReadonlyMap<string, KeyRefusal> {
    return this.#refusedKeys;
  }

  breakers(): readonly BreakerView[] {
    return [...this.#views.values()];
  }

  flowRates(): ReadonlyMap<string, number> {
    return this.#options.flowRates();
  }

  /** Takes one message that the supervisor relayed. */
  receive(message: FromGateway | FromSupervisor): void {
    if (message.type === 'gateway-up') {
      this.#setUp(message.up);
      return;
    }
    if (!this.#up) this.#setUp(true);
    this.#note(message);
    for (const listener of this.#listeners) listener.message?.(message);
  }

  #note(message: FromGateway): void {
    switch (message.type) {
      case 'ack':
        this.#acks.settle(message.commandId, message.ok ? null : message.message);
        break;
      case 'test-result':
        this.#tests.settle(message.commandId, message.result);
        break;
      case 'target-test-result':
        this.#targetTests.settle(message.commandId, message.result);
        break;
      case 'keys':
        this.#refusedKeys = new Map(message.refused.map((one) => [one.credentialId, one]));
        break;
      case 'state':
        this.#replaceViews(message.breakers);
        break;
      case 'transition':
        this.#mergeViews([message.breaker]);
        break;
      case 'breakers':
      case 'tick':
        this.#mergeViews(message.breakers);
        break;
      case 'cooldowns':
        this.#cooldowns = message.cooldowns;
        break;
      case 'records':
        break;
      default: {
        const unknown: never = message;
        console.error('control: a message of the gateway was not understood.', typeof unknown);
      }
    }
  }

  #setUp(up: boolean): void {
    const changed = up !== this.#up;
    this.#up = up;
    if (!up) {
      this.#acks.workerGone();
      this.#tests.workerGone();
      this.#targetTests.workerGone();
      // The next worker finds out for itself.
      this.#refusedKeys = new Map();
    }
    if (!changed) return;
    if (up) this.#resend();
    for (const listener of this.#listeners) listener.up?.(up);
  }

  /** A worker that the supervisor could not brief (its memory died with it) still gets everything. */
  #resend(): void {
    if (this.#snapshot !== null) {
      this.#post({ type: 'snapshot', commandId: null, snapshot: this.#snapshot }, 'snapshot');
    }
    if (this.#overrides !== null) {
      this.#post({ type: 'overrides', commandId: null, overrides: this.#overrides }, 'overrides');
    }
    if (this.#cooldowns.length > 0)
      this.#post({ type: 'cooldowns', cooldowns: this.#cooldowns }, 'cooldowns');
    this.#post({ type: 'hello' });
  }

  /** The whole truth of a worker, which after a restart starts counting anew. */
  #replaceViews(views: BreakerView[]): void {
    this.#views = new Map(views.map((view) => [keyOf(view), view]));
    for (const listener of this.#listeners) listener.breakers?.(views);
  }

  #mergeViews(views: readonly BreakerView[]): void {
    const newer = views.filter((view) => (this.#views.get(keyOf(view))?.seq ?? -1) < view.seq);
    for (const view of newer) this.#views.set(keyOf(view), view);
    if (newer.length === 0) return;
    for (const listener of this.#listeners) listener.breakers?.(newer);
  }

  async #keep(keep: 'snapshot' | 'overrides', commandId: string, message: ToGateway): Promise<void> {
    const done = this.#up ? this.#acks.wait(commandId, true) : null;
    this.#post(message, keep);
    await done;
  }

  async #command(build: (commandId: string) => ToGateway): Promise<void> {
    if (!this.#up) throw gatewayAway();
    const commandId = this.#options.newId();
    const done = this.#acks.wait(commandId, false);
    this.#post(build(commandId));
    await done;
  }

  async #ask<T>(
    answers: PendingAnswers<T>,
    timeoutMs: number,
    build: (commandId: string) => ToGateway,
  ): Promise<T> {
    if (!this.#up) throw gatewayAway();
    const commandId = this.#options.newId();
    const answer = answers.wait(commandId, timeoutMs);
    this.#post(build(commandId));
    return answer;
  }

  #post(message: ToGateway, keep?: Envelope['keep']): void {
    this.#options.send({ to: 'gateway', keep, body: JSON.stringify(message) });
  }
}

function keyOf(view: BreakerView): string {
  return `${view.scope}\n${view.id}`;
}
