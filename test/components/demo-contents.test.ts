import { describe, expect, test } from 'vitest';
import { touchedFlows } from '#components/settings/demo-contents.ts';

const entry = (target: string) => ({ target, enabled: true });
const flow = (slug: string, simulated: boolean, ...chain: string[]) => ({
  slug,
  simulated,
  chain: chain.map(entry),
});
const targets = [
  { slug: 'demo-a', simulated: true },
  { slug: 'demo-b', simulated: true },
  { slug: 'own', simulated: false },
];

describe('before the demo is removed', () => {
  test('a flow of one’s own that has simulated targets only is named among what goes', () => {
    const flows = [flow('support-chat', true, 'demo-a'), flow('mine', false, 'demo-b', 'demo-a')];
    expect(touchedFlows(targets, flows)).toEqual({ gone: ['mine'], shorter: [] });
  });

  test('a flow that keeps a target is named among those that get shorter', () => {
    expect(touchedFlows(targets, [flow('mixed', false, 'demo-a', 'own')])).toEqual({
      gone: [],
      shorter: ['mixed'],
    });
  });

  test('a flow without simulated targets is not mentioned', () => {
    expect(touchedFlows(targets, [flow('apart', false, 'own')])).toEqual({ gone: [], shorter: [] });
  });
});
