import { describe, expect, test } from 'vitest';
import { openApiDocument } from '#lib/contract/openapi.ts';
import { OPERATION_IDS, operation } from '#lib/contract/operations.ts';
import { routeFiles } from './call.ts';

const document = JSON.parse(
  JSON.stringify(openApiDocument({ version: '1.0.0', serverUrl: 'http://127.0.0.1:3000' })),
);

function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === '$ref' && typeof entry === 'string' ? [entry] : references(entry),
  );
}

describe('OpenAPI document', () => {
  test('has every operation once, under its path and method', () => {
    const described = Object.entries<Record<string, { operationId: string }>>(document.paths).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, one]) => `${one.operationId} ${method.toUpperCase()} ${path}`),
    );
    const expected = OPERATION_IDS.map((id) => `${id} ${operation(id).method} ${operation(id).path}`);
    expect(described.toSorted()).toEqual(expected.toSorted());
  });

  test('every reference leads somewhere', () => {
    const names = new Set(
      Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`),
    );
    expect([...new Set(references(document))].filter((reference) => !names.has(reference))).toEqual([]);
  });

  test('every path parameter is described', () => {
    for (const id of OPERATION_IDS) {
      const { path, params } = operation(id);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(Object.keys(params?.shape ?? {}).toSorted(), id).toEqual(named.toSorted());
    }
  });

  test('what may be left out of a request is not required in it', () => {
    const key = document.paths['/api/v1/api-keys'].post.requestBody.content['application/json'].schema;
    expect(key.required).toEqual(['name']);
    const override =
      document.paths['/api/v1/breakers/{scope}/{id}/override'].put.requestBody.content['application/json']
        .schema;
    expect(override.required.toSorted()).toEqual(['kind', 'reason']);
  });

  test.each<[string, string, string, string[]]>([
    ['/api/v1/test-calls', 'post', '404', ['not_found']],
    ['/api/v1/test-calls', 'post', '503', ['gateway_unavailable']],
    ['/api/v1/targets/{slug}/test', 'post', '504', ['gateway_timeout']],
    ['/api/v1/providers/{slug}/rotate', 'post', '503', ['gateway_unavailable']],
    ['/api/v1/targets/{slug}/drain', 'post', '422', ['needs_acknowledgement', 'invalid']],
    ['/api/v1/config/file/apply', 'post', '404', ['not_found']],
    ['/api/v1/config/file/apply', 'post', '409', ['conflict', 'stale_version']],
    ['/api/v1/config', 'put', '415', ['unsupported_media_type']],
  ])('%s %s may be refused with %s', (path, method, status, codes) => {
    const { description } = document.paths[path][method].responses[status];
    expect(description.split(', ')).toEqual(expect.arrayContaining(codes));
  });

  test('an export comes as JSON or as YAML', () => {
    const { content } = document.paths['/api/v1/config'].get.responses['200'];
    expect(Object.keys(content)).toEqual(['application/json', 'application/yaml']);
    expect(content['application/yaml'].schema).toEqual(content['application/json'].schema);
  });

  test('says what an answer tells of who gave it', () => {
    const { properties, required } = document.components.schemas.Switchyard;
    expect(properties.badge.description).toMatch(/exactly when its badge is on/);
    expect(properties.badgeLanguage.description).toMatch(/BCP 47/);
    expect(required).not.toContain('badge');
  });
});

test('every route has an operation, and every operation a route', async () => {
  const served = (await routeFiles())
    .filter(({ path }) => !path.includes('...'))
    .flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`));
  const described = OPERATION_IDS.map((id) => `${operation(id).method} ${operation(id).path}`);
  expect(served.toSorted()).toEqual(described.toSorted());
});
