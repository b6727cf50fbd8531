import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Envelope } from '#lib/contract/ipc.ts';
import type { SimulatorSettings } from '#lib/contract/simulator.ts';
import { close, listen } from '#lib/simulator/listen.ts';

const ENTRY = fileURLToPath(new URL('../../lib/runtime/simulator-main.ts', import.meta.url));

function start(settings: Partial<SimulatorSettings>): ChildProcess {
  const child = fork(ENTRY, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const whole = { controlPort: 0, controlToken: 'token', endpoints: [], traffic: null, ...settings };
  child.send({ body: JSON.stringify({ type: 'settings', settings: whole }) });
  return child;
}

async function said(child: ChildProcess): Promise<unknown> {
  const [envelope]: Envelope[] = (await once(child, 'message')) as [Envelope];
  expect(envelope?.to).toBe('supervisor');
  return JSON.parse(envelope?.body ?? '');
}

test('the simulator process says when it is ready, and ends with its parent', async () => {
  const child = start({});
  expect(await said(child)).toEqual({ type: 'ready', role: 'simulator' });
  const exit = once(child, 'exit');
  child.disconnect();
  expect((await exit)[0]).toBe(0);
});

test('the simulator process ends cleanly on SIGTERM', async () => {
  const child = start({});
  await said(child);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await exit)[0]).toBe(0);
});

test('a port that is taken is one sentence that says what to set', async () => {
  const other = createServer();
  const port = await listen(other, 0);
  onTestFinished(() => close(other));
  const child = start({
    endpoints: [{ provider: 'p', endpoint: 'e', format: 'openai', port, models: ['m'] }],
  });
  const exit = once(child, 'exit');
  expect(await said(child)).toEqual({
    type: 'fatal',
    role: 'simulator',
    message: `Port ${port} is taken, and the demo's simulated vendors need it: set SIMULATOR_PORT to the first of five free ports.`,
  });
  expect((await exit)[0]).toBe(1);
});
