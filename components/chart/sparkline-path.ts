/** SVG path of values from 0 to the highest, left to right; null lifts the pen. A lone value becomes a short dash. */
export function sparklinePath(values: readonly (number | null)[], width: number, height: number): string {
  const max = Math.max(1, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const parts: string[] = [];
  let drawing = false;
  values.forEach((value, at) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = round(at * step);
    const y = round(height - (value / max) * height);
    const alone = !drawing && (values[at + 1] ?? null) === null;
    parts.push(`${drawing ? 'L' : 'M'}${x} ${y}${alone ? 'h1' : ''}`);
    drawing = true;
  });
  return parts.join('');
}

/** "Calls in the last 5 min: from 12 to 9 in 5 s, highest 20." */
export function sparklineSummary(values: readonly (number | null)[], what: string): string {
  const known = values.filter((value) => value !== null);
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return `${what}: no data.`;
  return `${what}: ${Math.round(first)} at first, ${Math.round(last)} now, highest ${Math.round(Math.max(...known))}.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
