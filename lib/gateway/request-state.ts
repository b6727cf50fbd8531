import type { Unfit } from '#lib/engine/run-types.ts';
import type { VendorState } from '#lib/wire/canonical-request.ts';
import { primaryOf } from './primary.ts';
import type { FlowEntry, TargetEntry } from './snapshot-index.ts';
import type { Home, StatePins } from './state-pins.ts';

interface Piece extends VendorState {
  /** null: unknown. */
  home: Home | null;
}

/**
 * What a request refers to that somebody keeps (an earlier response, an uploaded file) or has sealed for one account (reasoning), and
 * what that means for each target. What an answer of this worker named has a known home; anything else belongs to the account of
 * the flow's primary, as far as anyone can tell.
 */
export class RequestState {
  readonly #pieces: readonly Piece[];
  readonly #primaryAccount: string | null;

  constructor(state: readonly VendorState[], flow: FlowEntry, pins: StatePins) {
    this.#pieces = state.map((piece) => ({
      ...piece,
      home: piece.id === null ? null : pins.homeOf(piece.id),
    }));
    this.#primaryAccount = primaryOf(flow)?.engine.credentialId ?? null;
  }

  /** Why a target cannot take the request: it refers to something that is kept elsewhere. */
  unfit({ engine }: TargetEntry): Unfit | null {
    for (const { strippable, home, what } of this.#pieces) {
      if (strippable) continue;
      if (home !== null) {
        if (home.endpointId === engine.endpointId) continue;
        return { reason: 'state', text: `The request refers to ${what} that ${home.endpointId} keeps.` };
      }
      if (this.#primaryAccount === null || this.#primaryAccount === engine.credentialId) continue;
      return {
        reason: 'state',
        text: `The request refers to ${what}, which only the account of the flow's first target (${this.#primaryAccount}) may know.`,
      };
    }
    return null;
  }

  /** A sentence when the request holds something that this target's account cannot read and that may be left out; else null. */
  leftOut({ engine }: TargetEntry): string | null {
    for (const { strippable, home, what } of this.#pieces) {
      const account = home?.credentialId ?? this.#primaryAccount;
      if (!strippable || account === null || account === engine.credentialId) continue;
      return `${what.charAt(0).toUpperCase()}${what.slice(1)} of earlier turns was left out: only ${account} can read it.`;
    }
    return null;
  }
}
