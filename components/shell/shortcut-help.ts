const OPEN_EVENT = 'switchyard:shortcut-help';

export function openShortcutHelp(): void {
  window.dispatchEvent(new Event(OPEN_EVENT));
}

/** Returns how to stop listening. */
export function onShortcutHelp(listener: () => void): () => void {
  window.addEventListener(OPEN_EVENT, listener);
  return () => window.removeEventListener(OPEN_EVENT, listener);
}
