'use client';

import { type HTMLAttributes, type RefAttributes, useEffect, useRef } from 'react';
import type { AnsweredByBadge as BadgeElement, ServedByFacts } from '../../public/embed/badge.js';

type BadgeAttributes = HTMLAttributes<BadgeElement> &
  RefAttributes<BadgeElement> & {
    text?: string;
    details?: boolean;
    'hide-button'?: boolean;
  };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'answered-by-badge': BadgeAttributes;
    }
  }
}

interface AnsweredByBadgeProps {
  /** From the answer's body; null while nothing of it is here. */
  switchyard: ServedByFacts | null;
  /** Without it there is no button. */
  onAskAgain?: () => void;
}

/** The badge as the product's users see it, by the component that the gateway serves for their pages. Empty where there is none. */
export function AnsweredByBadge({ switchyard, onAskAgain }: AnsweredByBadgeProps) {
  const badge = useRef<BadgeElement>(null);
  // Both by hand: React writes an attribute as long as the element's script has not come, and forgets its events in pages that
  // the server has rendered.
  useEffect(() => {
    if (badge.current !== null) badge.current.switchyard = switchyard;
  }, [switchyard]);
  useEffect(() => {
    const element = badge.current;
    if (element === null || onAskAgain === undefined) return;
    element.addEventListener('ask-again', onAskAgain);
    return () => element.removeEventListener('ask-again', onAskAgain);
  }, [onAskAgain]);
  return (
    <>
      <script async type="module" src="/embed/badge.js" />
      <answered-by-badge ref={badge} data-testid="answered-by-badge" hide-button={onAskAgain === undefined} />
    </>
  );
}
