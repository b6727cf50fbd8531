import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FlowContent, sameContent } from '#components/flow/draft-content.ts';
import { readJson, writeJson } from '#components/flow/draft-json.ts';
import { findPlaces, lineAndColumn } from '#components/flow/json-text.ts';
import { policySchema } from '#lib/contract/policy.ts';
import { contentsOf } from './flow-content-arbitraries.ts';
import { demoTargets } from './flow-fixtures.ts';

const targets = demoTargets();
const SLUGS = ['gpt-us', 'gpt-eu', 'mini', 'claude'];
const content: FlowContent = {
  chain: [{ target: 'gpt-us', enabled: true, adapter: null }],
  policy: policySchema.parse({}),
};
const issuesOf = (text: string) => {
  const reading = readJson(text, targets);
  return reading.ok
    ? []
    : reading.issues.map(({ path, message, line, column }) => ({ path, message, line, column }));
};

describe('the JSON of a draft', () => {
  test('gives back exactly what the form held, whatever it is', () => {
    fc.assert(
      fc.property(contentsOf(SLUGS), (given) => {
        const reading = readJson(writeJson(given), targets);
        expect(reading).toEqual({ ok: true, content: given });
        expect(reading.ok && sameContent(reading.content, given)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('may be written shorter: a slug alone, and defaults left out', () => {
    expect(readJson('{"chain": ["gpt-us"], "policy": {}}', targets)).toEqual({ ok: true, content });
  });

  test('names every fault by its path, in the text’s order, with its line', () => {
    const text = `{
  "chain": [],
  "policy": {
    "mode": "brave",
    "timeouts": { "firstTokenSeconds": 20, "totalSeconds": "" },
    "retries": 3
  }
}`;
    const found = issuesOf(text);
    expect(found.map(({ path, line, column }) => [path, line, column])).toEqual([
      ['chain', 2, 12],
      ['policy', 3, 13],
      ['policy.mode', 4, 13],
      ['policy.timeouts.totalSeconds', 5, 60],
    ]);
    expect(found[0]?.message).toBe('A chain needs at least one target.');
  });

  test('refuses a rule that fields break together, a target twice, and one that there is not', () => {
    const timeouts = JSON.stringify({ chain: ['gpt-us'], policy: { timeouts: { firstTokenSeconds: 300 } } });
    expect(issuesOf(timeouts)).toMatchObject([{ path: 'policy.timeouts.firstTokenSeconds' }]);
    expect(issuesOf('{"chain": ["gpt-us", "gpt-us", "gone"], "policy": {}}')).toMatchObject([
      { path: 'chain.1', message: '“gpt-us” is in this chain twice.', column: 22 },
      { path: 'chain.2', message: 'There is no target “gone”: remove it here.', column: 32 },
    ]);
  });

  test('refuses a name that would be left out without a word', () => {
    const set =
      '{"chain": [{"target": "gpt-us", "adapter": {"set": {"seed": {"__proto__": 1}}}}], "policy": {}}';
    expect(issuesOf(set)).toMatchObject([
      { path: 'chain.0.adapter.set.seed.__proto__', message: 'A field cannot have this name.' },
    ]);
  });

  test.each([
    ['{"chain": [}', 12, 'Expected a value, found “}”.'],
    ['{"chain": ["a",]}', 16, 'There is a comma too many before ].'],
    ['{"a": 1 "b": 2}', 9, 'Expected a comma or }, found “"”.'],
    ['{chain: 1}', 2, 'Expected a name in double quotes, found “c”.'],
    ['{"a" 1}', 6, 'Expected a colon after “a”, found “1”.'],
    ['{"a": "b', 7, 'This text does not end on its line, or has a character that must be escaped.'],
    ['{"a": 1', 8, 'Expected a comma or }, found the end.'],
    ['{} x', 4, '“x” after the end of the document.'],
    ['{"mode": 1, "mode": 2}', 13, '“mode” is there twice.'],
    ['', 1, 'Expected a value, found the end.'],
  ])('says where %s stops being JSON', (text, column, message) => {
    expect(issuesOf(text)).toEqual([{ path: '', message, line: 1, column }]);
  });
});

describe('the places of a JSON text', () => {
  test('are found in whatever JSON.stringify writes, and lead to the value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 2), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        const found = findPlaces(text);
        expect(found.ok && found.places.get('')).toBe(0);
      }),
    );
  });

  test('a text that JSON.parse refuses is refused, and one that it takes is taken', () => {
    const nearly = fc
      .json({ maxDepth: 2 })
      .chain((json) =>
        fc
          .tuple(
            fc.nat(json.length),
            fc.constantFrom('', ',', '"', '}', '[', '1', '-', '\\', ' ', 'e', '.', '0'),
          )
          .map(([at, more]) => json.slice(0, at) + more + json.slice(at + 1)),
      );
    fc.assert(
      fc.property(nearly, (text) => {
        const found = findPlaces(text);
        if (!found.ok && found.message.endsWith('is there twice.')) return;
        expect(found.ok).toBe(accepted(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('lines and columns count from one', () => {
    expect(lineAndColumn('a\nbc\n\nd', 6)).toEqual({ line: 4, column: 1 });
    expect(lineAndColumn('abc', 2)).toEqual({ line: 1, column: 3 });
  });
});

function accepted(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
