import type { ToGateway } from '#lib/contract/ipc.ts';
import type { Post } from './post.ts';
import type { Reporter } from './reporter.ts';
import type { GatewayServices } from './services.ts';
import { indexSnapshot } from './snapshot-index.ts';
import { testCall } from './test-call.ts';
import { testTarget } from './test-target.ts';

export interface CommandParts {
  services: GatewayServices;
  reporter: Reporter;
  post: Post;
}

type Trial<T> = Extract<ToGateway, { type: T }>;
type Command = Exclude<ToGateway, { type: 'hello' | 'cooldowns' | 'test-call' | 'test-target' }>;

/** What control tells the gateway. Everything takes effect before its acknowledgement leaves. */
export class Commands {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** One message as JSON, as the supervisor relays it. */
  receive(body: string): void {
    const message: ToGateway = JSON.parse(body);
    switch (message.type) {
      case 'hello':
        this.#parts.reporter.sendState();
        if (this.#parts.services.keys.list().length > 0) this.#parts.reporter.sendKeys();
        return;
      case 'test-call':
        void this.#tryCall(message);
        return;
      case 'test-target':
        void this.#tryTarget(message);
        return;
      case 'cooldowns':
        this.#parts.services.engine.setCooldowns(message.cooldowns);
        this.#parts.reporter.sendChanged();
        return;
      case 'snapshot':
      case 'overrides':
      case 'breaker':
      case 'clear-cooldown':
        this.#obey(message);
        return;
      default:
        message satisfies never;
    }
  }

  async #tryCall({ commandId, call }: Trial<'test-call'>): Promise<void> {
    const result = await testCall(this.#parts.services, call);
    this.#parts.post({ type: 'test-result', commandId, result });
  }

  /** What the call left on the breaker is told before its result. */
  async #tryTarget({ commandId, target }: Trial<'test-target'>): Promise<void> {
    const result = await testTarget(this.#parts.services, target);
    this.#parts.reporter.sendChanged();
    this.#parts.post({ type: 'target-test-result', commandId, result });
  }

  #obey(command: Command): void {
    let refusal: string | null;
    try {
      refusal = this.#apply(command);
    } catch (error) {
      refusal = error instanceof Error ? error.message : 'The command failed.';
    }
    if (refusal !== null) this.#parts.services.log(`refused ${command.type}: ${refusal}`);
    this.#parts.reporter.sendChanged();
    const { commandId } = command;
    if (commandId === null) return;
    if (refusal === null) this.#parts.post({ type: 'ack', commandId, ok: true });
    else this.#parts.post({ type: 'ack', commandId, ok: false, message: refusal });
  }

  /** Why it could not be done; null when it was. */
  #apply(command: Command): string | null {
    const { services, reporter } = this.#parts;
    const { engine } = services;
    switch (command.type) {
      case 'snapshot': {
        const index = indexSnapshot(command.snapshot);
        engine.configure(index.engine);
        services.pools.keepOnly(index.origins);
        services.keys.keepOnly(index.targets.values());
        services.index = index;
        reporter.sendState();
        return null;
      }
      case 'overrides':
        engine.setOverrides(command.overrides);
        return null;
      case 'breaker': {
        const { scope, id } = command;
        const known = command.action === 'reset' ? engine.reset(scope, id) : engine.probe(scope, id);
        return known ? null : `There is no ${scope} "${id}".`;
      }
      case 'clear-cooldown':
        engine.clearCooldown(command.target);
        return null;
      default:
        return command satisfies never;
    }
  }
}
