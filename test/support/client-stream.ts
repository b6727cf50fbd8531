import type { SwitchyardObject } from '#lib/contract/served-by.ts';

/** What a client reads out of a stream, whatever its face. */
export interface ClientEvent {
  type?: string;
  index?: number;
  delta?: string | { text?: string };
  choices?: { delta: { content?: string }; finish_reason?: string | null }[];
  error?: { message: string; type: string; code?: string | null };
  /** Responses: an error's words stand at the top. */
  message?: unknown;
  switchyard?: SwitchyardObject;
}

/** The JSON of a stream's events; comments, names and `[DONE]` left out. */
export function clientEvents(bytes: string): ClientEvent[] {
  return bytes
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line): ClientEvent => JSON.parse(line.slice(6)));
}

/** The text that a client puts together. */
export function clientText(bytes: string): string {
  return clientEvents(bytes)
    .map(({ type, delta, choices }) => {
      if (type === 'response.output_text.delta') return typeof delta === 'string' ? delta : '';
      if (type === 'content_block_delta') return typeof delta === 'object' ? (delta.text ?? '') : '';
      return choices?.[0]?.delta.content ?? '';
    })
    .join('');
}

/** The `switchyard` objects in the stream, in order. */
export function switchyards(bytes: string): SwitchyardObject[] {
  return clientEvents(bytes).flatMap(({ switchyard }) => (switchyard === undefined ? [] : [switchyard]));
}

/** The words of the error event that the stream ends with; null: it ends without one. */
export function streamError(bytes: string): string | null {
  const last = clientEvents(bytes).at(-1);
  const message = last?.error?.message ?? (last?.type === 'error' ? last.message : undefined);
  return typeof message === 'string' ? message : null;
}

/** Whether the stream ended as its dialect ends a complete answer. */
export function endsCleanly(bytes: string): boolean {
  const last = bytes.trimEnd().split('\n\n').at(-1) ?? '';
  return last === 'data: [DONE]' || /"type":"(message_stop|response\.(completed|incomplete))"/.test(last);
}
