import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call that a fake provider received. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
  response: ServerResponse;
  /** Resolves when the caller has closed the connection before the answer was complete. */
  aborted: Promise<void>;
}

export type Behaviour = (call: Received) => void | Promise<void>;

/** A provider over real sockets that does what the test says, one behaviour for all calls or one per call in turn. */
export class FakeUpstream {
  readonly calls: Received[] = [];
  readonly #server: Server;
  readonly #waiting: ((call: Received) => void)[] = [];
  #behaviours: Behaviour[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  static async start(...behaviours: Behaviour[]): Promise<FakeUpstream> {
    const fake = new FakeUpstream();
    fake.behave(...behaviours);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  /** The last one given goes on for ever. */
  behave(...behaviours: Behaviour[]): void {
    this.#behaviours = behaviours;
  }

  get origin(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${isAddress(address) ? address.port : 0}`;
  }

  /** The next call that comes in. */
  nextCall(): Promise<Received> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const aborted = new Promise<void>((resolve) => {
      response.on('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    const body = Buffer.concat(chunks).toString('utf8');
    const call = { path: request.url ?? '', headers: request.headers, body, response, aborted };
    this.calls.push(call);
    this.#waiting.shift()?.(call);
    const behaviour = this.#behaviours.length > 1 ? this.#behaviours.shift() : this.#behaviours[0];
    await behaviour?.(call);
  }
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

// ---- behaviours ----------------------------------------------------------------------------------------------------------

/** A whole answer in OpenAI's format. */
export function answers(text: string, model = 'upstream-model'): Behaviour {
  const body = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  };
  return replies(200, JSON.stringify(body));
}

export function replies(
  status: number,
  body: string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Behaviour {
  return ({ response }) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

export function fails(status: number, error: object, headers: Record<string, string> = {}): Behaviour {
  return replies(status, JSON.stringify({ error }), { 'content-type': 'application/json', ...headers });
}

/** One OpenAI stream chunk as it stands on the wire. */
export function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'upstream-model',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;
}

export const ROLE = chunk({ role: 'assistant', content: '' });
export const STOP = chunk({}, 'stop');
export const DONE = 'data: [DONE]\n\n';

/** Writes each piece as its own packet, then ends. */
export function streams(...pieces: string[]): Behaviour {
  return async ({ response }) => {
    await writePieces(response, pieces);
    response.end();
  };
}

/** Writes the pieces and leaves the stream open. */
export function stalls(...pieces: string[]): Behaviour {
  return ({ response }) => writePieces(response, pieces);
}

/** Writes the pieces and cuts the connection. */
export function cuts(...pieces: string[]): Behaviour {
  return async ({ response }) => {
    await writePieces(response, pieces);
    response.destroy();
  };
}

export const resets: Behaviour = ({ response }) => {
  response.socket?.resetAndDestroy();
};

/** Accepts the call and never says a word. */
export const keepsSilent: Behaviour = () => {};

async function writePieces(response: ServerResponse, pieces: readonly string[]): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of pieces) {
    await new Promise<void>((resolve) => response.write(piece, () => setTimeout(resolve, 5)));
  }
}
