import { describe, expect, it } from 'vitest';
import {
  block,
  brokenOff,
  call,
  encodeAll,
  encoder,
  end,
  eventsOf,
  finalOf,
  start,
  stop,
  typesOf,
  usage,
} from './responses-support.ts';

describe('an answer that goes on elsewhere', () => {
  it('fits behind what the client has: the same ids, no second opening, numbers that go on', () => {
    const frames = encodeAll([start, ...block(0, 'text', ', world'), stop(), usage, end], {
      continues: brokenOff(),
    });
    const events = eventsOf(frames);
    expect(typesOf(events)).toEqual([
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(events[0]).toMatchObject({
      sequence_number: 6,
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
    });
    expect(finalOf(events)).toMatchObject({
      id: 'resp_1',
      created_at: 1_690_000_000,
      model: 'gpt-real-0613',
      output: [{ id: 'msg_1', content: [{ text: 'Hello, world' }] }],
    });
  });

  it('repeats the items before the text at its end, and shows no second reasoning', () => {
    const reasoned = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
    const continues = brokenOff({ textIndex: 1, items: [reasoned] });
    const frames = encodeAll([start, ...block(0, 'thinking', 'Hm'), ...block(1, 'text', '!'), stop(), end], {
      continues,
    });
    expect(finalOf(eventsOf(frames)).output).toMatchObject([
      reasoned,
      { id: 'msg_1', content: [{ text: 'Hello!' }] },
    ]);
    expect(typesOf(eventsOf(frames))).not.toContain('reasoning_summary_text.delta');
  });

  it('closes reasoning that broke off, and opens the message that never came', () => {
    const broken = { type: 'reasoning', id: 'rs_1', summary: [], status: 'incomplete' };
    const continues = brokenOff({ text: '', textIndex: 1, itemId: null, items: [broken] });
    const events = eventsOf(encodeAll([start, ...block(0, 'text', 'Hi'), stop(), end], { continues }));
    expect(events[0]).toMatchObject({ type: 'response.output_item.done', output_index: 0, item: broken });
    expect(events[1]).toMatchObject({ type: 'response.output_item.added', output_index: 1 });
    expect(finalOf(events).output).toMatchObject([broken, { type: 'message', content: [{ text: 'Hi' }] }]);
  });

  it('may end at once, or with a call', () => {
    const continues = brokenOff();
    const atOnce = eventsOf(encodeAll([start, stop(), end], { continues }));
    expect(finalOf(atOnce).output).toMatchObject([{ content: [{ text: 'Hello' }] }]);
    const called = eventsOf(
      encodeAll([start, ...call(0, 'c', 'f', '{}'), stop('tool_calls'), end], { continues }),
    );
    expect(finalOf(called).output).toMatchObject([
      { id: 'msg_1', content: [{ text: 'Hello' }] },
      { id: 'fc_switchyard_resp_1_1', type: 'function_call' },
    ]);
  });

  it('tells what it could be gone on with a second time', () => {
    const writer = encoder({ continues: brokenOff() });
    writer.encode(start);
    writer.encode({ type: 'block_start', index: 0, block: { kind: 'text' } });
    writer.encode({ type: 'block_delta', index: 0, text: ', wor' });
    expect(writer.relayed()).toEqual(brokenOff({ text: 'Hello, wor', sequence: 6 }));
  });

  it('is translated the first time as well', () => {
    const writer = encoder();
    for (const event of [start, ...block(0, 'thinking', 'Hm')]) writer.encode(event);
    expect(writer.relayed()).toMatchObject({ text: '', textIndex: 1, itemId: null });
    writer.encode({ type: 'block_start', index: 1, block: { kind: 'text' } });
    writer.encode({ type: 'block_delta', index: 1, text: 'Hi' });
    expect(writer.relayed()).toMatchObject({
      id: 'resp_switchyard_msg_01',
      text: 'Hi',
      textIndex: 1,
      itemId: 'msg_switchyard_msg_01_1',
      sequence: 10,
      items: [{ type: 'reasoning', status: 'completed' }],
    });
    writer.encode({ type: 'block_start', index: 2, block: { kind: 'tool_use', id: 'c', name: 'f' } });
    expect(writer.relayed()).toBeNull();
    expect(writer.sequence?.()).toBe(11);
  });

  it('is none when more was relayed than is kept', () => {
    const writer = encoder();
    for (const event of [start, { type: 'block_start', index: 0, block: { kind: 'text' } } as const])
      writer.encode(event);
    writer.encode({ type: 'block_delta', index: 0, text: 'a'.repeat(131_073) });
    expect(writer.relayed()).toBeNull();
  });
});
