import { z } from 'zod';
import type { Tool } from '../dialect.ts';
import { wantsTool } from '../prompt-text.ts';

export const chatSchema = z.looseObject({
  model: z.string(),
  messages: z.array(
    z.looseObject({
      role: z.enum(['system', 'user', 'assistant', 'tool']),
      content: z.string().nullish(),
      images: z.array(z.string()).optional(),
      tool_calls: z
        .array(z.looseObject({ function: z.looseObject({ name: z.string(), arguments: z.looseObject({}) }) }))
        .optional(),
    }),
  ),
  stream: z.boolean().nullish(),
  options: z.looseObject({ num_predict: z.int().optional() }).nullish(),
  tools: z
    .array(
      z.looseObject({ function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }) }),
    )
    .nullish(),
});

/** The tool that a simulated model calls: nothing forces one. */
export function toolToCall(chat: z.output<typeof chatSchema>, role: string, text: string): Tool | null {
  const [tool] = chat.tools ?? [];
  if (tool === undefined || !wantsTool(role === 'tool' ? 'none' : 'auto', text)) return null;
  return { name: tool.function.name, schema: tool.function.parameters };
}
