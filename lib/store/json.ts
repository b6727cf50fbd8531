import { Prisma } from './generated/client.ts';

/** A value as a JSON column takes it; absent fields are left out. */
export function toJson(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
}

export function toNullableJson(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null || value === undefined ? Prisma.DbNull : toJson(value);
}

/** A JSON column as the type that was written: only this room writes these columns, from validated values of that type. */
export function fromJson<T>(value: Prisma.JsonValue): T {
  return value as T;
}
