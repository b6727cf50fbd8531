import type { ControlLink } from '#lib/cluster/control-link.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import type { GatewayPort } from '#lib/control/context.ts';

/** The link, remembering what was published last. */
export class PublishedGateway implements GatewayPort {
  readonly #link: ControlLink;
  #published: ConfigSnapshot | null = null;

  constructor(link: ControlLink) {
    this.#link = link;
  }

  get published(): ConfigSnapshot | null {
    return this.#published;
  }

  /** Two changes may end in another order than they began: an older snapshot never follows a newer one. */
  async publish(snapshot: ConfigSnapshot): Promise<void> {
    if (this.#published !== null && snapshot.version < this.#published.version) return;
    this.#published = snapshot;
    await this.#link.publish(snapshot);
  }

  readonly setOverrides: GatewayPort['setOverrides'] = (overrides) => this.#link.setOverrides(overrides);
  readonly resetBreaker: GatewayPort['resetBreaker'] = (scope, id) => this.#link.resetBreaker(scope, id);
  readonly probeBreaker: GatewayPort['probeBreaker'] = (scope, id) => this.#link.probeBreaker(scope, id);
  readonly clearCooldown: GatewayPort['clearCooldown'] = (target) => this.#link.clearCooldown(target);
  readonly testCall: GatewayPort['testCall'] = (call) => this.#link.testCall(call);
  readonly testTarget: GatewayPort['testTarget'] = (target) => this.#link.testTarget(target);
  readonly refusedKeys: GatewayPort['refusedKeys'] = () => this.#link.refusedKeys();
  readonly breakers: GatewayPort['breakers'] = () => this.#link.breakers();
  readonly flowRates: GatewayPort['flowRates'] = () => this.#link.flowRates();
}
