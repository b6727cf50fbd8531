import { afterEach, describe, expect, it } from 'vitest';
import { StatePins } from '#lib/gateway/state-pins.ts';
import { type Behaviour, FakeUpstream, fails, replies } from '#test/support/fake-upstream.ts';
import { type Setup, snapshotOf, type TargetSetup, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const ITEM = { type: 'message', role: 'assistant', status: 'completed' };

/** A response of the Responses API that names `resp_<name>0001` and `msg_<name>0001`. */
function responds(name: string): Behaviour {
  return ({ body, response }) => {
    const whole = {
      id: `resp_${name}00000001`,
      object: 'response',
      status: 'completed',
      model: 'm',
      output: [
        {
          ...ITEM,
          id: `msg_${name}00000001`,
          content: [{ type: 'output_text', text: 'The "id":"resp_quoted00001" of it', annotations: [] }],
        },
      ],
      usage: { input_tokens: 3, output_tokens: 2 },
    };
    if (JSON.parse(body).stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(whole));
      return;
    }
    const part = { item_id: `msg_${name}00000001`, output_index: 0, content_index: 0 };
    const events = [
      { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...ITEM, id: `msg_${name}00000001`, content: [] },
      },
      { type: 'response.output_text.delta', ...part, delta: 'Hi' },
      { type: 'response.completed', response: whole },
    ];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    events.forEach((event, at) => {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at })}\n\n`);
    });
    response.end();
  };
}

async function setUp(second: Omit<TargetSetup, 'origin'> = {}, policy: Setup['policy'] = {}) {
  const one = await FakeUpstream.start(responds('one'));
  const two = await FakeUpstream.start(responds('two'));
  const gateway = await TestGateway.start({
    targets: {
      one: { origin: one.origin, kind: 'openai', family: 'same' },
      two: { origin: two.origin, kind: 'openai', family: 'same', ...second },
    },
    policy: { retry: { maxPerTarget: 0 }, ...policy },
  });
  open.push({ close: () => gateway.worker.stop() }, one, two);
  const ask = async (body: object) => {
    const response = await gateway.call('/v1/responses', { model: 'chat', input: 'Hello', ...body });
    const text = await response.text();
    return { text, status: response.status, by: response.headers.get('x-switchyard-served-by'), response };
  };
  return { gateway, one, two, ask };
}

const down = fails(500, { message: 'down' });

describe('a request that refers to an earlier response', () => {
  for (const stream of [false, true]) {
    it(`goes to the endpoint that gave it, also when the primary is back (${stream ? 'streamed' : 'whole'})`, async () => {
      const { one, two, ask } = await setUp();
      one.behave(down, responds('one'));
      expect((await ask({ stream })).by).toBe('p-two/main/two-model');
      const next = await ask({ previous_response_id: 'resp_two00000001' });
      expect(next.by).toBe('p-two/main/two-model');
      const item = { type: 'item_reference', id: 'msg_two00000001' };
      expect((await ask({ input: [item, { role: 'user', content: 'More' }] })).by).toBe(
        'p-two/main/two-model',
      );
      expect((await ask({})).by).toBe('p-one/main/one-model');
      expect(one.calls).toHaveLength(2);
      expect(two.calls).toHaveLength(3);
    });
  }

  it('is not led astray by an id that a model only wrote about', async () => {
    const { one, two, ask, gateway } = await setUp();
    one.behave(down);
    await ask({});
    expect(two.calls).toHaveLength(1);
    const { response } = await ask({ previous_response_id: 'resp_quoted00001' });
    expect(two.calls).toHaveLength(1);
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record.skips).toMatchObject([{ target: 'two', reason: 'state' }]);
    expect(record.skips[0]?.text).toContain("the account of the flow's first target (p-one)");
  });

  it('stays within the account of the primary when nobody here knows the id', async () => {
    const { one, two, ask, gateway } = await setUp();
    one.behave(down);
    const { status, response } = await ask({ previous_response_id: 'resp_elsewhere99' });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(two.calls).toHaveLength(0);
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record.skips).toMatchObject([{ target: 'two', reason: 'state' }]);
  });

  it('may use another model of the same endpoint', async () => {
    const one = await FakeUpstream.start(down, responds('one'));
    const setup: Setup = {
      targets: {
        large: { origin: one.origin, kind: 'openai' },
        small: { origin: one.origin, kind: 'openai' },
      },
      policy: { retry: { maxPerTarget: 0 } },
    };
    const snapshot = snapshotOf(setup);
    const [large, small] = snapshot.targets;
    if (large === undefined || small === undefined) throw new Error('two targets');
    Object.assign(small, { provider: large.provider, endpointId: large.endpointId });
    const gateway = await TestGateway.start();
    open.push({ close: () => gateway.worker.stop() }, one);
    gateway.tell({ type: 'snapshot', commandId: null, snapshot });
    const body = { model: 'chat', input: 'Hi', previous_response_id: 'resp_elsewhere99' };
    const response = await gateway.call('/v1/responses', body);
    expect(response.headers.get('x-switchyard-served-by')).toBe('p-large/main/small-model');
  });
});

describe('reasoning that is sealed for one account', () => {
  const input = [
    { type: 'reasoning', id: 'rs_unknown0001', summary: [], encrypted_content: 'sealed' },
    { ...ITEM, id: 'msg_unknown0001', content: [{ type: 'output_text', text: 'Earlier', annotations: [] }] },
    { role: 'user', content: 'More' },
  ];

  it('goes along to the primary, and is left out for another account, which the trail and the answer say', async () => {
    const { one, two, ask } = await setUp();
    await ask({ input });
    expect(JSON.parse(one.calls[0]?.body ?? '').input).toEqual(input);
    one.behave(down);
    const { text } = await ask({ input });
    expect(JSON.parse(two.calls[0]?.body ?? '').input).toEqual([
      { ...ITEM, content: [{ type: 'output_text', text: 'Earlier', annotations: [] }] },
      { role: 'user', content: 'More' },
    ]);
    expect(JSON.parse(text).switchyard.notes).toEqual([
      'Encrypted reasoning of earlier turns was left out: only p-one can read it.',
    ]);
  });
});

describe('a container of the Messages API', () => {
  it('is asked for where an answer named it', async () => {
    const named = JSON.stringify({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
      container: { expires_at: '2027-01-01T00:00:00Z', id: 'container_0123456789' },
    });
    const { one, two, gateway } = await setUp();
    const snapshot = snapshotOf({
      targets: {
        one: { origin: one.origin, kind: 'anthropic', family: 'same' },
        two: { origin: two.origin, kind: 'anthropic', family: 'same' },
      },
      policy: { retry: { maxPerTarget: 0 } },
    });
    gateway.tell({ type: 'snapshot', commandId: null, snapshot });
    one.behave(down, replies(200, named));
    two.behave(replies(200, named));
    const body = { model: 'chat', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
    const first = await gateway.call('/v1/messages', body);
    expect(first.headers.get('x-switchyard-served-by')).toBe('p-two/main/two-model');
    const next = await gateway.call('/v1/messages', { ...body, container: 'container_0123456789' });
    expect(next.headers.get('x-switchyard-served-by')).toBe('p-two/main/two-model');
  });
});

describe('what is remembered', () => {
  it('is bounded: the ids that nobody asked for longest are forgotten', () => {
    const pins = new StatePins();
    const home = { endpointId: 'p.main', credentialId: 'p' };
    for (let n = 0; n < 10_000; n += 1) pins.remember(`resp_${n}`, home);
    expect(pins.homeOf('resp_0')).toEqual(home);
    pins.remember('resp_one_more', home);
    expect(pins.homeOf('resp_0')).toEqual(home);
    expect(pins.homeOf('resp_1')).toBeNull();
    expect(pins.homeOf('resp_one_more')).toEqual(home);
  });
});
