/** What every page shares in its URL; links keep it, so that a range survives going from page to page. */
const SHARED = ['range', 'from', 'to'];

/** Adds the shared parameters that are set, unless the address has its own. */
export function withShared(href: string, params: { get: (name: string) => string | null }): string {
  const [address = '/', hash] = href.split('#');
  const [path = '/', query = ''] = address.split('?');
  const merged = new URLSearchParams(query);
  for (const name of SHARED) {
    const value = params.get(name);
    if (value !== null && !merged.has(name)) merged.set(name, value);
  }
  const text = merged.toString();
  return `${path}${text === '' ? '' : `?${text}`}${hash === undefined ? '' : `#${hash}`}`;
}
