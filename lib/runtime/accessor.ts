import type { LiveSnapshot } from '#lib/contract/live.ts';
import type { OperationId } from '#lib/contract/operations.ts';
import type { SetupInput } from '#lib/contract/operations-system.ts';
import type { ExportedConfig } from '#lib/control/config/export.ts';
import type { Actor } from '#lib/control/context.ts';

/** Who makes a call, and how the audit should say it came. */
export interface Caller {
  actor: Actor;
  via: 'dashboard' | 'api';
}

export interface SessionUser {
  id: string;
  email: string;
  name: string;
}

/** A call whose every part has been validated by the operation's schemas. */
export interface OperationCall {
  params: unknown;
  query: unknown;
  body: unknown;
  /** From If-Match; null without one. */
  version: number | null;
  caller: Caller;
  /** Aborts when the caller leaves. */
  signal?: AbortSignal;
}

/**
 * What pages and routes may ask of the running control process. Next bundles them apart from the code that starts it, so only plain
 * data and web types cross here, and nothing may rely on `instanceof`.
 */
export interface Runtime {
  /** Runs one operation; the answer follows its schema. Rejects with a coded error. */
  perform(id: OperationId, call: OperationCall): Promise<unknown>;
  /** The signed-in person; null: nobody. Rejects when the database cannot say. */
  session(headers: Headers): Promise<SessionUser | null>;
  /** Compares the automation token in constant time; false when none is configured. */
  isAdminToken(token: string): boolean;
  /** Whether a browser page of this origin is our own. `host` is the Host header. */
  isOwnOrigin(origin: string, host: string | null): boolean;
  /** better-auth's own routes. */
  auth(request: Request): Promise<Response>;
  /** True while there is no user yet. */
  needsSetup(): Promise<boolean>;
  /** Creates the first administrator and signs in: the answer carries the cookies. Rejects with a coded error. */
  setup(input: SetupInput, request: Request): Promise<Response>;
  /** A stream of server-sent events; null when too many are open. */
  openLive(lastEventId: string | null): ReadableStream<Uint8Array> | null;
  /** The same facts as the feed's first event. */
  liveSnapshot(): Omit<LiveSnapshot, 'seq' | 'now'>;
  /** Everything configured, with its version. */
  exportConfig(caller: Caller): Promise<ExportedConfig>;
  /** Sends a chat through a flow; resolves with the gateway's answer as it is. Rejects with a coded error. */
  playground(flow: string, input: unknown, signal: AbortSignal): Promise<Response>;
  /** The OpenAPI document. */
  openApi(): unknown;
  gatewayUp(): boolean;
}

const KEY = Symbol.for('switchyard.runtime');

/** The one runtime of this process. Throws before the control process has set it. */
export function runtime(): Runtime {
  const found: unknown = Reflect.get(globalThis, KEY);
  if (!isRuntime(found)) throw new Error('The control process has not started: use npm start.');
  return found;
}

export function setRuntime(value: Runtime): void {
  Reflect.set(globalThis, KEY, value);
}

function isRuntime(value: unknown): value is Runtime {
  return typeof value === 'object' && value !== null && 'perform' in value;
}
