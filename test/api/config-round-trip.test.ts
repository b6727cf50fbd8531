import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { configSchema } from '#lib/contract/config.ts';
import { EVERY_FIELD_KEYS, everyField } from '../support/every-field.ts';
import { call } from './call.ts';
import { type ControlUnderTest, startControl } from './control-under-test.ts';

let control: ControlUnderTest;
beforeAll(async () => {
  control = await startControl({ SWITCHYARD_DEMO: 'off' });
});
afterAll(() => control.stop());

/** The same with keys as exports write them. */
function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  if ('apiKey' in value) return { stored: true };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

describe('a configuration that sets every field', () => {
  it('comes back exactly as it was put, but for its keys, as JSON and as YAML', async () => {
    const put = await call('/api/v1/config', { method: 'PUT', body: everyField() });
    expect(put.status, await put.clone().text()).toBe(200);
    const json = await call('/api/v1/config');
    expect(await json.json()).toEqual(masked(everyField()));
    const yaml = await (await call('/api/v1/config?format=yaml')).text();
    expect(parse(yaml)).toEqual(masked(everyField()));
    for (const key of EVERY_FIELD_KEYS) expect(yaml).not.toContain(key);
  });

  it('put again, with the keys or with what the export says of them, changes nothing', async () => {
    await call('/api/v1/config', { method: 'PUT', body: everyField() });
    const exported = await (await call('/api/v1/config?format=yaml')).text();
    for (const text of [stringify(everyField()), exported]) {
      const again = await call('/api/v1/config', { method: 'PUT', raw: { type: 'application/yaml', text } });
      expect(await again.json()).toEqual({ changes: [] });
    }
  });

  it('is found field by field in the schema: a field that is added has to be added here', () => {
    const sample = leavesOf(everyField());
    const missing = fieldsOf(schema, '').filter(
      ({ path, fallback }) =>
        !(sample.get(path) ?? []).some((value) => JSON.stringify(value) !== JSON.stringify(fallback)),
    );
    // What an export says instead of a key.
    expect(missing.map(({ path }) => path)).toEqual([
      '/providers/*/credential/stored',
      '/providers/*/endpoints/*/credential/stored',
    ]);
  });
});

interface Shape {
  $ref?: string;
  $defs?: Record<string, Shape>;
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | false;
  propertyNames?: { enum?: string[] };
  items?: Shape;
  anyOf?: Shape[];
  default?: unknown;
}

const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Shape;

interface Field {
  /** Entries of lists and records as `*`. */
  path: string;
  fallback: unknown;
}

/** Every field that a configuration can have, without those that only hold others. */
function fieldsOf(shape: Shape, path: string): Field[] {
  if (shape.$ref !== undefined) {
    const found = schema.$defs?.[shape.$ref.replace('#/$defs/', '')];
    // JSON inside JSON: one value like any other.
    return found === undefined || shape.$ref.includes('__schema')
      ? [{ path, fallback: undefined }]
      : fieldsOf(found, path);
  }
  const inner = [
    ...Object.entries(shape.properties ?? {}).flatMap(([name, one]) => fieldsOf(one, `${path}/${name}`)),
    ...(shape.items === undefined ? [] : fieldsOf(shape.items, `${path}/*`)),
    ...(shape.anyOf ?? []).flatMap((one) => fieldsOf(one, path)),
    ...recordFields(shape, path),
  ];
  return inner.length === 0 ? [{ path, fallback: shape.default }] : inner;
}

function recordFields({ additionalProperties, propertyNames }: Shape, path: string): Field[] {
  if (additionalProperties === undefined || additionalProperties === false) return [];
  const names = propertyNames?.enum ?? ['*'];
  return names.flatMap((name) => fieldsOf(additionalProperties, `${path}/${name}`));
}

/** The values of a document by the same paths. */
function leavesOf(document: unknown): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  const walk = (value: unknown, paths: readonly string[]): void => {
    for (const path of paths) found.set(path, [...(found.get(path) ?? []), value]);
    if (Array.isArray(value))
      for (const entry of value)
        walk(
          entry,
          paths.map((path) => `${path}/*`),
        );
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        walk(
          inner,
          paths.flatMap((path) => [`${path}/${key}`, `${path}/*`]),
        );
      }
    }
  };
  walk(document, ['']);
  return found;
}
