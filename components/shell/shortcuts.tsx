'use client';

import { Kbd, Modal, Switch, Table } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { useLiveStore } from '../live/live-provider.tsx';
import { useShortcutsEnabled } from '../ui/preferences.tsx';
import { confirmLeave } from '../ui/unsaved.ts';
import { togglePause } from './live-pill.tsx';
import { withShared } from './shared-href.ts';
import { onShortcutHelp } from './shortcut-help.ts';
import { readShortcut, SHORTCUTS, type ShortcutAction, type ShortcutState } from './shortcut-keys.ts';

/** Listens for single keys outside fields, and lists them under `?`. */
export function Shortcuts() {
  const [enabled, setEnabled] = useShortcutsEnabled();
  const [help, setHelp] = useState(false);
  const perform = usePerform(() => setHelp(true));
  const state = useRef<ShortcutState>({ goSince: null });

  useEffect(() => onShortcutHelp(() => setHelp(true)), []);
  useEffect(() => {
    if (!enabled) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const next = readShortcut(state.current, event.key, event.timeStamp);
      state.current = next.state;
      if (next.action === null) return;
      event.preventDefault();
      perform(next.action);
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [enabled, perform]);

  return (
    <Modal
      opened={help}
      onClose={() => setHelp(false)}
      title="Keyboard shortcuts"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Switch
        label="Single-key shortcuts"
        checked={enabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
        mb="sm"
      />
      <Table>
        <Table.Tbody>
          {SHORTCUTS.map((shortcut) => (
            <Table.Tr key={shortcut.keys}>
              <Table.Td>
                <Kbd>{shortcut.keys}</Kbd>
              </Table.Td>
              <Table.Td>{shortcut.does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

function usePerform(showHelp: () => void): (action: ShortcutAction) => void {
  const router = useRouter();
  const params = useSearchParams();
  const client = useQueryClient();
  const store = useLiveStore();
  return (action) => {
    switch (action.type) {
      case 'go':
        if (confirmLeave(action.href)) router.push(withShared(action.href, params));
        return;
      case 'pause':
        return togglePause(store);
      case 'refresh':
        return void client.invalidateQueries();
      case 'range':
        return focusFirst('[data-shortcut="range"]', true);
      case 'filter':
        return focusFirst('[data-shortcut="filter"]', false);
      case 'help':
        return showHelp();
      default:
        return unreachable(action);
    }
  };
}

function focusFirst(selector: string, press: boolean): void {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  if (press) element?.click();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

function unreachable(value: never): never {
  throw new Error(`Unhandled shortcut: ${JSON.stringify(value)}`);
}
