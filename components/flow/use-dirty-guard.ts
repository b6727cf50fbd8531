'use client';

import { useEffect } from 'react';
import { confirmLeave, holdUnsaved } from '../ui/unsaved.ts';

/** While `dirty`, asks before the page is left: by closing it, by a link, by Back, by a shortcut or through the palette. */
export function useDirtyGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const release = holdUnsaved();
    const unload = (event: BeforeUnloadEvent) => event.preventDefault();
    const click = (event: MouseEvent) => {
      const to = leadsTo(event);
      if (to === null || confirmLeave(to)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('beforeunload', unload);
    const back = (event: NavigateEvent) => {
      if (event.navigationType !== 'traverse' || !event.cancelable) return;
      if (!confirmLeave(new URL(event.destination.url).pathname)) event.preventDefault();
    };
    document.addEventListener('click', click, true);
    // Browsers without it go back without a question.
    window.navigation?.addEventListener('navigate', back);
    return () => {
      release();
      window.removeEventListener('beforeunload', unload);
      document.removeEventListener('click', click, true);
      window.navigation?.removeEventListener('navigate', back);
    };
  }, [dirty]);
}

/** Where a plain click on a link leads within the dashboard; null: it leaves this page where it is. */
function leadsTo(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.hasAttribute('download'))
    return null;
  const to = new URL(link.href, window.location.href);
  // Another origin unloads the page, and the browser itself asks then.
  return to.origin === window.location.origin ? to.pathname : null;
}
