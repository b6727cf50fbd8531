import { describe, expect, it } from 'vitest';
import { makeConfig, makeFailure, makeTarget } from './factories.ts';
import { Stage } from './stage.ts';

const first = makeTarget('a.east');
const second = makeTarget('a.west');

/** The stage's configuration with one of its targets disabled. */
function drain(stage: Stage, slug: string): void {
  const targets = stage.targets.map((target) =>
    target.slug === slug ? { ...target, enabled: false } : target,
  );
  stage.engine.configure(makeConfig(targets, stage.flow));
}

describe('a target that is drained', () => {
  it('finishes the call that it carries, which is judged as if nothing had happened', async () => {
    const stage = new Stage([first], { [first.slug]: [{ afterMs: 5_000, answer: 'ok' }] });
    const answer = stage.start();
    await stage.clock.advance(1_000);
    drain(stage, first.slug);
    expect(stage.engine.view('target', first.slug)).toMatchObject({ inFlight: 1 });
    expect(await stage.clock.until(answer)).toMatchObject({ kind: 'served', value: first.slug });
    expect(stage.engine.view('target', first.slug)).toMatchObject({ inFlight: 0, window: { ok: 1 } });
  });

  it('is not called any more by a request that had it in its plan', async () => {
    const failing = { afterMs: 1_000, answer: makeFailure('server_error') };
    const stage = new Stage([first, second], { [first.slug]: [failing] });
    const answer = stage.start();
    await stage.clock.advance(500);
    drain(stage, second.slug);
    const outcome = await stage.clock.until(answer);
    expect(outcome.kind).not.toBe('served');
    expect(stage.calls.map(({ target }) => target)).toEqual([first.slug]);
    expect(outcome.trail).toContainEqual(
      expect.objectContaining({ kind: 'skip', target: second.slug, reason: 'disabled' }),
    );
  });

  it('is not tried again by a request whose call it has just failed', async () => {
    const failing = { afterMs: 100, answer: makeFailure('server_error') };
    const stage = new Stage([first], { [first.slug]: [failing] }, { maxRetriesPerTarget: 2 });
    const answer = stage.start();
    await stage.clock.advance(50);
    drain(stage, first.slug);
    await stage.clock.until(answer);
    expect(stage.calls).toHaveLength(1);
  });
});
