import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { ask, switchyardOf, type Told } from './clients.ts';
import {
  BADGE,
  type Cell,
  cellsOf,
  type Expected,
  expected,
  FAILURES,
  type Face,
  POLICIES,
  RETRY_AFTER_SECONDS,
  SCENES,
  SORRY,
} from './table.ts';
import {
  backupModelOf,
  backupOf,
  callsOf,
  type Lane,
  modelOf,
  otherRegionOf,
  startWorld,
  type World,
} from './world.ts';

/** Retries of one target have tests of their own. */
const ONCE: PolicyInput = { retry: { maxPerTarget: 0 } };
/** Only what is found out by waiting has to be quick. */
const QUICK: PolicyInput = { ...ONCE, timeouts: { firstTokenSeconds: 0.4, totalSeconds: 1 } };

/** A primary that speaks the face's own dialect, and a backup model that does not. */
const NATIVE = { chat: 'openai', responses: 'openai', messages: 'anthropic' } as const;
const FOREIGN = { chat: 'anthropic', responses: 'anthropic', messages: 'openai' } as const;
const FINISH: Record<Face, string> = { chat: 'stop', responses: 'completed', messages: 'end_turn' };

function laneOf({ flow, failure, scene, row, face }: Cell): Lane {
  const policy = { ...(failure.name === 'slow' ? QUICK : ONCE), ...row.policy };
  const { us, eu } = failure;
  return { flow, kind: NATIVE[face], backup: FOREIGN[face], us, eu, scene, policy };
}

const every = FAILURES.flatMap((failure) =>
  SCENES.flatMap((scene) => POLICIES.flatMap((row) => cellsOf(failure, scene, row))),
);
let world: World;
beforeAll(async () => {
  world = await startWorld(every.map(laneOf));
});
afterAll(() => world.stop());

describe.each(FAILURES)('$name', (failure) => {
  describe.each(SCENES)('with %s', (scene) => {
    it.concurrent.each(POLICIES)('$name', async (row) => {
      await Promise.all(cellsOf(failure, scene, row).map(check));
    });
  });
});

async function check(cell: Cell): Promise<void> {
  const { flow, face, stream, row } = cell;
  const told = await ask(world.gateway.url, { face, flow, stream, stakes: row.stakes });
  const wanted = expected(cell);
  // A refusal that the gateway gives after all its own attempts is final: official clients do not try again.
  expect(told.requests, flow).toBe(1);
  switch (wanted.who) {
    case 'another region':
      checkAnswer(cell, wanted, told, { target: otherRegionOf(cell), model: modelOf(cell), backup: false });
      break;
    case 'backup model':
      checkAnswer(cell, wanted, told, { target: backupOf(cell), model: backupModelOf(cell), backup: true });
      break;
    case 'refusal':
      if (row.refusal === 'error') checkError(cell, wanted, told);
      else checkMessage(cell, wanted, told);
      break;
    default:
      wanted.who satisfies never;
  }
  await checkRecord(cell, wanted, told);
  expect(callsOf(world, cell), flow).toEqual(callsExpected(cell, wanted));
}

function checkAnswer(
  cell: Cell,
  { attempts }: Expected,
  told: Told,
  by: { target: string; model: string; backup: boolean },
): void {
  const { flow, row, failure } = cell;
  const badge = by.backup && row.badge;
  const [provider, endpoint] = by.backup ? [`p-${flow}-b`, 'us'] : [`p-${flow}`, 'eu'];
  const { model, target } = by;
  expect(told, flow).toMatchObject({ error: null, finish: FINISH[cell.face], model });
  expect(told.text, flow).toContain(`This is ${model} (simulated).`);
  expect(told.switchyard, flow).toEqual({
    requestId: told.headers.get('x-switchyard-request-id'),
    flow,
    servedBy: { target, provider, endpoint, model },
    attempts: attempts.length,
    degraded: by.backup,
    degradedReason: by.backup ? failure.reason : null,
    ...(badge ? { badge: BADGE, badgeLanguage: 'de' } : {}),
  });
  expect(headersOf(told), flow).toEqual({
    flow,
    servedBy: `${provider}/${endpoint}/${model}`,
    attempts: String(attempts.length),
    degraded: String(by.backup),
    reason: by.backup ? failure.reason : null,
    badge: badge ? BADGE : null,
    retryAfter: null,
    shouldRetry: null,
  });
}

