import type { Clock } from '#lib/engine/clock.ts';
import type { AttemptContext, AttemptOutcome, CallTarget } from '#lib/engine/run-types.ts';
import type { Failure } from '#lib/engine/types.ts';
import type { UpstreamRequest } from '#lib/wire/types.ts';
import type { Answer } from './answer.ts';
import { authorize } from './authorize.ts';
import type { Calls } from './calls.ts';
import { protocolViolation, withoutSecret } from './failures.ts';
import type { GoogleTokens } from './google-token.ts';
import type { InFlight } from './in-flight.ts';
import type { KeyWatch } from './key-watch.ts';
import type { UpstreamPools } from './pools.ts';
import type { FlowEntry, TargetEntry } from './snapshot-index.ts';
import { type SendWith, sendWithEither, withPreviousKey } from './two-keys.ts';
import { UpstreamCall } from './upstream-call.ts';

export interface AttemptServices {
  clock: Clock;
  tokens: GoogleTokens;
  pools: UpstreamPools;
  inFlight: InFlight;
  keys: KeyWatch;
}

type Settle = (outcome: AttemptOutcome<Answer>) => void;

/** The transport that the engine drives for one request: builds each target's own call, sends it, says what it came to. */
export function createCallTarget(
  services: AttemptServices,
  flow: FlowEntry,
  asked: Calls,
): CallTarget<Answer> {
  const hold = flow.flow.policy.buffer;
  return (attempt) =>
    new Promise<AttemptOutcome<Answer>>((settle) => {
      const target = flow.targets.get(attempt.target.slug);
      if (target === undefined) {
        settle({ kind: 'failed', failure: protocolViolation(null, 'This target left the configuration.') });
        return;
      }
      const calls = attempt.resume === null ? asked : (asked.continued?.(attempt.resume) ?? asked);
      const send: SendWith = (entry, within, done) => {
        const built = calls.build(entry);
        if (!built.ok) {
          done({ kind: 'failed', failure: built.failure });
          return;
        }
        const { request } = built;
        const settled = noting(request.notes, done);
        authorizeAndSend({ services, attempt: within, target: entry, calls, hold, request, settle: settled });
      };
      const { clock, keys } = services;
      const older = target.previous === null ? null : withPreviousKey(target, clock.wall());
      if (older === null) send(target, attempt, settle);
      else sendWithEither({ clock, keys, target, older }, attempt, send, settle);
    });
}

interface Sending {
  services: AttemptServices;
  attempt: AttemptContext;
  target: TargetEntry;
  calls: Calls;
  /** The flow's client is to get nothing before the answer is complete. */
  hold: boolean;
  request: UpstreamRequest;
  settle: Settle;
}

/** Signs the request or waits for a token where the vendor wants that; most requests are sent at once. */
function authorizeAndSend(sending: Sending): void {
  const { services, attempt, target, request, settle } = sending;
  if (request.authorization === null) {
    send(sending);
    return;
  }
  const { clock, tokens } = services;
  const decided = (failure: Failure | null): void => {
    if (failure === null) send(sending);
    else settle({ kind: 'failed', failure: withoutSecret(failure, target.upstream.credential) });
  };
  const authorized = authorize(request, target.upstream, { clock, tokens, attempt });
  if (authorized instanceof Promise) void authorized.then(decided);
  else decided(authorized);
}

function send({ services, attempt, target, calls, hold, request, settle }: Sending): void {
  const { clock, pools, inFlight } = services;
  const { url, headers, body, dialect } = request;
  const { kind, credential } = target.upstream;
  const call = new UpstreamCall({
    clock,
    attempt,
    kind,
    dialect,
    credential,
    decoder: calls.decoder?.(target) ?? null,
    hold,
    readCompletion: (_headers, bytes) => calls.readWhole(target, bytes),
    settle,
    released: inFlight.enter(attempt.target.slug),
  });
  const { origin, path } = splitUrl(url);
  headers['user-agent'] = 'switchyard';
  // Without it any coding is welcome, and some networks in front of vendors take the hint; here bytes are read as they come.
  headers['accept-encoding'] = 'identity';
  call.start(pools.dispatcher(origin), { origin, path, method: 'POST', headers, body });
}

/** What was changed for this target goes into the trail with whatever came of it. */
function noting(notes: readonly string[], settle: Settle): Settle {
  return notes.length === 0 ? settle : (outcome) => settle({ ...outcome, notes });
}

/** `https://host:port` and the rest; faster than a URL object, for addresses that wire has built. */
function splitUrl(url: string): { origin: string; path: string } {
  const slash = url.indexOf('/', url.indexOf('://') + 3);
  return slash === -1 ? { origin: url, path: '/' } : { origin: url.slice(0, slash), path: url.slice(slash) };
}
