import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Policy } from '#lib/contract/policy.ts';
import type { Face, RequestOutcome } from '#lib/contract/records.ts';
import type { SwitchyardObject } from '#lib/contract/served-by.ts';
import type { SnapshotApiKey } from '#lib/contract/snapshot.ts';
import type { Stakes } from '#lib/engine/types.ts';
import { faceFormat } from '#lib/wire/faces.ts';
import type { FaceError, FaceFormat, Relayed } from '#lib/wire/types.ts';
import { discardRest } from './discard.ts';
import type { EventWriter } from './event-writer.ts';
import type { HttpError } from './http-error.ts';
import type { RawError } from './raw-errors.ts';
import { newRequestId } from './request-id.ts';
import type { FinishedRequest } from './request-record.ts';
import { sendError, sendRawError } from './respond.ts';
import type { GatewayServices } from './services.ts';
import type { FlowEntry, TargetEntry } from './snapshot-index.ts';

/** Who answered and how, as the served-by contract puts it. */
export interface Service {
  served: TargetEntry | null;
  attempts: number;
  degraded: boolean;
  reason: string | null;
  /** What the target that answered could not be sent, or was sent differently. */
  notes?: readonly string[];
}

export const NOBODY: Service = { served: null, attempts: 0, degraded: false, reason: null };

/** A stream whose 200 had to leave before the answer was known: what follows can only be said inside it. */
export interface EarlyStream {
  /** Ends it with the error event. */
  fail(error: FaceError, switchyard: SwitchyardObject): void;
  /** Ends it with these events, the last ones. */
  finish(events: string | Uint8Array): void;
}

/** What keeps a streaming client's connection alive, from its request to the end of its answer. */
export interface Wait {
  /** Where its answer is written, whether the headers have left early or not. */
  readonly writer: EventWriter;
  stop(): void;
}

type Ending = Partial<FinishedRequest> & { outcome: RequestOutcome; status: number };

/** One request and its answer, from admission to the record that is left of it. */
export class Exchange {
  readonly id = newRequestId();
  readonly services: GatewayServices;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Monotonic and wall-clock ms. */
  readonly startedAt: number;
  readonly atWallMs: number;
  readonly #abort = new AbortController();
  key: SnapshotApiKey | null = null;
  flow: FlowEntry | null = null;
  stakes: Stakes | null = null;
  /** Which of the gateway's faces was called; its path says so. */
  face: Face = 'chat';
  /** The flow that the path names, in Azure's way; null: the body's `model` alone does. */
  deployment: string | null = null;
  stream = false;
  /** Not null from the moment at which status and headers left for a client that had waited. */
  early: EarlyStream | null = null;
  /** null for answers that come whole. */
  wait: Wait | null = null;
  /** What the client has of an answer that broke off, for the attempts that go on with it. */
  relayed: Relayed | null = null;
  /** Called when the client leaves before its answer is complete. */
  onGone: (() => void) | null = null;
  #recorded = false;

  constructor(services: GatewayServices, request: IncomingMessage, response: ServerResponse) {
    this.services = services;
    this.request = request;
    this.response = response;
    this.startedAt = services.clock.now();
    this.atWallMs = services.clock.wall();
    const { socket } = request;
    services.connections.enter(socket);
    response.on('close', () => {
      services.connections.leave(socket);
      this.wait?.stop();
      if (response.writableFinished) return;
      this.#abort.abort();
      this.onGone?.();
    });
  }

  /** Aborts when the client goes away. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The dialect of everything that we say to this client; embeddings speak the chat face's. */
  get format(): FaceFormat {
    return faceFormat(this.face === 'embeddings' ? 'chat' : this.face);
  }

  contract(service: Service): SwitchyardObject {
    const badge = this.badge(service);
    const { notes } = service;
    return {
      requestId: this.id,
      flow: this.flow?.flow.slug ?? '',
      servedBy: service.served?.servedBy ?? null,
      attempts: service.attempts,
      degraded: service.degraded,
      degradedReason: service.degraded ? service.reason : null,
      ...(badge === null ? {} : { badge: badge.text, badgeLanguage: badge.language }),
      ...(notes === undefined || notes.length === 0 ? {} : { notes: [...notes] }),
    };
  }

  /** The flow's badge, exactly when it is on and a backup model answered. */
  badge(service: Service): Policy['badge'] | null {
    const badge = this.flow?.flow.policy.badge;
    return badge?.on === true && service.degraded && service.served !== null ? badge : null;
  }

  /** Turns the request away, or reports that nobody could serve it. */
  refuse(error: HttpError, ending: Partial<FinishedRequest> = {}, service: Service = NOBODY): void {
    this.#sendError(error, service);
    const status = this.early === null ? error.status : 200;
    this.record({ outcome: 'caller_error', status, reason: error.code, ...ending });
  }

  /** Ends the request with a provider's own error about it, unchanged. */
  passOn(raw: RawError, ending: Partial<FinishedRequest>, service: Service): void {
    if (!this.signal.aborted) sendRawError(this.response, this.format, this.contract(service), raw);
    this.record({ outcome: 'caller_error', status: raw.status, ...ending });
  }

  /** The same as `refuse` for what is no call of a model: nothing about it is kept. */
  refuseUnrecorded(error: HttpError): void {
    this.#sendError(error, NOBODY);
  }

  #sendError(error: HttpError, service: Service): void {
    if (this.signal.aborted) return;
    const switchyard = this.contract(service);
    if (this.early !== null) this.early.fail(error, switchyard);
    else {
      if (!this.request.complete) discardRest(this.request);
      sendError(this.response, this.format, switchyard, error);
    }
  }

  /** Leaves the request's record, once. */
  record(ending: Ending): void {
    if (this.#recorded) return;
    this.#recorded = true;
    this.services.recorder.add({
      id: this.id,
      atWallMs: this.atWallMs,
      flow: this.flow,
      key: this.key,
      face: this.face,
      stream: this.stream,
      stakes: this.stakes,
      served: null,
      degraded: false,
      reason: null,
      badge: false,
      durationMs: this.services.clock.now() - this.startedAt,
      usage: null,
      trail: [],
      malformedEvents: 0,
      ...ending,
    });
  }
}
