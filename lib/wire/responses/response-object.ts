import type { FinishReason } from '../canonical.ts';
import { asArray, asNumber, asObject, asText, type JsonObject } from '../json.ts';

/** What stays the same from the first to the last event of an answer. */
export interface ResponseHead {
  id: string;
  /** Seconds since the epoch. */
  created: number;
  model: string;
  /** The client's body, parts of which every response repeats. */
  request: JsonObject;
}

export interface ResponseState {
  status: 'in_progress' | 'completed' | 'incomplete';
  incomplete: { reason: 'max_output_tokens' | 'content_filter' } | null;
  output: readonly JsonObject[];
  usage: JsonObject | null;
}

/** The response object of the Responses API. What it says about storing is the truth: nobody keeps a translated answer. */
export function responseObject(head: ResponseHead, state: ResponseState): JsonObject {
  const { request } = head;
  const text = asObject(request.text);
  return {
    id: head.id,
    object: 'response',
    created_at: head.created,
    status: state.status,
    background: false,
    error: null,
    incomplete_details: state.incomplete,
    instructions: asText(request.instructions),
    max_output_tokens: asNumber(request.max_output_tokens),
    metadata: asObject(request.metadata) ?? {},
    model: head.model,
    output: state.output,
    parallel_tool_calls: request.parallel_tool_calls !== false,
    previous_response_id: null,
    reasoning: { effort: asText(asObject(request.reasoning)?.effort), summary: null },
    store: false,
    temperature: asNumber(request.temperature),
    text: { ...text, format: asObject(text?.format) ?? { type: 'text' } },
    tool_choice: request.tool_choice ?? 'auto',
    tools: asArray(request.tools),
    top_p: asNumber(request.top_p),
    truncation: 'disabled',
    usage: state.usage,
    user: asText(request.user),
  };
}

/** How an answer that ended for this reason is marked. */
export function endState(reason: FinishReason): Pick<ResponseState, 'incomplete'> & {
  status: 'completed' | 'incomplete';
} {
  switch (reason) {
    case 'length':
      return { status: 'incomplete', incomplete: { reason: 'max_output_tokens' } };
    case 'content_filter':
      return { status: 'incomplete', incomplete: { reason: 'content_filter' } };
    case 'stop':
    case 'tool_calls':
      return { status: 'completed', incomplete: null };
    default:
      return reason satisfies never;
  }
}
