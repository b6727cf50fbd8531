import { createServer, type ServerResponse } from 'node:http';
import { serveFromChild } from './child-server.ts';
import { anthropicStreamAnswer, DRIP, plainAnswer, streamAnswer } from './workload.ts';

/** A vendor with nothing to compute: every byte of its answers is ready. Runs as a process of its own. */
const PLAIN = Buffer.from(plainAnswer());
const EVENTS = streamAnswer().map((event) => Buffer.from(event));
const ANTHROPIC_EVENTS = anthropicStreamAnswer().map((event) => Buffer.from(event));
const DRIP_MS = 100;

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    if (!body.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': PLAIN.length });
      response.end(PLAIN);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    if (body.includes(DRIP)) drip(response);
    else send(response, request.url === '/v1/messages' ? ANTHROPIC_EVENTS : EVENTS, 0);
  });
});

/** One write a chunk and one chunk a turn of the loop, so that each can arrive alone as it does from a real vendor. */
function send(response: ServerResponse, events: readonly Buffer[], at: number): void {
  const event = events[at];
  if (event === undefined) response.end();
  else {
    response.write(event);
    setImmediate(send, response, events, at + 1);
  }
}

function drip(response: ServerResponse): void {
  response.write(EVENTS[0]);
  const timer = setInterval(() => response.write(EVENTS[1]), DRIP_MS);
  response.on('close', () => clearInterval(timer));
}

serveFromChild(server);
