import { asArray, asObject, asText, isObject, type JsonObject } from '../json.ts';

/** A schema as Google takes it, and the names of the keywords that it lost. */
export interface GoogleSchema {
  schema: JsonObject;
  lost: string[];
}

/** What `parametersJsonSchema` and `responseJsonSchema` are documented to take. */
const TAKEN = new Set([
  'title',
  'description',
  'format',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'required',
  'propertyOrdering',
]);

/** Keywords that constrain nothing: nobody misses them. */
const REMARKS = new Set([
  '$schema',
  '$id',
  'id',
  '$anchor',
  '$comment',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'strict',
]);

/** Deeper schemas are cut off: nobody writes them, and a stack is finite. */
const DEEPEST = 64;

/**
 * JSON Schema in the part of it that Google takes (ai.google.dev, structured output): `const` becomes an `enum` of one, `allOf` is merged,
 * `definitions` become `$defs`, `nullable` a type, tuples `prefixItems`; any other keyword is left out and named.
 */
export function googleSchema(schema: JsonObject): GoogleSchema {
  const lost = new Set<string>();
  return { schema: resolved(convert(schema, lost, 0)), lost: [...lost] };
}

/** A schema that is nothing but a reference to one of its own definitions, as generators write it, with that definition's contents. */
function resolved(schema: JsonObject): JsonObject {
  const name = /^#\/\$defs\/([^/]+)$/.exec(asText(schema.$ref) ?? '')?.[1];
  const definition = name === undefined ? null : asObject(asObject(schema.$defs)?.[name]);
  return definition === null ? schema : { ...definition, $defs: schema.$defs };
}

function convert(given: unknown, lost: Set<string>, depth: number): JsonObject {
  const object = asObject(given);
  if (object === null || depth > DEEPEST) return {};
  const schema = merged(object, depth);
  const reference = asText(schema.$ref);
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    // Beside a reference nothing else may stand.
    if (reference === null || key.startsWith('$') || key === 'definitions') {
      write(out, key, value, lost, depth + 1);
    }
  }
  if (schema.nullable === true && typeof out.type === 'string') out.type = [out.type, 'null'];
  return out;
}

function write(
  out: Record<string, unknown>,
  key: string,
  value: unknown,
  lost: Set<string>,
  depth: number,
): void {
  const each = (list: unknown) => asArray(list).map((item) => convert(item, lost, depth));
  switch (key) {
    case 'type':
      out.type = value;
      return;
    case '$ref':
      if (typeof value === 'string') out.$ref = value.replace('#/definitions/', '#/$defs/');
      return;
    case 'properties':
      out.properties = members(value, lost, depth);
      return;
    case '$defs':
    case 'definitions':
      out.$defs = { ...asObject(out.$defs), ...members(value, lost, depth) };
      return;
    case 'items':
      if (Array.isArray(value)) out.prefixItems = each(value);
      else out.items = convert(value, lost, depth);
      return;
    case 'prefixItems':
    case 'anyOf':
    case 'oneOf':
      out[key] = each(value);
      return;
    case 'additionalProperties':
      out.additionalProperties = isObject(value) ? convert(value, lost, depth) : value !== false;
      return;
    case 'const':
    case 'enum': {
      const options = (key === 'const' ? [value] : asArray(value)).filter(isWord);
      if (options.length > 0) out.enum = options;
      return;
    }
    case 'nullable':
      return;
    default:
      if (TAKEN.has(key)) out[key] = value;
      else if (!REMARKS.has(key)) lost.add(key);
  }
}

/** Google enumerates texts and numbers. */
function isWord(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function members(value: unknown, lost: Set<string>, depth: number): JsonObject {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(entries.map(([name, member]) => [name, convert(member, lost, depth)]));
}

/** The schema with the parts of its `allOf` in it: properties and requirements of all, else the first that says something. */
function merged(schema: JsonObject, depth: number): JsonObject {
  const parts = asArray(schema.allOf).filter(isObject);
  if (parts.length === 0 || depth > DEEPEST) return schema;
  const { allOf: _, ...own } = schema;
  const all = [own, ...parts.map((part) => merged(part, depth + 1))];
  const properties = Object.assign({}, ...all.map((part) => asObject(part.properties) ?? {}).reverse());
  const required = [...new Set(all.flatMap((part) => asArray(part.required)))];
  return {
    ...Object.assign({}, ...all.reverse()),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}
