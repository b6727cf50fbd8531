import { asObject, isObject, type JsonObject } from '../json.ts';

/** Keywords that Anthropic's structured output enforces; any other would be refused. */
const KEYWORDS = new Set([
  'type',
  'description',
  'title',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  '$ref',
  '$defs',
  '$schema',
  'format',
  'default',
]);
const FORMATS = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);

/**
 * The schema as Anthropic's structured output takes it: every object closed. null when it uses a keyword that would be refused or
 * leaves an object open on purpose, or is recursive: then the model is asked in words.
 */
export function enforceableSchema(schema: JsonObject): JsonObject | null {
  if (JSON.stringify(schema).includes('"$ref":"#"')) return null;
  return isObject(schema) && schema.type === 'object' ? closed(schema) : null;
}

function closed(schema: JsonObject): JsonObject | null {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!KEYWORDS.has(key)) return null;
    if (key === '$schema' || key === 'additionalProperties') continue;
    const written = keyword(key, value);
    if (written === null) return null;
    out[key] = written;
  }
  if (schema.type !== 'object') return schema.additionalProperties === undefined ? out : null;
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return null;
  return { ...out, additionalProperties: false };
}

/** null: cannot be enforced. */
function keyword(key: string, value: unknown): unknown {
  switch (key) {
    case 'properties':
    case '$defs':
      return closedMembers(value);
    case 'items':
      return isObject(value) ? closed(value) : null;
    case 'anyOf': {
      const options = Array.isArray(value) ? value.map((option) => closed(asObject(option) ?? {})) : [];
      return options.length === 0 || options.includes(null) ? null : options;
    }
    case 'format':
      return typeof value === 'string' && FORMATS.has(value) ? value : null;
    default:
      return value ?? null;
  }
}

function closedMembers(value: unknown): JsonObject | null {
  const out: [name: string, member: JsonObject][] = [];
  for (const [name, member] of Object.entries(asObject(value) ?? {})) {
    const written = isObject(member) ? closed(member) : null;
    if (written === null) return null;
    out.push([name, written]);
  }
  return Object.fromEntries(out);
}

/** True when every object in the schema names all of its members and allows no other: what OpenAI enforces to the letter. */
export function isFullyClosed(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isFullyClosed);
  if (!isObject(schema)) return true;
  if (schema.type === 'object') {
    const names = Object.keys(asObject(schema.properties) ?? {});
    const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
    if (schema.additionalProperties !== false || !names.every((name) => required.includes(name)))
      return false;
  }
  return Object.values(schema).every(isFullyClosed);
}
