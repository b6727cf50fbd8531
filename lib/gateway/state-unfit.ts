import type { Unfit } from '#lib/engine/run-types.ts';
import type { VendorState } from '#lib/wire/canonical-request.ts';
import { primaryOf } from './primary.ts';
import type { FlowEntry, TargetEntry } from './snapshot-index.ts';
import type { StatePins } from './state-pins.ts';

/** Where one piece of a request's state can be read. */
interface Home {
  what: string;
  /** null: unknown, and then only the primary's account may know it. */
  endpointId: string | null;
}

/**
 * Why a target cannot take a request that refers to what another one keeps (an earlier response, an uploaded file); null when
 * nothing in it pins it. An id that an answer of this worker named belongs to the endpoint that gave it; any other belongs to
 * the account of the flow's primary, as far as anyone can tell.
 */
export function stateUnfit(
  state: readonly VendorState[],
  flow: FlowEntry,
  pins: StatePins,
): ((target: TargetEntry) => Unfit | null) | null {
  const homes = state
    .filter(({ strippable }) => !strippable)
    .map(({ what, id }): Home => ({ what, endpointId: id === null ? null : pins.homeOf(id) }));
  if (homes.length === 0) return null;
  const account = primaryOf(flow)?.engine.credentialId ?? null;
  return (target) => {
    const { endpointId, credentialId } = target.engine;
    for (const home of homes) {
      if (home.endpointId !== null && home.endpointId !== endpointId) {
        return { reason: 'state', text: `The request refers to ${home.what} that ${home.endpointId} keeps.` };
      }
      if (home.endpointId === null && account !== null && account !== credentialId) {
        return {
          reason: 'state',
          text: `The request refers to ${home.what}, which only the account of the flow's first target (${account}) may know.`,
        };
      }
    }
    return null;
  };
}
