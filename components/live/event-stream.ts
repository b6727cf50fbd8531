import { type LiveEvent, liveEventSchema } from '#lib/contract/live.ts';

const LIVE_URL = '/api/live';
const TYPES = liveEventSchema.options.map((option) => option.shape.type.value);

export interface StreamHandlers {
  event: (event: LiveEvent) => void;
  /** The connection broke; `closed`: the browser will not try again by itself. */
  lost: (closed: boolean) => void;
  /** A frame that the contract does not know: counted, never shown. */
  malformed: (type: string) => void;
}

/** Opens the one stream of this tab. Returns how to close it. */
export function openEventStream(handlers: StreamHandlers): () => void {
  const source = new EventSource(LIVE_URL);
  for (const type of TYPES) {
    source.addEventListener(type, (message) => {
      const event = parseLiveMessage(type, message.lastEventId, message.data);
      if (event === null) handlers.malformed(type);
      else handlers.event(event);
    });
  }
  source.onerror = () => handlers.lost(source.readyState === EventSource.CLOSED);
  return () => source.close();
}

/** One SSE frame as a contract event; null when it is not one. */
export function parseLiveMessage(type: string, id: string, data: string): LiveEvent | null {
  const body = parseJson(data);
  const seq = Number(id);
  // The frame's data may be the payload alone, or the envelope without what the SSE fields already say.
  const wrapped = isEnvelope(body) ? { seq, ...body, type } : { type, seq, data: body };
  const parsed = liveEventSchema.safeParse(wrapped);
  return parsed.success ? parsed.data : null;
}

function isEnvelope(body: unknown): body is { data: unknown } {
  return typeof body === 'object' && body !== null && 'data' in body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
