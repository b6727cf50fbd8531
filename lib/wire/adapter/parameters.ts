import { isObject, type JsonObject } from '../json.ts';

/** The object with a value at a path of field names; what stands in the way and is no object is replaced. */
export function putField(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const [name = '', ...rest] = path;
  if (rest.length === 0) return { ...object, [name]: value };
  const inner = object[name];
  return { ...object, [name]: putField(isObject(inner) ? inner : {}, rest, value) };
}

/** The object without the field at a path; the same object when it has none. */
export function dropField(object: JsonObject, path: readonly string[]): JsonObject {
  const [name = '', ...rest] = path;
  if (!Object.hasOwn(object, name)) return object;
  if (rest.length === 0) {
    const { [name]: _gone, ...kept } = object;
    return kept;
  }
  const inner = object[name];
  if (!isObject(inner)) return object;
  const without = dropField(inner, rest);
  return without === inner ? object : { ...object, [name]: without };
}
