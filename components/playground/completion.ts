import { type SwitchyardObject, switchyardObjectSchema } from '#lib/contract/served-by.ts';

/** What a client of the gateway would have in hand so far. */
export interface Completion {
  text: string;
  switchyard: SwitchyardObject | null;
  finishReason: string | null;
  /** The error as the client got it: a status with a body, or an error event inside the stream. */
  error: { message: string; type: string | null; code: string | null } | null;
  done: boolean;
}

export const EMPTY_COMPLETION: Completion = {
  text: '',
  switchyard: null,
  finishReason: null,
  error: null,
  done: false,
};

/** Folds one `data:` line of an OpenAI chat stream. What is not understood changes nothing. */
export function foldChunk(state: Completion, data: string): Completion {
  if (data === '[DONE]') return { ...state, done: true };
  const chunk = parseRecord(data);
  if (chunk === null) return state;
  return foldObject(state, chunk, 'delta');
}

/** Reads a whole JSON answer, be it a completion or an error. */
export function readAnswer(body: string): Completion {
  const answer = parseRecord(body);
  if (answer === null) {
    return {
      ...EMPTY_COMPLETION,
      done: true,
      error: { message: body.slice(0, 300) || 'An empty answer.', type: null, code: null },
    };
  }
  return { ...foldObject(EMPTY_COMPLETION, answer, 'message'), done: true };
}

function foldObject(state: Completion, chunk: Fields, part: 'delta' | 'message'): Completion {
  const switchyard = switchyardObjectSchema.safeParse(chunk.switchyard);
  const choice = record(Array.isArray(chunk.choices) ? chunk.choices[0] : undefined);
  const error = record(chunk.error);
  return {
    ...state,
    text: state.text + (string(record(choice?.[part])?.content) ?? ''),
    switchyard: switchyard.success ? switchyard.data : state.switchyard,
    finishReason: string(choice?.finish_reason) ?? state.finishReason,
    error:
      error === null
        ? state.error
        : {
            message: string(error.message) ?? 'No message.',
            type: string(error.type),
            code: string(error.code),
          },
  };
}

type Fields = Record<string, unknown>;

function parseRecord(text: string): Fields | null {
  try {
    return record(JSON.parse(text));
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown): Fields | null {
  return isFields(value) ? value : null;
}

function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
