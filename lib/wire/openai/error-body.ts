import type { SwitchyardObject } from '../../contract/served-by.ts';
import { sseData } from '../sse.ts';

export interface OpenAiError {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
  /** Only in graceful refusals. */
  status?: string;
}

export interface OpenAiErrorBody {
  error: OpenAiError;
  switchyard?: SwitchyardObject;
}

export interface ErrorInput {
  message: string;
  type: string;
  param?: string | null;
  code?: string | null;
}

/** OpenAI's error shape. */
export function openAiError({ message, type, param = null, code = null }: ErrorInput): OpenAiErrorBody {
  return { error: { message, type, param, code } };
}

/** The body of a graceful refusal (503). */
export function degradedBody(message: string, switchyard: SwitchyardObject): OpenAiErrorBody {
  return {
    error: { message, type: 'degraded', param: null, code: 'degraded', status: 'degraded' },
    switchyard,
  };
}

/** The explicit end of a stream that broke after its start, as one SSE event. No `[DONE]` follows it. */
export function streamErrorFrame(error: ErrorInput, switchyard?: SwitchyardObject): Uint8Array {
  return sseData({ ...openAiError(error), switchyard });
}
