import { hash } from 'node:crypto';

/**
 * An id of a tool call in the form that a vendor takes: as it is where it fits, else `length` hexadecimal digits made from it, the
 * same in the call and in its result.
 */
export function idOfForm(id: string, form: RegExp, length: number): string {
  return form.test(id) ? id : hash('sha256', id, 'hex').slice(0, length);
}
