import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAILURE_CLASSES, type Failures, failuresSchema } from '#lib/contract/failures.ts';
import type { RequestRecord } from '#lib/contract/records.ts';
import { listFailures } from '#lib/control/failure/list.ts';
import { saveRecords } from '#lib/control/record/save-records.ts';
import { effectOf } from '#lib/engine/effects.ts';
import { openExample, present, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const NOW = 1_800_000_000_000;

function failed(id: string, atWallMs: number, outcome: string, message: string): RequestRecord {
  const attempt: RequestRecord['attempts'][number] = {
    n: 1,
    target: 'claude',
    provider: 'anthropic',
    endpoint: 'global',
    model: 'claude-sonnet-4-5',
    startedMs: 0,
    waitedMs: 0,
    durationMs: 5,
    firstTokenMs: null,
    outcome,
    verdict: 'failure',
    status: 529,
    message,
    probe: false,
    lastResort: false,
    hedge: false,
    resume: null,
    notes: [],
  };
  return {
    id,
    atWallMs,
    flow: 'support-chat',
    flowVersion: 1,
    apiKeyId: null,
    face: 'chat',
    stream: false,
    stakes: null,
    outcome: 'failed',
    status: 529,
    servedBy: null,
    degraded: false,
    reason: null,
    badge: false,
    durationMs: 5,
    firstTokenMs: null,
    usage: null,
    attempts: [attempt],
    skips: [],
    denials: [],
    malformedEvents: 0,
    simulated: false,
  };
}

async function list(outcomes: Record<string, Record<string, number>> = {}): Promise<Failures> {
  const input = { fromWallMs: NOW - 1000, toWallMs: NOW, outcomes: new Map(Object.entries(outcomes)) };
  return listFailures({ ctx: workspace.ctx, input });
}

const one = (failures: Failures, name: string) =>
  present(failures.items.find((failure) => failure.class === name));

describe('the classes of failure', () => {
  it('are all there, each once, with what the engine does about it', async () => {
    const failures = await list();
    expect(failuresSchema.parse(failures)).toEqual(failures);
    expect(failures.items.map((failure) => failure.class)).toEqual([...FAILURE_CLASSES]);
    expect(new Set(FAILURE_CLASSES).size).toBe(20);
    for (const failure of failures.items) expect(effectOf(failure.class)).toMatchObject(failure.effect);
  });

  it('count every attempt, the target with most of them first', async () => {
    const failures = await list({
      claude: { overloaded: 2, ok: 90 },
      'gpt-us': { overloaded: 5, timeout: 1 },
    });
    expect(one(failures, 'overloaded')).toMatchObject({
      count: 7,
      targets: [
        { target: 'gpt-us', count: 5 },
        { target: 'claude', count: 2 },
      ],
    });
    expect(one(failures, 'timeout').count).toBe(1);
    expect(one(failures, 'auth')).toMatchObject({ count: 0, targets: [], latest: null });
  });

  it('show the newest recorded one inside the range, in the provider’s own words', async () => {
    await saveRecords({
      ctx: workspace.ctx,
      input: {
        requests: [
          failed('a', NOW - 900, 'overloaded', 'Overloaded'),
          failed('b', NOW - 10, 'overloaded', 'Overloaded, again'),
          failed('old', NOW - 5000, 'auth', 'invalid x-api-key'),
        ],
      },
    });
    const failures = await list();
    expect(one(failures, 'overloaded').latest).toEqual({
      requestId: 'b',
      atWallMs: NOW - 10,
      target: 'claude',
      status: 529,
      message: 'Overloaded, again',
    });
    expect(one(failures, 'auth').latest).toBeNull();
  });
});
