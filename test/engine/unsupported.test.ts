import { describe, expect, it } from 'vitest';
import { makeFailure, makeTarget } from './factories.ts';
import { backup, east, west, world } from './world.ts';

/** The gateway's own: the target's format has no words for the request. */
const unspeakable = makeFailure('unsupported_feature', { status: null, message: '`n` above 1' });
/** The provider's: this model does not take it. */
const refused = makeFailure('unsupported_feature', { status: 400, message: 'No temperature' });
const down = makeFailure('server_error');
const last = makeTarget('c.us.other');

describe('a request that is too long for a backup', () => {
  const tooLong = makeFailure('context_length_exceeded', { status: 400 });
  const wide = makeTarget('a.east.big', { contextWindow: 200_000 });
  const narrow = makeTarget('b.eu.small', { contextWindow: 8_000 });

  it("is not taken for the caller's fault while the primary, which has room for it, is down", async () => {
    const { run } = world([wide, narrow], { [wide.slug]: [down], [narrow.slug]: [tooLong] });
    expect(await run()).toMatchObject({ kind: 'refused', reason: 'server_error' });
  });

  it("is the caller's fault when the primary itself says so", async () => {
    const { run } = world([wide, narrow], { [wide.slug]: [tooLong] });
    expect(await run()).toMatchObject({ kind: 'failed', callersFault: true, failure: tooLong });
  });
});

describe('a target that cannot do what the request asks', () => {
  it('is passed over for one that can, while the primary is down', async () => {
    const answers = { [east.slug]: [down], [backup.slug]: [unspeakable] };
    const { run } = world([east, backup, last], answers);
    expect(await run()).toMatchObject({ kind: 'served', value: last.slug, reason: 'server_error' });
  });

  it('is passed over also as the primary, when only its format is in the way', async () => {
    const { run } = world([east, backup], { [east.slug]: [unspeakable] });
    expect(await run()).toMatchObject({ kind: 'served', value: backup.slug, reason: 'incapable' });
  });

  it.each([unspeakable, refused])(
    "is not taken for the caller's fault while the primary is down: %o",
    async (failure) => {
      const { run } = world([east, backup], { [east.slug]: [down], [backup.slug]: [failure] });
      expect(await run()).toMatchObject({ kind: 'refused', reason: 'server_error' });
    },
  );

  it("is the caller's fault when nobody else can either", async () => {
    const answers = { [east.slug]: [unspeakable], [backup.slug]: [refused] };
    const { run } = world([east, backup], answers);
    expect(await run()).toMatchObject({ kind: 'failed', callersFault: true, failure: unspeakable });
  });

  it("is the caller's fault at once when the primary's own model says so", async () => {
    const { run, order } = world([east, west, backup], { [east.slug]: [refused] });
    expect(await run()).toMatchObject({ kind: 'failed', callersFault: true, failure: refused });
    expect(order()).toEqual([east.slug]);
  });
});
