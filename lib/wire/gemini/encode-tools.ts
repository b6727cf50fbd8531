import type { CanonicalRequest, CanonicalTool } from '../canonical-request.ts';
import type { JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';
import type { UpstreamTarget } from '../types.ts';
import { googleSchema } from './json-schema.ts';

type Mode = 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED';

/** `tools` and `toolConfig`; nothing without tools. */
export function encodeTools(
  { tools, toolChoice, parallelTools }: CanonicalRequest,
  { kind }: UpstreamTarget,
  log: TranslationLog,
): JsonObject {
  if (tools.length === 0) return {};
  if (parallelTools === false) log.leaveOut('parallel_tool_calls', 'Google');
  const functionDeclarations = tools.map((tool) => declare(tool, log));
  const strict = tools.some((tool) => tool.strict === true);
  // Only the Gemini API has a mode that holds a free choice to the schemas.
  const free: Mode = strict && kind === 'google' ? 'VALIDATED' : 'AUTO';
  if (strict && kind !== 'google') {
    log.note('`strict` was left out of the tools: Vertex is sent their schemas without it.');
  }
  const config = functionCallingConfig(toolChoice, free);
  return {
    tools: [{ functionDeclarations }],
    ...(config === null ? {} : { toolConfig: { functionCallingConfig: config } }),
  };
}

function functionCallingConfig(choice: CanonicalRequest['toolChoice'], free: Mode): JsonObject | null {
  switch (choice?.type) {
    case undefined:
      return free === 'AUTO' ? null : { mode: free };
    case 'auto':
      return { mode: free };
    case 'none':
      return { mode: 'NONE' };
    case 'any':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    default:
      return choice satisfies never;
  }
}

/** Always by `parametersJsonSchema`, which both APIs take; `parameters` knows less of JSON Schema. */
function declare({ name, description, parameters }: CanonicalTool, log: TranslationLog): JsonObject {
  const { schema, lost } = googleSchema(parameters);
  noteLost(`the tool "${name}"`, lost, log);
  return {
    name,
    ...(description === null ? {} : { description }),
    // Google wants an object's schema, and none at all for a function without parameters.
    ...(takesNothing(schema) ? {} : { parametersJsonSchema: { type: 'object', ...schema } }),
  };
}

function takesNothing({ properties, additionalProperties, $ref, anyOf, oneOf }: JsonObject): boolean {
  const none = properties === undefined || Object.keys(properties as object).length === 0;
  return (
    none &&
    (additionalProperties === undefined || additionalProperties === false) &&
    [$ref, anyOf, oneOf].every((part) => part === undefined)
  );
}

export function noteLost(what: string, lost: readonly string[], log: TranslationLog): void {
  if (lost.length === 0) return;
  const names = lost.map((keyword) => `\`${keyword}\``).join(', ');
  log.note(`The schema of ${what} lost what Google does not take: ${names}.`);
}
