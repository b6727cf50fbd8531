import type { CallerFault, FaultContext, HttpReply, StatusFault } from '../dialect.ts';
import { openaiStatusFault } from '../openai/errors.ts';

export function ollamaError(status: number, error: string): HttpReply {
  return { status, headers: {}, body: { error } };
}

export function ollamaCallerFault(fault: CallerFault, path: string): HttpReply {
  switch (fault) {
    case 'not_found':
      return ollamaError(404, `404 page not found: ${path}`);
    case 'bad_json':
      return ollamaError(400, 'invalid character in request body');
    case 'too_large':
      return ollamaError(413, 'request body too large');
    default:
      return fault satisfies never;
  }
}

/** Ollama has words and no codes; what only its cloud could say is said as OpenAI says it. */
export function ollamaStatusFault(fault: StatusFault, context: FaultContext): HttpReply {
  switch (fault) {
    case 'rate_limit':
    case 'rate_limit_no_hint':
      return ollamaError(429, 'too many concurrent requests');
    case 'overloaded':
      return ollamaError(503, 'server busy, please try again.  maximum pending requests exceeded');
    case 'server_error':
    case 'stream_error':
      return ollamaError(500, 'llama runner process has terminated: exit status 2');
    case 'auth':
      return ollamaError(401, 'unauthorized');
    case 'quota':
      return ollamaError(429, "you've reached your weekly usage limit, please upgrade to continue");
    case 'model_not_found':
      return ollamaError(404, `model '${context.model}' not found`);
    case 'context_overflow':
      return ollamaError(400, 'prompt too long; exceeded max context length by 120 tokens');
    case 'unsupported':
      return ollamaError(400, `registry.ollama.ai/library/${context.model} does not support tools`);
    default: {
      const { status, body } = openaiStatusFault(fault, context);
      const { error } = body as { error: { message: string } };
      return ollamaError(status, error.message);
    }
  }
}
