import { describe, expect, it } from 'vitest';
import { onceOnly } from '#lib/gateway/call-once.ts';

const once = (json: Record<string, unknown>, bytes = 100) => onceOnly({ json, body: new Uint8Array(bytes) });

describe('two calls of a request are never out at once', () => {
  it.each([
    [{ store: true }, 'its provider is to keep the answer'],
    [{ background: true }, 'its provider is to keep the answer'],
    [{ conversation: 'conv_1' }, 'its provider adds the answer to a conversation'],
    [{ tools: [{ type: 'function' }, { type: 'mcp' }] }, 'its provider runs a tool for it (mcp)'],
    [{ mcp_servers: [{ url: 'https://example.com' }] }, 'its provider runs a tool for it (mcp)'],
    [
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      'its provider runs a tool for it (web_search)',
    ],
    [{ tools: [{ type: 'code_interpreter' }] }, 'its provider runs a tool for it (code_interpreter)'],
  ])('when something would be done or kept twice: %j', (json, why) => {
    expect(once(json)).toBe(why);
  });

  it('when a second one would be dear', () => {
    expect(once({}, 200_000)).toBeNull();
    expect(once({}, 250_000)).toBe('it is long (250 kB), and a second call would cost as much again');
  });

  it.each([
    {},
    { store: false, background: false, conversation: null, mcp_servers: [], tools: [] },
    {
      tools: [
        { type: 'function' },
        { name: 'lookup' },
        { type: 'custom' },
        { type: 'bash_20250124' },
        null,
        'x',
      ],
    },
    { tools: 'nonsense', mcp_servers: 'nonsense' },
  ])('and otherwise they may be: %j', (json) => {
    expect(once(json)).toBeNull();
  });
});