/** What each vendor's client makes of a refusal. */
function checkError(cell: Cell, wanted: Expected, told: Told): void {
  const { error } = told;
  const requestId = told.headers.get('x-switchyard-request-id');
  if (cell.face === 'messages') {
    expect(error, cell.flow).toBeInstanceOf(Anthropic.ServiceUnavailableError);
    expect(error, cell.flow).toMatchObject({
      status: 503,
      type: 'overloaded_error',
      requestID: requestId,
      apiMessage: SORRY,
      error: {
        type: 'error',
        error: { type: 'overloaded_error', message: SORRY, status: 'degraded' },
        request_id: requestId,
      },
    });
    expect(switchyardOf(error?.error), cell.flow).toEqual(refusalOf(cell, wanted, requestId));
  } else {
    expect(error, cell.flow).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error, cell.flow).toMatchObject({
      status: 503,
      type: 'degraded',
      code: 'degraded',
      param: null,
      requestID: requestId,
      message: `503 ${SORRY}`,
      error: { status: 'degraded' },
    });
  }
  const { retryAfter, ...rest } = headersOf(told);
  expect(rest, cell.flow).toEqual({ ...refusalHeaders(cell, wanted), shouldRetry: 'false' });
  // A limit that the provider gave a time for is over when it says; for anything else the flow's own time is told, or the breaker's.
  expect(Number(retryAfter), cell.flow).toBeGreaterThanOrEqual(1);
  expect(Number(retryAfter), cell.flow).toBeLessThanOrEqual(RETRY_AFTER_SECONDS);
  if (cell.failure.name === 'rate limit') expect(Number(retryAfter), cell.flow).toBeCloseTo(20, -1);
}

function checkMessage(cell: Cell, wanted: Expected, told: Told): void {
  const { flow, face } = cell;
  const requestId = told.headers.get('x-switchyard-request-id');
  expect(told, flow).toMatchObject({ error: null, text: SORRY, finish: FINISH[face], model: flow });
  expect(told.switchyard, flow).toEqual(refusalOf(cell, wanted, requestId));
  expect(headersOf(told), flow).toEqual({
    ...refusalHeaders(cell, wanted),
    retryAfter: null,
    shouldRetry: null,
  });
}

/** Nobody served, so nothing is said about who; a badge would be a lie. */
const refusalOf = ({ flow, failure }: Cell, { attempts }: Expected, requestId: string | null) => ({
  requestId,
  flow,
  servedBy: null,
  attempts: attempts.length,
  degraded: true,
  degradedReason: failure.reason,
});
const refusalHeaders = ({ flow, failure }: Cell, { attempts }: Expected) => ({
  flow,
  servedBy: null,
  attempts: String(attempts.length),
  degraded: 'true',
  reason: failure.reason,
  badge: null,
});

function headersOf({ headers }: Told) {
  const badge = headers.get('x-switchyard-badge');
  return {
    flow: headers.get('x-switchyard-flow'),
    servedBy: headers.get('x-switchyard-served-by'),
    attempts: headers.get('x-switchyard-attempts'),
    degraded: headers.get('x-switchyard-degraded'),
    reason: headers.get('x-switchyard-degraded-reason'),
    badge: badge === null ? null : decodeURIComponent(badge),
    retryAfter: headers.get('retry-after'),
    shouldRetry: headers.get('x-should-retry'),
  };
}

async function checkRecord(cell: Cell, { who, attempts }: Expected, told: Told): Promise<void> {
  const record = await world.gateway.record(told.headers.get('x-switchyard-request-id'));
  const outcomes = { 'another region': 'alternate', 'backup model': 'backup', refusal: 'refused' } as const;
  const { failure, row, flow } = cell;
  expect(record, flow).toMatchObject({
    outcome: outcomes[who],
    reason: failure.reason,
    badge: who === 'backup model' && row.badge,
    stakes: row.stakes,
  });
  expect(
    record.attempts.map(({ outcome }) => outcome),
    flow,
  ).toEqual(attempts);
}

/** Where nobody listens nobody counts, and the other region is asked when the first one's failure is not the account's. */
function callsExpected({ failure, scene }: Cell, { who, attempts }: Expected) {
  const failed = attempts.filter((outcome) => outcome !== 'ok').length;
  const asked = (scene === 'two regions' ? [failure.us, failure.eu] : [failure.us]).slice(0, failed);
  return {
    failing: asked.filter((place) => place !== 'nobody').length,
    otherRegion: who === 'another region' ? 1 : 0,
    backup: who === 'backup model' ? 1 : 0,
  };
}
