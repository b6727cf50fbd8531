import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setRuntime } from './accessor.ts';
import { announcement } from './control-announce.ts';
import { bootControl } from './control-boot.ts';
import { processChannel } from './control-channel.ts';
import { type ControlEnv, readControlEnv } from './control-env.ts';
import { StartFault, sentenceOf } from './control-fault.ts';
import { startPages } from './control-pages.ts';
import { type ControlParts, wireControl } from './control-process.ts';
import { startRoutine } from './control-routine.ts';
import { runtimeOf } from './control-runtime.ts';
import { type ControlServer, explainPortError, listenForPages } from './control-server.ts';

// The control process: dashboard, control API, history. Forked by the supervisor.
const root = join(import.meta.dirname, '../..');
const channel = processChannel();

async function start(): Promise<void> {
  const parsed = readControlEnv(process.env);
  if (!parsed.ok) throw new StartFault(parsed.message);
  const { env } = parsed;
  const pages = await listen(env);
  const parts = await wireControl(env, channel, process.env);
  channel.onMessage((message) => parts.link.receive(message));
  const configFile = await bootControl(parts);
  setRuntime(
    await runtimeOf(parts, {
      productVersion: productVersion(),
      configFile,
    }),
  );
  const stopRoutine = startRoutine(parts);
  onEnd(() => shutDown(parts, pages, stopRoutine));
  pages.serve(await startPages({ root, development: env.development, hostname: env.host, port: env.port }));
  const flow = parts.gateway.published?.flows[0]?.slug ?? null;
  const notice = (await configFile?.notice()) ?? null;
  channel.tellSupervisor({ type: 'announce', lines: await announcement(parts.system, env, flow, notice) });
  channel.tellSupervisor({ type: 'ready', role: 'control' });
}

async function listen(env: ControlEnv): Promise<ControlServer> {
  try {
    return await listenForPages(env.port, env.host);
  } catch (error) {
    throw new StartFault(explainPortError(error, env.port, env.host));
  }
}

/** Live streams end, what is in memory is written, the database closes cleanly. */
async function shutDown(parts: ControlParts, pages: ControlServer, stopRoutine: () => void): Promise<void> {
  stopRoutine();
  parts.feed.hub.closeAll();
  const closed = pages.close();
  parts.recorder.flush(parts.now(), true);
  await parts.persister.flush();
  await parts.persister.flush();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  await parts.store.close();
}

function onEnd(shutDownOnce: () => Promise<void>): void {
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await shutDownOnce().catch((error: unknown) => console.error('switchyard: control:', error));
    process.exit(0);
  };
  process.on('SIGTERM', end);
  // The supervisor is gone: another one will start its own.
  process.on('disconnect', end);
}

function productVersion(): string {
  const parsed: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return parsed.version;
}

// A terminal's Ctrl-C reaches every process; the supervisor answers it and tells this one by SIGTERM.
process.on('SIGINT', () => {});
process.on('unhandledRejection', (error) => console.error('switchyard: control:', error));

start().catch((error: unknown) => {
  const sentence = sentenceOf(error);
  if (sentence === null) console.error(error);
  const message = sentence ?? 'The control process could not start; the lines above say where it failed.';
  if (process.connected) channel.tellSupervisor({ type: 'fatal', role: 'control', message });
  else console.error(`switchyard: ${message}`);
  setTimeout(() => process.exit(1), 200);
});
