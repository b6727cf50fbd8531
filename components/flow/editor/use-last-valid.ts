'use client';

import { useState } from 'react';

/** The last value that was there; null: never one. While something is invalid, what follows from it stays as it was. */
export function useLastValid<T>(value: T | null): T | null {
  const [last, setLast] = useState(value);
  if (value !== null && value !== last && JSON.stringify(value) !== JSON.stringify(last)) setLast(value);
  return value ?? last;
}
