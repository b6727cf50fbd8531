/** The first place whose value is not below `value`, in a list that rises. */
export function lowerBound<T>(list: readonly T[], value: number, of: (item: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list[middle];
    if (item !== undefined && of(item) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One of the `size` items around an instant, chosen by `draw` (0..1); undefined: the list is empty. In the order of time. */
export function oneNear<T extends { atWallMs: number }>(
  list: readonly T[],
  wallMs: number,
  size: number,
  draw: number,
): T | undefined {
  const middle = lowerBound(list, wallMs, ({ atWallMs }) => atWallMs);
  const many = Math.min(size, list.length);
  const from = Math.max(0, Math.min(list.length - many, middle - Math.floor(many / 2)));
  return list[from + Math.floor(draw * many)];
}

/** Adds to the list under a key. */
export function keep<T>(into: Map<string, T[]>, key: string, value: T): void {
  const list = into.get(key);
  if (list === undefined) into.set(key, [value]);
  else list.push(value);
}
