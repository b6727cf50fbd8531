import { z } from 'zod';
import { countTokens } from '../answers.ts';
import type { HttpReply, Place, ReadPrompt, Tool } from '../dialect.ts';
import { askedIn, textOf, wantsTool } from '../prompt-text.ts';
import { anthropicError } from './errors.ts';

const messagesSchema = z.looseObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.unknown() })).min(1),
  system: z.unknown().optional(),
  stream: z.boolean().optional(),
  tools: z.array(z.looseObject({ name: z.string(), input_schema: z.unknown().optional() })).optional(),
  tool_choice: z.looseObject({ type: z.string(), name: z.string().optional() }).optional(),
});
type Messages = z.output<typeof messagesSchema>;

/** Reads a Messages request the way the vendor does: only what it needs is checked. */
export function readMessages(json: unknown, { models, requestId, route }: Place): ReadPrompt {
  const given = route.kind === 'count' ? { max_tokens: 1, ...Object(json) } : json;
  const parsed = messagesSchema.safeParse(given);
  if (!parsed.success) return { ok: false, reply: invalid(parsed.error, requestId) };
  const request = parsed.data;
  if (!models.includes(request.model)) {
    const reply = anthropicError(404, 'not_found_error', `model: ${request.model}`, requestId);
    return { ok: false, reply };
  }
  const turns = request.messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  const { text, prefill } = askedIn(turns, 'assistant');
  if (prefill !== prefill.trimEnd()) {
    const words = 'messages: final assistant content cannot end with trailing whitespace';
    return { ok: false, reply: anthropicError(400, 'invalid_request_error', words, requestId) };
  }
  return {
    ok: true,
    prompt: {
      model: request.model,
      stream: request.stream ?? false,
      text,
      prefill,
      inputTokens: countTokens([textOf(request.system), ...turns.map((turn) => turn.text)].join('\n')),
      maxTokens: request.max_tokens,
      answers: 1,
      includeUsage: true,
      tool: toolToCall(request, request.messages.at(-1)?.content),
    },
  };
}

function toolToCall(request: Messages, last: unknown): Tool | null {
  const tools = (request.tools ?? []).map((tool) => ({ name: tool.name, schema: tool.input_schema }));
  const choice = request.tool_choice;
  if (choice?.type === 'tool') return tools.find((tool) => tool.name === choice.name) ?? null;
  const isResult = Array.isArray(last) && last.some((part) => part?.type === 'tool_result');
  const wish = choice?.type === 'none' || isResult ? 'none' : choice?.type === 'any' ? 'forced' : 'auto';
  return wantsTool(wish, textOf(last)) ? (tools[0] ?? null) : null;
}

function invalid(error: z.ZodError, requestId: string): HttpReply {
  const issue = error.issues[0];
  const missing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const what = missing ? 'Field required' : 'Input is not valid';
  return anthropicError(
    400,
    'invalid_request_error',
    `${issue?.path.join('.') || 'body'}: ${what}`,
    requestId,
  );
}
