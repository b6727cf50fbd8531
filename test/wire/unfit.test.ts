import { describe, expect, it } from 'vitest';
import type { ClientRequest } from '#lib/wire/types.ts';
import { unfitFor } from '#lib/wire/unfit.ts';
import { buildUpstream } from '#lib/wire/upstream.ts';
import { chatRequest, faceRequest, HELLO, upstreamTarget } from './support.ts';

const claude = upstreamTarget('anthropic');
const openai = upstreamTarget('openai');

describe('whether a request can be said to a target', () => {
  it('is no question where the target speaks the client’s own dialect', () => {
    const request = chatRequest({ ...HELLO, n: 4, functions: [{ name: 'f' }], seed: 1 });
    expect(unfitFor(request, openai, 'skip')).toBeNull();
    expect(unfitFor(request, upstreamTarget('azure-openai'), 'skip')).toBeNull();
  });

  it('is no where something would be lost that the answer depends on, whatever the policy', () => {
    for (const policy of ['drop', 'skip'] as const) {
      expect(unfitFor(chatRequest({ ...HELLO, n: 2 }), claude, policy)).toEqual({
        reason: 'incapable',
        text: 'real-model: `n` above 1 has no translation.',
        notes: [],
      });
      const stop = chatRequest({ ...HELLO, stop: '\n' });
      expect(unfitFor(stop, claude, policy)?.text).toContain('`stop`');
    }
  });

  it('is yes with notes where something is left out, and no where the policy wants nothing left out', () => {
    const request = chatRequest({ ...HELLO, seed: 1 });
    expect(unfitFor(request, claude, 'drop')).toBeNull();
    expect(unfitFor(request, claude, 'skip')).toEqual({
      reason: 'incapable',
      text: 'real-model cannot take the request as it is: `seed` was left out: Anthropic has no such parameter.',
      notes: ['`seed` was left out: Anthropic has no such parameter.'],
    });
    expect(unfitFor(chatRequest(HELLO), claude, 'skip')).toBeNull();
  });

  it('is no where the request refers to what another provider keeps', () => {
    const file = { type: 'file', file: { file_id: 'file-1' } };
    const request = chatRequest({ ...HELLO, messages: [{ role: 'user', content: [file] }] });
    expect(unfitFor(request, claude, 'drop')).toEqual({
      reason: 'state',
      text: 'The request refers to an uploaded file, which only the provider that made it can read.',
      notes: [],
    });
    expect(unfitFor(request, openai, 'drop')).toBeNull();
  });

  it('is yes where reasoning of another vendor is left out', () => {
    const thinking = { type: 'thinking', thinking: 'Hm', signature: 'abc' };
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [thinking, { type: 'text', text: 'Well.' }] },
      { role: 'user', content: 'And?' },
    ];
    const request = faceRequest('messages', { model: 'm', max_tokens: 5, messages });
    expect(unfitFor(request, openai, 'drop')).toBeNull();
    expect(unfitFor(request, openai, 'skip')?.notes).toEqual([
      expect.stringContaining('reasoning was left out'),
    ]);
  });

  it('is worked out once for the question and the call', () => {
    const request = chatRequest({ ...HELLO, seed: 1 });
    let asked = 0;
    const counting: ClientRequest = {
      ...request,
      canonical: () => {
        asked += 1;
        return request.canonical();
      },
    };
    unfitFor(counting, claude, 'skip');
    unfitFor(counting, claude, 'drop');
    expect(buildUpstream(counting, claude)).toMatchObject({ ok: true });
    expect(buildUpstream(counting, claude)).toMatchObject({ ok: true });
    expect(asked).toBe(1);
    unfitFor(counting, upstreamTarget('anthropic', { model: 'claude-opus-4-6' }), 'drop');
    expect(asked).toBe(2);
  });

  it('is no, and no crash, for what is nested without end', () => {
    const depth = 200_000;
    const nested = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const body = `{"model":"m","messages":[],"response_format":{"type":"json_schema","json_schema":{"schema":${nested}}}}`;
    expect(unfitFor(chatRequest(body), claude, 'drop')).toMatchObject({
      reason: 'incapable',
      text: expect.stringContaining('nested too deeply'),
    });
    expect(buildUpstream(chatRequest(body), claude)).toMatchObject({ ok: false });
  });
});
