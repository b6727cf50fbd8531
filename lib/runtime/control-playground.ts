import { type PlaygroundInput, playgroundInputSchema } from '#lib/contract/api.ts';
import { STAKES_HEADER } from '#lib/contract/served-by.ts';
import { ControlError } from '#lib/control/errors.ts';

export interface PlaygroundOptions {
  /** Where this machine reaches the gateway. */
  gatewayUrl: string;
  /** The dashboard's own API key. */
  apiKey: () => Promise<string>;
}

/** Sends a chat through a flow like any application would, and hands the answer on as it comes. */
export function playgroundOf({ gatewayUrl, apiKey }: PlaygroundOptions) {
  return async (flow: string, given: unknown, signal: AbortSignal): Promise<Response> => {
    const input = playgroundInputSchema.parse(given);
    const answer = await call(`${gatewayUrl}/v1/chat/completions`, flow, input, await apiKey(), signal);
    return new Response(answer.body, { status: answer.status, headers: passedOn(answer.headers) });
  };
}

async function call(
  url: string,
  flow: string,
  input: PlaygroundInput,
  key: string,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(input.stakes === null ? {} : { [STAKES_HEADER]: input.stakes }),
      },
      body: JSON.stringify({ model: flow, messages: input.messages, stream: input.stream }),
      signal,
    });
  } catch {
    throw new ControlError('gateway_unavailable', 'The gateway does not answer: try again in a few seconds.');
  }
}

/** What says who served and how; the rest belongs to the connection to the gateway. */
function passedOn(headers: Headers): Headers {
  const kept = new Headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' });
  headers.forEach((value, name) => {
    if (/^(x-switchyard-.*|content-type|retry-after|x-should-retry|x-request-id)$/.test(name)) {
      kept.set(name, value);
    }
  });
  return kept;
}
