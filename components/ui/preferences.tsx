'use client';

import { useLocalStorage } from '@mantine/hooks';

/** Single-key shortcuts can be switched off: they collide with speech input and some assistive tools. */
export function useShortcutsEnabled(): [boolean, (on: boolean) => void] {
  const [on, set] = useLocalStorage({ key: 'switchyard-shortcuts', defaultValue: true });
  return [on, set];
}
