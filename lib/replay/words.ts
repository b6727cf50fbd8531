/** `1,204 requests`, `1 request`. */
export function many(count: number, what: string, plural = `${what}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? what : plural}`;
}

/** A share (0..1) in words; what is not all is never 100 %. */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  const honest = share < 1 ? Math.min(rounded, 99.9) : rounded;
  return `${share > 0 ? Math.max(honest, 0.1) : 0} %`;
}
