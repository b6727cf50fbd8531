'use client';

import { type RefObject, useEffect } from 'react';
import { useShortcutsEnabled } from '../ui/preferences.tsx';

/** J and K walk the rows (elements with data-row) of a list; Enter then opens the focused one by itself. */
export function useRowKeys(list: RefObject<HTMLElement | null>): void {
  const [enabled] = useShortcutsEnabled();
  useEffect(() => {
    if (!enabled) return;
    const pressed = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[event.key.toLowerCase()];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
      const at = rows.findIndex((row) => row.matches(':focus'));
      const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
      event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [enabled, list]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}
