import { z } from 'zod';
import { countTokens } from '../answers.ts';
import type { HttpReply, Place, ReadPrompt, Tool } from '../dialect.ts';
import { askedIn, textOf, wantsTool } from '../prompt-text.ts';
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
export function readChat(json: unknown, { models }: Pick<Place, 'models'>): ReadPrompt {
  const parsed = chatSchema.safeParse(json);
  if (!parsed.success) return { ok: false, reply: invalid(parsed.error) };
  const chat = parsed.data;
  if (!models.includes(chat.model)) return { ok: false, reply: unknownModel(chat.model) };
  const turns = chat.messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  // These models do not go on from the assistant's own words: they answer again.
  const { text } = askedIn(turns, 'assistant');
  return {
    ok: true,
    prompt: {
      model: chat.model,
      stream: chat.stream ?? false,
      text,
      prefill: '',
      inputTokens: countTokens(turns.map((turn) => turn.text).join('\n')),
      maxTokens: chat.max_completion_tokens ?? chat.max_tokens ?? null,
      answers: chat.n ?? 1,
      includeUsage: chat.stream_options?.include_usage ?? false,
      tool: toolToCall(chat, turns.at(-1)?.role ?? 'user', text),
    },
  };
}

function toolToCall(chat: Chat, role: string, text: string): Tool | null {
  const tools = (chat.tools ?? []).flatMap((tool) => {
    const read = toolSchema.safeParse(tool);
    return read.success ? [{ name: read.data.function.name, schema: read.data.function.parameters }] : [];
  });
  const named = toolSchema.safeParse(chat.tool_choice);
  if (named.success) return tools.find((tool) => tool.name === named.data.function.name) ?? null;
  const choice = chat.tool_choice === 'none' || role === 'tool' ? 'none' : 'auto';
  return wantsTool(chat.tool_choice === 'required' ? 'forced' : choice, text) ? (tools[0] ?? null) : null;
}

export function unknownModel(model: string): HttpReply {
  return openaiError(404, {
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    code: 'model_not_found',
  });
}

export function invalid(error: z.ZodError): HttpReply {
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
