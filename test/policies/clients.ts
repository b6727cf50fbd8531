import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { SwitchyardObject } from '#lib/contract/served-by.ts';
import { STAKES_HEADER } from '#lib/contract/served-by.ts';
import type { Stakes } from '#lib/engine/types.ts';
import { KEY } from '../gateway/support.ts';
import type { Face } from './table.ts';

/** What an application sees that calls through a vendor's own client. */
export interface Told {
  /** HTTP requests that the client has made, retries included. */
  requests: number;
  headers: Headers;
  text: string;
  /** The dialect's word for an answer that ended by itself; null: none came. */
  finish: string | null;
  /** The model that the answer names. */
  model: string | null;
  /** From the body, or from the first event. */
  switchyard: SwitchyardObject | null;
  /** What the client threw; null: nothing. */
  error: InstanceType<typeof OpenAI.APIError> | InstanceType<typeof Anthropic.APIError> | null;
}

export interface Question {
  face: Face;
  flow: string;
  stream: boolean;
  stakes: Stakes | null;
}

interface Answer {
  text: string;
  finish: string | null;
  model: string | null;
  /** The body, or the first event. */
  first: unknown;
}

/** Asks as an application would: the vendor's official client with nothing changed but its address. */
export async function ask(url: string, question: Question): Promise<Told> {
  let requests = 0;
  let headers = new Headers();
  const counted: typeof fetch = async (input, init) => {
    requests += 1;
    const response = await fetch(input, init);
    headers = response.headers;
    return response;
  };
  const options = { fetch: counted, defaultHeaders: stakesHeaders(question.stakes) };
  const none = { text: '', finish: null, model: null, switchyard: null };
  try {
    const answer =
      question.face === 'messages'
        ? await askAnthropic(new Anthropic({ ...options, apiKey: KEY, baseURL: url }), question)
        : await askOpenAi(new OpenAI({ ...options, apiKey: KEY, baseURL: `${url}/v1` }), question);
    const { first, ...rest } = answer;
    return { requests, headers, ...rest, switchyard: switchyardOf(first), error: null };
  } catch (error) {
    if (!(error instanceof OpenAI.APIError || error instanceof Anthropic.APIError)) throw error;
    return { requests, headers, ...none, error };
  }
}

function stakesHeaders(stakes: Stakes | null): Record<string, string> {
  return stakes === null ? {} : { [STAKES_HEADER]: stakes };
}

/** Neither vendor's types know of it; both clients hand it over all the same. */
export function switchyardOf(body: unknown): SwitchyardObject | null {
  if (typeof body !== 'object' || body === null || !('switchyard' in body)) return null;
  return body.switchyard as SwitchyardObject;
}

function askOpenAi(client: OpenAI, { face, flow, stream }: Question): Promise<Answer> {
  if (face === 'chat') return stream ? chatStream(client, flow) : chatWhole(client, flow);
  return stream ? responsesStream(client, flow) : responsesWhole(client, flow);
}

const ASKED = [{ role: 'user' as const, content: 'Where is my parcel?' }];

async function chatWhole(client: OpenAI, model: string): Promise<Answer> {
  const body = await client.chat.completions.create({ model, messages: ASKED });
  const [choice] = body.choices;
  return {
    text: choice?.message.content ?? '',
    finish: choice?.finish_reason ?? null,
    model: body.model,
    first: body,
  };
}

async function chatStream(client: OpenAI, model: string): Promise<Answer> {
  const answer: Answer = { text: '', finish: null, model: null, first: null };
  for await (const chunk of await client.chat.completions.create({ model, messages: ASKED, stream: true })) {
    answer.first ??= chunk;
    answer.model ??= chunk.model;
    answer.text += chunk.choices[0]?.delta.content ?? '';
    answer.finish = chunk.choices[0]?.finish_reason ?? answer.finish;
  }
  return answer;
}

async function responsesWhole(client: OpenAI, model: string): Promise<Answer> {
  const body = await client.responses.create({ model, input: ASKED });
  return { text: body.output_text, finish: body.status ?? null, model: body.model, first: body };
}

async function responsesStream(client: OpenAI, model: string): Promise<Answer> {
  const answer: Answer = { text: '', finish: null, model: null, first: null };
  for await (const event of await client.responses.create({ model, input: ASKED, stream: true })) {
    answer.first ??= event;
    if (event.type === 'response.output_text.delta') answer.text += event.delta;
    if (event.type !== 'response.completed') continue;
    answer.finish = event.response.status ?? null;
    answer.model = event.response.model;
  }
  return answer;
}

async function askAnthropic(client: Anthropic, { flow, stream }: Question): Promise<Answer> {
  const asked = { model: flow, max_tokens: 500, messages: ASKED };
  if (!stream) {
    const body = await client.messages.create(asked);
    const [block] = body.content;
    const text = block?.type === 'text' ? block.text : '';
    return { text, finish: body.stop_reason, model: body.model, first: body };
  }
  const answer: Answer = { text: '', finish: null, model: null, first: null };
  for await (const event of await client.messages.create({ ...asked, stream: true })) {
    answer.first ??= event;
    if (event.type === 'message_start') answer.model = event.message.model;
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
      answer.text += event.delta.text;
    if (event.type === 'message_delta') answer.finish = event.delta.stop_reason;
  }
  return answer;
}
