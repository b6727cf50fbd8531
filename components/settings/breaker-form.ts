import type { SettingsView } from '#lib/contract/api.ts';
import { breakerSettingsSchema } from '#lib/contract/breaker-settings.ts';
import { fromPercent, toPercent } from '../flow/policy-fields.ts';

type Settings = SettingsView['breaker'];
export type BreakerField = keyof Settings;
/** Fields may be empty while they are being typed. */
export type BreakerDraft = { [K in BreakerField]: number | '' };

export interface BreakerFieldText {
  field: BreakerField;
  label: string;
  description: string;
  /** The form shows shares as percent. */
  percent?: true;
}

export const BREAKER_FIELDS: readonly BreakerFieldText[] = [
  { field: 'consecutiveFailures', label: 'Failures in a row', description: 'So many in a row open it.' },
  {
    field: 'failureRate',
    label: 'Failure rate, %',
    description: 'Of the calls in the window.',
    percent: true,
  },
  { field: 'slowRate', label: 'Slow rate, %', description: 'Of the streams in the window.', percent: true },
  { field: 'minimumCalls', label: 'Minimum calls', description: 'Before the rates count.' },
  { field: 'windowSeconds', label: 'Window, s', description: 'How far back it looks.' },
  { field: 'openSeconds', label: 'Open for, s', description: 'The first time; doubles with each trip.' },
  { field: 'maxOpenSeconds', label: 'Open at most, s', description: 'However often it trips.' },
  { field: 'probeSuccesses', label: 'Probes to close', description: 'Good probes in a row that close it.' },
  {
    field: 'rampAfterSeconds',
    label: 'Ramp after, s',
    description: 'Outages from this length on are followed by a ramp, where others can take the rest.',
  },
  {
    field: 'rampSeconds',
    label: 'Ramp, s',
    description: 'How long the traffic takes to return; 0: at once.',
  },
  {
    field: 'rampFirstShare',
    label: 'Ramp, first step, %',
    description: 'Of the traffic, during the first half.',
    percent: true,
  },
  {
    field: 'rampSecondShare',
    label: 'Ramp, second step, %',
    description: 'During the second half.',
    percent: true,
  },
];

const FIELD_NAMES = BREAKER_FIELDS.map(({ field }) => field);

export function draftOfSettings(settings: Settings): BreakerDraft {
  return { ...settings };
}

export function toShown(text: BreakerFieldText, value: number | ''): number | '' {
  return text.percent === undefined ? value : toPercent(value);
}

export function fromShown(text: BreakerFieldText, shown: number | ''): number | '' {
  return text.percent === undefined ? shown : fromPercent(shown);
}

export type BreakerCheck =
  | { ok: true; settings: Settings }
  | { ok: false; issues: ReadonlyMap<string, string> };

/** Validates with the contract's schema; issues by field. */
export function checkBreaker(draft: BreakerDraft): BreakerCheck {
  const empty = FIELD_NAMES.filter((field) => draft[field] === '');
  if (empty.length > 0)
    return { ok: false, issues: new Map(empty.map((field) => [field, 'Give a number.'])) };
  const parsed = breakerSettingsSchema.safeParse(draft);
  return parsed.success
    ? { ok: true, settings: parsed.data }
    : {
        ok: false,
        issues: new Map(
          parsed.error.issues.map((issue) => {
            const field = issue.path.join('.');
            return [field, shownIssue(field, issue.message)];
          }),
        ),
      };
}

/** The contract speaks of shares; who sees per cent is told in per cent. */
export function shownIssue(field: string, message: string): string {
  const text = BREAKER_FIELDS.find((each) => each.field === field);
  return text?.percent === undefined ? message : 'Above 0 and at most 100 %.';
}

/** A setting with its unit: "50 %", "30 s", "5". */
export function settingWords(text: BreakerFieldText, value: number | undefined): string {
  if (value === undefined) return '–';
  const unit = text.percent ? ' %' : text.field.endsWith('Seconds') ? ' s' : '';
  return `${toShown(text, value)}${unit}`;
}

export function sameBreaker(a: BreakerDraft, b: BreakerDraft): boolean {
  return FIELD_NAMES.every((field) => a[field] === b[field]);
}
