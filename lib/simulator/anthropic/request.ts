import { z } from 'zod';
import { countTokens } from '../answers.ts';
import type { HttpReply, Prompt, Tool } from '../dialect.ts';
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
export function readMessages(
  json: unknown,
  models: readonly string[],
  requestId: string,
): { ok: true; prompt: Prompt } | { ok: false; reply: HttpReply } {
  const parsed = messagesSchema.safeParse(json);
  if (!parsed.success) return { ok: false, reply: invalid(parsed.error, requestId) };
  const request = parsed.data;
  if (!models.includes(request.model)) {
    const reply = anthropicError(404, 'not_found_error', `model: ${request.model}`, requestId);
    return { ok: false, reply };
  }
  const last = request.messages.at(-1)?.content;
  const texts = [request.system, ...request.messages.map((message) => message.content)].map(textOf);
  return {
    ok: true,
    prompt: {
      model: request.model,
      stream: request.stream ?? false,
      text: textOf(last),
      inputTokens: countTokens(texts.join('\n')),
      maxTokens: request.max_tokens,
      answers: 1,
      includeUsage: true,
      tool: toolToCall(request, last),
    },
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join(' ');
}

/** A tool is called when `tool_choice` forces it, or when the last message says "use the tool". */
function toolToCall(request: Messages, last: unknown): Tool | null {
  const tools = (request.tools ?? []).map((tool) => ({ name: tool.name, schema: tool.input_schema }));
  const choice = request.tool_choice;
  if (choice?.type === 'tool') return tools.find((tool) => tool.name === choice.name) ?? null;
  const isResult = Array.isArray(last) && last.some((part) => part?.type === 'tool_result');
  if (choice?.type === 'none' || isResult) return null;
  const asked = choice?.type === 'any' || /\buse the tool\b/i.test(textOf(last));
  return asked ? (tools[0] ?? null) : null;
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
