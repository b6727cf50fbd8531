import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '#lib/contract/ipc.ts';
import { systemClock } from '#lib/gateway/system-clock.ts';
import { startGatewayWorker } from '#lib/gateway/worker.ts';

/** Streams under way may take this long to finish once the worker has been told to stop. */
const DRAIN_MS = 30_000;
/** The last counts and records, still on their way to the supervisor, get this long. */
const EXIT_MS = 500;
/** Messages that the channel may hold before records wait in their own, bounded queue. */
const CONGESTED_AT = 64;

let outstanding = 0;
let stopping = false;
let stopped = false;

function log(line: string): void {
  console.error(`gateway: ${line}`);
}

function send(envelope: Envelope): void {
  if (process.send === undefined || !process.connected) return;
  outstanding += 1;
  process.send(envelope, undefined, undefined, () => {
    outstanding -= 1;
    if (stopped && outstanding === 0) process.exit(0);
  });
}

process.on('uncaughtException', (error) => {
  const where = (error.stack ?? '').split('\n').slice(1, 3).join(' ').trim();
  // A parser's message quotes what it could not read, which may be somebody's text.
  const message = error instanceof SyntaxError ? '' : `: ${error.message.slice(0, 200)}`;
  log(`stopped by ${error.name}${message} ${where}`);
  process.exit(1);
});

// The supervisor is gone: nobody hands over connections any more, and the next one starts its own worker.
process.on('disconnect', () => process.exit(0));

const worker = startGatewayWorker({
  send,
  onMessage: (listener) => process.on('message', listener),
  clock: systemClock,
  random: Math.random,
  env: process.env,
  badgeScript: readFileSync(join(import.meta.dirname, '../../public/embed/badge.js')),
  log,
  congested: () => outstanding >= CONGESTED_AT,
});

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await worker.drain(DRAIN_MS);
  await worker.stop();
  stopped = true;
  if (outstanding === 0) process.exit(0);
  setTimeout(() => process.exit(0), EXIT_MS);
}

process.on('SIGTERM', () => void stop());
// A terminal's Ctrl-C reaches every process; the supervisor answers it and tells this one by SIGTERM.
process.on('SIGINT', () => {});
