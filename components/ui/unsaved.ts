const QUESTION = 'There are changes that are not saved. Leave without them?';

/** The drafts that are not saved, across the tab: links, shortcuts and the palette ask here before they leave a page. */
const held = new Set<symbol>();

/** Holds the page until released. */
export function holdUnsaved(): () => void {
  const own = Symbol('draft');
  held.add(own);
  return () => {
    held.delete(own);
  };
}

/** True when going from `here` to `to` (paths, queries allowed) loses nothing, or the person says so. */
export function mayLeave(to: string, here: string, ask: (question: string) => boolean): boolean {
  if (held.size === 0 || pathOf(to) === pathOf(here)) return true;
  return ask(QUESTION);
}

/** `mayLeave` of the page that is shown, asking the person at it. */
export function confirmLeave(to: string): boolean {
  return mayLeave(to, window.location.pathname, (question) => window.confirm(question));
}

function pathOf(href: string): string {
  return href.split(/[?#]/)[0] ?? href;
}
