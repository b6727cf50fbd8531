import { z } from 'zod';
import { countTokens } from '../answers.ts';
import type { Place, ReadPrompt, Tool } from '../dialect.ts';
import { askedIn, textOf, wantsTool } from '../prompt-text.ts';
import { googleError, unknownGoogleModel } from './errors.ts';

const content = z.looseObject({ role: z.string().optional(), parts: z.array(z.unknown()).min(1) });
const declaration = z.looseObject({
  name: z.string(),
  parameters: z.unknown().optional(),
  parametersJsonSchema: z.unknown().optional(),
});
const contentsSchema = z.looseObject({
  contents: z.array(content).min(1),
  systemInstruction: z.looseObject({ parts: z.array(z.unknown()) }).optional(),
  generationConfig: z.looseObject({ maxOutputTokens: z.int().min(1).optional() }).optional(),
  tools: z.array(z.looseObject({ functionDeclarations: z.array(declaration).optional() })).optional(),
  toolConfig: z
    .looseObject({
      functionCallingConfig: z
        .looseObject({ mode: z.string().optional(), allowedFunctionNames: z.array(z.string()).optional() })
        .optional(),
    })
    .optional(),
});
type Contents = z.output<typeof contentsSchema>;

/** Reads a generateContent request the way the vendor does: only what it needs is checked. */
export function readContents(json: unknown, { models, route }: Place): ReadPrompt {
  const model = route.model ?? '';
  if (!models.includes(model)) return { ok: false, reply: unknownGoogleModel(model) };
  const parsed = contentsSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const message = `Invalid value at '${issue?.path.join('.') ?? 'body'}'.`;
    return { ok: false, reply: googleError(400, 'INVALID_ARGUMENT', message) };
  }
  const request = parsed.data;
  const turns = request.contents.map(({ role, parts }) => ({ role: role ?? 'user', text: textOf(parts) }));
  const { text, prefill } = askedIn(turns, 'model');
  const system = textOf(request.systemInstruction?.parts);
  return {
    ok: true,
    prompt: {
      model,
      stream: route.stream ?? false,
      text,
      prefill,
      inputTokens: countTokens([system, ...turns.map((turn) => turn.text)].join('\n')),
      maxTokens: request.generationConfig?.maxOutputTokens ?? null,
      answers: 1,
      includeUsage: true,
      tool: toolToCall(request, text),
    },
  };
}

function toolToCall(request: Contents, text: string): Tool | null {
  const tools = (request.tools ?? []).flatMap(({ functionDeclarations = [] }) => functionDeclarations);
  const config = request.toolConfig?.functionCallingConfig;
  const last = request.contents.at(-1)?.parts ?? [];
  const isResult = last.some(
    (part) => typeof part === 'object' && part !== null && 'functionResponse' in part,
  );
  const choice = config?.mode === 'NONE' || isResult ? 'none' : config?.mode === 'ANY' ? 'forced' : 'auto';
  if (!wantsTool(choice, text)) return null;
  const allowed = config?.allowedFunctionNames;
  const tool = tools.find(({ name }) => allowed === undefined || allowed.includes(name));
  return tool === undefined
    ? null
    : { name: tool.name, schema: tool.parametersJsonSchema ?? lower(tool.parameters) };
}

/** Google's own schemas write their types in capitals. */
function lower(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(lower);
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'type' && typeof value === 'string' ? value.toLowerCase() : lower(value),
    ]),
  );
}
