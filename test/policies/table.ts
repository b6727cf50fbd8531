import type { PolicyInput } from '#lib/contract/policy.ts';
import type { Fault } from '#lib/contract/simulator.ts';
import type { Stakes } from '#lib/engine/types.ts';

/** The faces whose answers are messages, and how they can be asked. */
export const FACES = ['chat', 'responses', 'messages'] as const;
export type Face = (typeof FACES)[number];

/** What a flow's chain offers behind its primary: a backup model alone, or the primary's model in another region first. */
export const SCENES = ['one region', 'two regions'] as const;
export type Scene = (typeof SCENES)[number];

/** Where a call of a place ends up: a simulated place that fails so, a healthy one, or a port at which nobody listens. */
export type Place = Fault | 'healthy' | 'nobody';

/** Who answers in the end. */
export type Who = 'another region' | 'backup model' | 'refusal';

export interface Failure {
  name: string;
  /** What the primary's region does, and the vendor's other one. */
  us: Place;
  eu: Place;
  /** The class of each attempt at the vendor before somebody else answers, by scene; a call of another region that is well is not in it. */
  attempts: Record<Scene, readonly string[]>;
  /** What clients are told about it. */
  reason: string;
  /** The other region answers. */
  regional: boolean;
}

const both = (cls: string): Failure['attempts'] => ({ 'one region': [cls], 'two regions': [cls, cls] });
const first = (cls: string): Failure['attempts'] => ({ 'one region': [cls], 'two regions': [cls] });

/** The six ways in which a provider fails. */
export const FAILURES: readonly Failure[] = [
  // The limit is the account's: its other region is not asked.
  {
    name: 'rate limit',
    us: 'rate_limit',
    eu: 'healthy',
    attempts: first('rate_limited'),
    reason: 'rate_limited',
    regional: false,
  },
  {
    name: '5xx',
    us: 'server_error',
    eu: 'healthy',
    attempts: first('server_error'),
    reason: 'server_error',
    regional: true,
  },
  {
    name: 'slow',
    us: 'silence',
    eu: 'healthy',
    attempts: first('timeout'),
    reason: 'timeout',
    regional: true,
  },
  {
    name: 'model down',
    us: 'model_not_found',
    eu: 'model_not_found',
    attempts: both('model_not_found'),
    reason: 'model_not_found',
    regional: false,
  },
  {
    name: 'region out',
    us: 'nobody',
    eu: 'healthy',
    attempts: first('connection'),
    reason: 'connection',
    regional: true,
  },
  {
    name: 'vendor dark',
    us: 'nobody',
    eu: 'nobody',
    attempts: both('connection'),
    reason: 'connection',
    regional: false,
  },
];

export const BADGE = 'Von einem Ersatzmodell ✓';
export const SORRY = 'We will be back in a moment.';
export const RETRY_AFTER_SECONDS = 45;

export interface PolicyRow {
  name: string;
  policy: PolicyInput;
  /** The request's header; null: it says nothing. */
  stakes: Stakes | null;
  /** A backup model may answer. */
  backup: boolean;
  badge: boolean;
  refusal: 'error' | 'message';
}

const on = { on: true, text: BADGE, language: 'de' };
const as = (form: 'error' | 'message') => ({
  as: form,
  message: SORRY,
  retryAfterSeconds: RETRY_AFTER_SECONDS,
});

function row(name: string, policy: PolicyInput, more: Partial<PolicyRow> = {}): PolicyRow {
  const { badge, degraded } = policy;
  return {
    name,
    policy,
    stakes: null,
    backup: false,
    badge: badge?.on === true,
    refusal: degraded?.as ?? 'error',
    ...more,
  };
}

/** Every mode, with its refusal in both forms, the badge on and off, and stakes from the request and from the flow. */
export const POLICIES: readonly PolicyRow[] = [
  row(
    'availability, with a badge',
    { mode: 'availability', badge: on, degraded: as('message') },
    { backup: true },
  ),
  row('availability', { mode: 'availability', degraded: as('error') }, { backup: true }),
  row('quality, refusing with an error', { mode: 'quality', badge: on, degraded: as('error') }),
  row('quality, refusing with a message', { mode: 'quality', badge: on, degraded: as('message') }),
  row(
    'mixed, high stakes by the request',
    { mode: 'mixed', defaultStakes: 'low', degraded: as('error') },
    { stakes: 'high' },
  ),
  row('mixed, high stakes by the flow', { mode: 'mixed', defaultStakes: 'high', degraded: as('message') }),
  row(
    'mixed, low stakes by the request',
    { mode: 'mixed', defaultStakes: 'high', badge: on, degraded: as('error') },
    { stakes: 'low', backup: true },
  ),
];

export interface Cell {
  /** The flow's slug; its primary target has the same. */
  flow: string;
  failure: Failure;
  scene: Scene;
  row: PolicyRow;
  face: Face;
  stream: boolean;
}

export function cellsOf(failure: Failure, scene: Scene, row: PolicyRow): Cell[] {
  return FACES.flatMap((face) =>
    [true, false].map((stream) => {
      const words = [failure.name, scene, `p${POLICIES.indexOf(row)}`, face, stream ? 's' : 'w'];
      return { flow: words.join('-').replaceAll(' ', '-'), failure, scene, row, face, stream };
    }),
  );
}

export interface Expected {
  who: Who;
  /** The class of every attempt, in order. */
  attempts: string[];
}

/** What has to come of a cell. */
export function expected({ failure, scene, row, stream }: Cell): Expected {
  const failed = [...failure.attempts[scene]];
  // An answer that comes whole has no first token to wait for: it may take all of the request's time, and nobody else gets any.
  if (failure.name === 'slow' && !stream) return { who: 'refusal', attempts: failed };
  if (failure.regional && scene === 'two regions')
    return { who: 'another region', attempts: [...failed, 'ok'] };
  return row.backup
    ? { who: 'backup model', attempts: [...failed, 'ok'] }
    : { who: 'refusal', attempts: failed };
}
