import type { Zone } from '../ui/format.ts';

/** An instant as a `datetime-local` input wants it, in the zone that the page uses. */
export function toInput(atMs: number, zone: Zone): string {
  const shift = zone === 'utc' ? 0 : new Date(atMs).getTimezoneOffset() * 60_000;
  return new Date(atMs - shift).toISOString().slice(0, 16);
}

/** null when the field is empty or not a date. */
export function fromInput(value: string, zone: Zone): number | null {
  const atMs = Date.parse(zone === 'utc' ? `${value}Z` : value);
  return Number.isNaN(atMs) ? null : atMs;
}
