import { z } from 'zod';
import { API_ERROR_STATUS, apiErrorSchema } from './errors.ts';
import { OPERATION_IDS, type Operation, operation } from './operations.ts';
import { switchyardObjectSchema } from './served-by.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the control API, generated from the schemas that validate it. */
export function openApiDocument(options: { version: string; serverUrl: string }): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const id of OPERATION_IDS) {
    const one = operation(id);
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: describe(id, one, schemas) };
  }
  // No operation answers with it alone: it stands in what the playground relays.
  convert(switchyardObjectSchema, 'output', schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchyard control API',
      version: options.version,
      description:
        'Everything that the dashboard does. Lists are {items, nextCursor}; versions travel as If-Match: "7"; a stale save gets 409 and the current row.',
    },
    servers: [{ url: options.serverUrl }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'SWITCHYARD_ADMIN_TOKEN' },
        session: { type: 'apiKey', in: 'cookie', name: 'switchyard.session_token' },
      },
      schemas,
    },
  };
}

function describe(id: string, one: Operation, schemas: Json): Json {
  return {
    operationId: id,
    tags: [one.tag],
    summary: one.summary,
    ...(one.auth === 'none' ? { security: [] } : {}),
    parameters: parametersOf(one, schemas),
    ...(one.body === undefined ? {} : { requestBody: bodyOf(one.body, one.yaml === true, schemas) }),
    responses: { [one.status]: answerOf(one, schemas), ...errorsOf(one, schemas) },
  };
}

function bodyOf(body: z.ZodType, yaml: boolean, schemas: Json): Json {
  const schema = convert(body, 'input', schemas);
  return {
    required: true,
    content: { 'application/json': { schema }, ...(yaml ? { 'application/yaml': { schema } } : {}) },
  };
}

function parametersOf(one: Operation, schemas: Json): Json[] {
  const found: Json[] = [];
  for (const [name, schema] of Object.entries(one.params?.shape ?? {})) {
    found.push({ name, in: 'path', required: true, schema: convert(toType(schema), 'input', schemas) });
  }
  for (const [name, schema] of Object.entries(one.query?.shape ?? {})) {
    found.push({ name, in: 'query', required: false, schema: convert(toType(schema), 'input', schemas) });
  }
  if (one.ifMatch !== undefined) {
    const required = one.ifMatch === true;
    found.push({
      name: 'If-Match',
      in: 'header',
      required,
      description: `The version that was read, in quotes.${required ? '' : ' Without it, whatever is there is replaced.'}`,
      schema: { type: 'string', examples: ['"7"'] },
    });
  }
  return found;
}

/** Shapes hold zod's core types; every schema here is made by zod itself. */
function toType(schema: z.core.$ZodType): z.ZodType {
  return schema as z.ZodType;
}

function answerOf(one: Operation, schemas: Json): Json {
  const types = one.produces?.split(', ') ?? [];
  if (one.answer !== undefined) {
    const schema = convert(one.answer, 'output', schemas);
    const content = Object.fromEntries(['application/json', ...types].map((type) => [type, { schema }]));
    return { description: one.summary, content };
  }
  const content = Object.fromEntries(types.map((type) => [type, {}]));
  return { description: one.summary, ...(one.produces === undefined ? {} : { content }) };
}

function errorsOf(one: Operation, schemas: Json): Json {
  const codes: (keyof typeof API_ERROR_STATUS)[] = ['internal', ...(one.errors ?? [])];
  if (one.auth === 'required') codes.push('unauthenticated', 'forbidden');
  if (one.params !== undefined) codes.push('not_found');
  if (one.params !== undefined || one.query !== undefined || one.body !== undefined) codes.push('invalid');
  if (one.body !== undefined)
    codes.push('invalid_json', 'unsupported_media_type', 'payload_too_large', 'conflict');
  if (one.ifMatch !== undefined) codes.push('stale_version');
  if (one.ifMatch === true) codes.push('version_required');
  if (one.tag === 'Breakers') codes.push('gateway_unavailable', 'gateway_timeout');
  const schema = convert(apiErrorSchema, 'output', schemas);
  const byStatus = Map.groupBy(new Set(codes), (code) => API_ERROR_STATUS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [
      status,
      { description: named.join(', '), content: { 'application/json': { schema } } },
    ]),
  );
}

/** One schema; those that have an id go into the components, once for each direction in which they differ. */
function convert(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const {
    $schema: _dialect,
    $defs,
    ...own
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json;
  const renamed = new Map<string, string>();
  const definitions = Object.entries(($defs as Record<string, Json> | undefined) ?? {});
  for (const [name, definition] of definitions) renamed.set(name, nameFor(name, io, definition, schemas));
  for (const [name, definition] of definitions) {
    schemas[renamed.get(name) ?? name] = pointAt(definition, renamed) as Json;
  }
  const { id, ...rest } = own;
  if (typeof id !== 'string') return pointAt(own, renamed) as Json;
  const name = nameFor(id, io, own, schemas);
  schemas[name] = pointAt(rest, renamed) as Json;
  return { $ref: `#/components/schemas/${name}` };
}

function nameFor(name: string, io: 'input' | 'output', definition: Json, schemas: Json): string {
  const plain = pointAt(definition, new Map());
  const known = schemas[name];
  if (known === undefined || JSON.stringify(known) === JSON.stringify(plain)) return name;
  return io === 'input' ? `${name}Input` : `${name}Output`;
}

/** Points references at the components and drops ids, which OpenAPI reads as base URIs. */
function pointAt(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((entry) => pointAt(entry, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => !(key === 'id' && typeof entry === 'string'))
      .map(([key, entry]) => {
        if (key !== '$ref' || typeof entry !== 'string') return [key, pointAt(entry, renamed)];
        const name = entry.replace('#/$defs/', '');
        return [key, `#/components/schemas/${renamed.get(name) ?? name}`];
      }),
  );
}
