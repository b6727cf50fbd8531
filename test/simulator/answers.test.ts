import { expect, test } from 'vitest';
import { answerText } from '#lib/simulator/answers.ts';
import { CallLog } from '#lib/simulator/call-log.ts';
import { pause, realisticTiming } from '#lib/simulator/timing.ts';
import { trafficPrompt } from '#lib/simulator/traffic-prompts.ts';

test('an answer depends on the model and the prompt alone', () => {
  const prompt = 'How do I return my shoes?';
  expect(answerText('gpt-4o', prompt)).toBe(answerText('gpt-4o', prompt));
  expect(answerText('llama', prompt)).toContain('This is llama (simulated)');
  const bodies = Array.from({ length: 40 }, (_, n) => answerText('gpt-4o', `${prompt} ${n}`));
  expect(new Set(bodies).size).toBeGreaterThan(10);
});

test('a classification gets one of its labels, the same from every model', () => {
  const prompt = trafficPrompt('nightly-classify', () => 0.5);
  const first = answerText('gpt-4o-mini', prompt);
  expect(first).toMatch(/^(refund|delivery|praise|account|other) \(simulated by gpt-4o-mini\)$/);
  expect(answerText('llama', prompt).split(' ')[0]).toBe(first.split(' ')[0]);
});

test('first tokens come around 250 to 450 ms, pieces every 15 to 30 ms', () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const timing = realisticTiming(random);
  for (const model of ['gpt-4o', 'claude-sonnet-4-5', 'llama-3.3-70b-versatile']) {
    const samples = Array.from({ length: 501 }, () => timing.firstTokenMs(model)).toSorted((a, b) => a - b);
    expect(samples[250]).toBeGreaterThan(235);
    expect(samples[250]).toBeLessThan(475);
    expect(samples[475]).toBeGreaterThan((samples[250] ?? 0) * 1.2);
  }
  const pieces = Array.from({ length: 100 }, () => timing.pieceMs());
  expect(Math.min(...pieces)).toBeGreaterThanOrEqual(15);
  expect(Math.max(...pieces)).toBeLessThanOrEqual(30);
});

test('a pause ends at once when its signal aborts', async () => {
  const controller = new AbortController();
  const waiting = pause(600_000, controller.signal);
  controller.abort();
  expect(await waiting).toBe(false);
  expect(await pause(600_000, controller.signal)).toBe(false);
});

test('the call log keeps the newest calls and counts all of them', () => {
  const log = new CallLog(10);
  for (let n = 0; n < 1000; n++) {
    log.add({ provider: 'p', endpoint: 'e', model: 'm', atWallMs: n, stream: false, fault: null });
  }
  const { calls, counts } = log.report();
  expect(counts).toEqual({ 'p.e/m': 1000 });
  expect(calls.map((call) => call.atWallMs)).toEqual(Array.from({ length: 10 }, (_, n) => 990 + n));
});
