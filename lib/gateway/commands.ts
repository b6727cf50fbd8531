import type { ToGateway } from '#lib/contract/ipc.ts';
import type { Post } from './post.ts';
import type { Reporter } from './reporter.ts';
import type { GatewayServices } from './services.ts';
import { indexSnapshot } from './snapshot-index.ts';

export interface CommandParts {
  services: GatewayServices;
  reporter: Reporter;
  post: Post;
}

type Command = Exclude<ToGateway, { type: 'hello' | 'cooldowns' }>;

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
