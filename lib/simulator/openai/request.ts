import { z } from 'zod';
import { countTokens } from '../answers.ts';
import type { HttpReply, Prompt, Tool } from '../dialect.ts';
import { openaiError } from './errors.ts';

const toolSchema = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }),
});

const chatSchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown().optional() })).min(1),
  stream: z.boolean().nullish(),
  n: z.int().min(1).max(128).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  tools: z.array(z.unknown()).nullish(),
  tool_choice: z.unknown().optional(),
});
type Chat = z.output<typeof chatSchema>;

/** Reads a chat completion request the way the vendor does: only what it needs is checked. */
export function readChat(
  json: unknown,
  models: readonly string[],
): { ok: true; prompt: Prompt } | { ok: false; reply: HttpReply } {
  const parsed = chatSchema.safeParse(json);
  if (!parsed.success) return { ok: false, reply: invalid(parsed.error) };
  const chat = parsed.data;
  if (!models.includes(chat.model)) return { ok: false, reply: unknownModel(chat.model) };
  const last = chat.messages.at(-1);
  const text = textOf(last?.content);
  return {
    ok: true,
    prompt: {
      model: chat.model,
      stream: chat.stream ?? false,
      text,
      inputTokens: countTokens(chat.messages.map((message) => textOf(message.content)).join('\n')),
      maxTokens: chat.max_completion_tokens ?? chat.max_tokens ?? null,
      answers: chat.n ?? 1,
      includeUsage: chat.stream_options?.include_usage ?? false,
      tool: toolToCall(chat, last?.role ?? 'user', text),
    },
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join(' ');
}

/** A tool is called when `tool_choice` forces it, or when the last message says "use the tool". */
function toolToCall(chat: Chat, role: string, text: string): Tool | null {
  const tools = (chat.tools ?? []).flatMap((tool) => {
    const read = toolSchema.safeParse(tool);
    return read.success ? [{ name: read.data.function.name, schema: read.data.function.parameters }] : [];
  });
  const named = toolSchema.safeParse(chat.tool_choice);
  if (named.success) return tools.find((tool) => tool.name === named.data.function.name) ?? null;
  if (chat.tool_choice === 'none' || role === 'tool') return null;
  const asked = chat.tool_choice === 'required' || /\buse the tool\b/i.test(text);
  return asked ? (tools[0] ?? null) : null;
}

function unknownModel(model: string): HttpReply {
  return openaiError(404, {
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    code: 'model_not_found',
  });
}

function invalid(error: z.ZodError): HttpReply {
  const issue = error.issues[0];
  const param = issue?.path.join('.') ?? '';
  const missing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return openaiError(400, {
    message: missing ? `Missing required parameter: '${param}'.` : `Invalid value for '${param}'.`,
    type: 'invalid_request_error',
    param: param === '' ? null : param,
    code: missing ? 'missing_required_parameter' : 'invalid_type',
  });
}
