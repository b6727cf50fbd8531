import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Envelope, ToSupervisor } from '#lib/contract/ipc.ts';
import type { Clock, Random } from '#lib/engine/clock.ts';
import { Engine } from '#lib/engine/engine.ts';
import { Commands } from './commands.ts';
import { Connections } from './connections.ts';
import { WAIT_TIMES, type WaitTimes } from './early-answer.ts';
import { embeddedScript } from './embed.ts';
import { GoogleTokens } from './google-token.ts';
import { InFlight } from './in-flight.ts';
import { KeyWatch } from './key-watch.ts';
import { type ProxyEnvironment, UpstreamPools } from './pools.ts';
import { poster } from './post.ts';
import { Recorder } from './recorder.ts';
import { Reporter } from './reporter.ts';
import { createGatewayServer } from './server.ts';
import type { GatewayServices } from './services.ts';
import { StatePins } from './state-pins.ts';

export interface GatewayWorkerOptions {
  /** Sends one envelope to the supervisor. */
  send: (envelope: Envelope) => void;
  /** Subscribes to what the supervisor sends: envelopes, and `{type: 'connection', id}` with a socket beside it. */
  onMessage: (listener: (message: unknown, socket?: unknown) => void) => void;
  clock: Clock;
  random: Random;
  /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY. */
  env: ProxyEnvironment;
  /** The badge's web component, for the pages of products. */
  badgeScript: Uint8Array;
  log: (line: string) => void;
  /** True while the channel to the supervisor is full: records then wait in their bounded queue. */
  congested?: () => boolean;
  /** Plain successes recorded in full; default 5 a second. */
  successesPerSecond?: number;
  /** When streaming clients get a sign of life. */
  waits?: Partial<WaitTimes>;
}

export interface GatewayWorker {
  /** Takes connections by `emit('connection', socket)`; it may also be told to listen. */
  server: Server;
  /** Finishes what is under way, at most `maxMs`, and reports the last counts. */
  drain(maxMs: number): Promise<void>;
  /** Stops at once and lets go of every timer and connection. */
  stop(): Promise<void>;
}

/** Ties engine, server and messages together. It has no opinion about processes: that is runtime's. */
export function startGatewayWorker(options: GatewayWorkerOptions): GatewayWorker {
  const { clock, random } = options;
  const connections = new Connections();
  const post = poster(options.send);
  const engine = new Engine({ clock, random, onEvent: (event) => reporter.onEngineEvent(event) });
  const pools = new UpstreamPools(options.env);
  const services: GatewayServices = {
    clock,
    engine,
    connections,
    pools,
    tokens: new GoogleTokens({ clock, dispatcher: (origin) => pools.dispatcher(origin) }),
    inFlight: new InFlight(),
    keys: new KeyWatch(clock),
    recorder: new Recorder({ clock, successesPerSecond: options.successesPerSecond ?? 5 }),
    pins: new StatePins(),
    badgeScript: embeddedScript(options.badgeScript),
    waits: { ...WAIT_TIMES, ...options.waits },
    index: null,
    draining: false,
    log: options.log,
  };
  const reporter = new Reporter({ services, post, congested: options.congested ?? (() => false) });
  services.keys.onChange = () => reporter.sendKeys();
  const commands = new Commands({ services, reporter, post });
  const server = createGatewayServer(services);
  server.on('connection', (socket) => connections.add(socket));
  // A server that is only handed connections never listens, and it is this event that starts its header and request timeouts.
  server.emit('listening');
  options.onMessage((message, socket) => {
    if (isConnection(message)) {
      options.send({ to: 'supervisor', body: JSON.stringify(accepted(message.id)) });
      acceptConnection(server, socket);
    } else if (isEnvelope(message)) commands.receive(message.body);
  });
  options.send({ to: 'supervisor', body: JSON.stringify(READY) });
  reporter.start();
  return {
    server,
    drain: async (maxMs) => {
      services.draining = true;
      await connections.drain(maxMs);
      reporter.flush();
    },
    stop: async () => {
      reporter.stop();
      connections.destroy();
      server.close();
      await services.pools.destroy();
    },
  };
}

function accepted(connection: number): ToSupervisor {
  return { type: 'accepted', connection };
}

const READY: ToSupervisor = { type: 'ready', role: 'gateway' };

function isConnection(message: unknown): message is { type: 'connection'; id: number } {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'connection'
  );
}

function isEnvelope(message: unknown): message is Envelope {
  return (
    typeof message === 'object' && message !== null && 'body' in message && typeof message.body === 'string'
  );
}

function acceptConnection(server: Server, socket: unknown): void {
  // A client that left while its connection was under way arrives without one.
  if (!isSocket(socket)) return;
  socket.setNoDelay(true);
  server.emit('connection', socket);
  socket.resume();
}

function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'setNoDelay' in value;
}
