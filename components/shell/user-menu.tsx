'use client';

import { ActionIcon, Menu, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { IconKeyboard, IconLogout, IconUser } from '@tabler/icons-react';
import type { Status } from '#lib/contract/api.ts';
import { useShortcutsEnabled } from '../ui/preferences.tsx';
import { openShortcutHelp } from './shortcut-help.ts';
import { ZoneSwitch } from './zone-switch.tsx';

/** Who is signed in, what they prefer, and the way out. */
export function UserMenu({ status }: { status: Status | undefined }) {
  const [shortcuts, setShortcuts] = useShortcutsEnabled();
  return (
    <Menu position="bottom-end" width={248} closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={32} aria-label="Account and preferences">
          <IconUser size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{status?.user?.email ?? 'Not signed in by name'}</Menu.Label>
        <div style={{ display: 'grid', gap: 8, padding: '4px 12px 8px' }}>
          <SchemeSwitch />
          <ZoneSwitch />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={15} />} closeMenuOnClick onClick={openShortcutHelp}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item role="menuitemcheckbox" aria-checked={shortcuts} onClick={() => setShortcuts(!shortcuts)}>
          Single-key shortcuts: {shortcuts ? 'on' : 'off'}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
        {status !== undefined && <Menu.Label>Switchyard {status.productVersion}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}

function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Colour scheme"
      value={colorScheme}
      onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
      data={[
        { value: 'auto', label: 'System' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
    />
  );
}

async function signOut(): Promise<void> {
  await fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }).catch(() => undefined);
  window.location.assign('/sign-in');
}
