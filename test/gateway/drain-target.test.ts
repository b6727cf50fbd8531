import { afterEach, expect, it } from 'vitest';
import {
  answers,
  type Behaviour,
  chunk,
  DONE,
  FakeUpstream,
  ROLE,
  STOP,
} from '#test/support/fake-upstream.ts';
import { snapshotOf, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

it('a target that is drained finishes its stream, shows it as in flight, and gets no new call', async () => {
  let finish = () => {};
  const slowly: Behaviour = ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`${ROLE}${chunk({ content: 'Once ' })}`);
    finish = () => response.end(`${chunk({ content: 'upon a time' })}${STOP}${DONE}`);
  };
  const drained = await FakeUpstream.start(slowly);
  const other = await FakeUpstream.start(answers('Here instead'));
  const gateway = await TestGateway.start();
  open.push({ close: () => gateway.worker.stop() }, drained, other);
  const targets = {
    first: { origin: drained.origin, family: 'same' },
    second: { origin: other.origin, family: 'same' },
  };
  gateway.tell({ type: 'snapshot', commandId: null, snapshot: snapshotOf({ targets }) });

  const stream = await gateway.chat({ stream: true });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (part: string) => {
    while (!text.includes(part)) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) throw new Error(`The stream ended before "${part}": ${text}`);
      text += piece.value;
    }
  };
  await until('Once ');

  const snapshot = snapshotOf({ targets, version: 2 });
  for (const target of snapshot.targets) target.enabled = target.slug !== 'first';
  gateway.tell({ type: 'snapshot', commandId: 'c1', snapshot });
  const inFlight = await gateway.until((messages) => {
    const tick = messages.findLast((message) => message.type === 'tick');
    return tick?.type === 'tick' && Object.keys(tick.inFlight).length > 0 ? tick.inFlight : undefined;
  });
  expect(inFlight).toEqual({ first: 1 });

  const next = await gateway.chat({});
  expect(next.headers.get('x-switchyard-served-by')).toContain('p-second/');
  expect(drained.calls).toHaveLength(1);

  finish();
  await until('[DONE]');
  expect(text).toContain('upon a time');
  const record = await gateway.record(stream.headers.get('x-switchyard-request-id'));
  expect(record).toMatchObject({ outcome: 'primary', servedBy: { target: 'first' } });
});
