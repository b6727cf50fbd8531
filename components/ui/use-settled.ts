'use client';

import { useEffect, useRef, useState } from 'react';

/**
 * A live value that may reorder a list, taken only now and then: at once when `key` changes or it first becomes ready, else every
 * `everyMs` and never while the pointer is over the list. So rows do not move under the hand.
 */
export function useSettled<T>(value: T, key: string, everyMs: number) {
  const [held, setHeld] = useState({ value, key });
  const latest = useRef(value);
  const over = useRef(false);
  useEffect(() => {
    latest.current = value;
  }, [value]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!over.current) setHeld((known) => ({ ...known, value: latest.current }));
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  if (held.key !== key) setHeld({ value, key });
  return {
    value: held.value,
    hover: {
      onPointerEnter: () => {
        over.current = true;
      },
      onPointerLeave: () => {
        over.current = false;
      },
    },
  };
}
