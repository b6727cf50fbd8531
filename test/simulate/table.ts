export interface Table {
  title: string;
  /** What the table shows and what to compare it with, in a sentence or two. */
  about: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The table as text with aligned columns: the first to the left, figures to the right. */
export function render({ title, about, head, rows }: Table): string {
  const widths = head.map((cell, at) => Math.max(cell.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  const rule = widths.map((width) => '─'.repeat(width));
  return [title, about, '', line(head), line(rule), ...rows.map(line), ''].join('\n');
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
export const whole = (value: number): string => Math.round(value).toLocaleString('en');
export const times = (value: number): string => `${value.toFixed(2)}x`;
