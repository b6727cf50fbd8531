import { z } from 'zod';
import { countTokens } from '../answers.ts';
import type { Place, ReadPrompt, Tool } from '../dialect.ts';
import { askedIn, textOf, wantsTool } from '../prompt-text.ts';
import { awsError } from './errors.ts';

const toolSpec = z.looseObject({
  name: z.string(),
  inputSchema: z.looseObject({ json: z.unknown() }).optional(),
});
const converseSchema = z.looseObject({
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.array(z.unknown()) }))
    .min(1),
  system: z.array(z.unknown()).optional(),
  inferenceConfig: z.looseObject({ maxTokens: z.int().min(1).optional() }).optional(),
  toolConfig: z
    .looseObject({
      tools: z.array(z.looseObject({ toolSpec: toolSpec.optional() })),
      toolChoice: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});
type Converse = z.output<typeof converseSchema>;

/** Reads a Converse request the way the vendor does: only what it needs is checked. */
export function readConverse(json: unknown, { models, route }: Place): ReadPrompt {
  const model = route.model ?? '';
  if (!models.includes(model)) return refused('The provided model identifier is invalid.');
  const parsed = converseSchema.safeParse(json);
  if (!parsed.success) return refused(`Malformed input request: ${parsed.error.issues[0]?.path.join('.')}.`);
  const request = parsed.data;
  const roles = request.messages.map(({ role }) => role);
  if (roles.some((role, at) => role === roles[at - 1])) {
    return refused('A conversation must alternate between user and assistant roles.');
  }
  const turns = request.messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  const { text, prefill } = askedIn(turns, 'assistant');
  return {
    ok: true,
    prompt: {
      model,
      stream: route.stream ?? false,
      text,
      prefill,
      inputTokens: countTokens([textOf(request.system), ...turns.map((turn) => turn.text)].join('\n')),
      maxTokens: request.inferenceConfig?.maxTokens ?? null,
      answers: 1,
      includeUsage: true,
      tool: toolToCall(request, text),
    },
  };
}

function refused(message: string): ReadPrompt {
  return { ok: false, reply: awsError(400, 'ValidationException', message) };
}

function toolToCall({ toolConfig, messages }: Converse, text: string): Tool | null {
  const tools = (toolConfig?.tools ?? []).flatMap(({ toolSpec: spec }) => (spec === undefined ? [] : [spec]));
  const last = messages.at(-1)?.content ?? [];
  const isResult = last.some((part) => typeof part === 'object' && part !== null && 'toolResult' in part);
  const choice = toolConfig?.toolChoice ?? {};
  const named = z.looseObject({ name: z.string() }).safeParse(choice.tool);
  const forced = named.success || choice.any !== undefined;
  if (!wantsTool(isResult ? 'none' : forced ? 'forced' : 'auto', text)) return null;
  const tool = tools.find(({ name }) => !named.success || name === named.data.name);
  return tool === undefined ? null : { name: tool.name, schema: tool.inputSchema?.json };
}
