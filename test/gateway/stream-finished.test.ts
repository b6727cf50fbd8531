import { describe, expect, it } from 'vitest';
import { cuts, stalls, streams } from '#test/support/fake-upstream.ts';
import { ask, FACES, FOREIGN, NATIVE, pieces, type Wire, world } from './stream-support.ts';

/** What a whole stream of each face ends with: the reason, and the last event. */
const WHOLE = {
  chat: /"finish_reason":"stop".*data: \[DONE\]\n\n$/s,
  messages: /"stop_reason":"end_turn".*event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/s,
  responses: /event: response\.completed\ndata: \{[^\n]*"status":"completed"[^\n]*\n\n$/,
} as const;

/** The end of a stream without its last event: the reason is there, what usually follows it is not. */
function withoutLast({ end }: Wire): string {
  const events = end.split('\n\n').slice(0, -1);
  return events.length < 2
    ? end
    : events
        .slice(0, -1)
        .map((event) => `${event}\n\n`)
        .join('');
}

const CASES = FACES.flatMap((face) =>
  [
    { whose: "the face's own dialect", from: NATIVE[face] },
    { whose: 'another dialect', from: FOREIGN[face] },
  ].flatMap(({ whose, from }) => [
    { face, whose, from, how: 'is left open', does: stalls },
    { face, whose, from, how: 'is cut', does: cuts },
    { face, whose, from, how: 'ends', does: streams },
  ]),
);

describe('an answer that said why it ended, in a stream that then', () => {
  it.concurrent.each(CASES)('$how, is whole for a client ($face, $whose)', async ({ face, from, does }) => {
    const { kind, wire } = from;
    const said = pieces(wire, ['Hello ', 'world'], false);
    const { gateway, upstreams, close } = await world(
      { only: { kind, does: does(...said, withoutLast(wire)) } },
      { midStream: 'error', timeouts: { idleSeconds: 20 } },
    );
    const response = await ask(gateway, face);
    const text = await response.text();
    expect(text).toMatch(WHOLE[face]);
    expect(text).not.toContain('"error":{');
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record).toMatchObject({ outcome: 'primary', attempts: [{ outcome: 'ok', verdict: 'ok' }] });
    expect(upstreams.only.calls).toHaveLength(1);
    await close();
  });
});
