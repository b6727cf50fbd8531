import type { PlaygroundInput } from '#lib/contract/api.ts';
import { STAKES_HEADER } from '#lib/contract/served-by.ts';

/** The same request for a terminal; the key stays a variable's name. */
export function curlCommand(gatewayUrl: string, flow: string, input: PlaygroundInput): string {
  const body = JSON.stringify({ model: flow, stream: input.stream, messages: input.messages });
  return [
    `curl -sN ${quote(`${gatewayUrl.replace(/\/+$/, '')}/v1/chat/completions`)}`,
    '-H "authorization: Bearer $SWITCHYARD_API_KEY"',
    "-H 'content-type: application/json'",
    ...(input.stakes === null ? [] : [`-H '${STAKES_HEADER}: ${input.stakes}'`]),
    `-d ${quote(body)}`,
  ].join(' \\\n  ');
}

/** Single quotes keep everything but themselves. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
