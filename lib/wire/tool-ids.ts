import { hash } from 'node:crypto';

/**
 * An id in the form that a vendor takes: as it is where it fits, else `length` hexadecimal digits made from it, the same ones each time,
 * so that a tool's result still names its call.
 */
export function idOfForm(id: string, form: RegExp, length: number): string {
  return form.test(id) ? id : hash('sha256', id, 'hex').slice(0, length);
}
