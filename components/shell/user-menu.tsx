'use client';

import {
  ActionIcon,
  Button,
  Popover,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { IconKeyboard, IconLogout, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import type { Status } from '#lib/contract/api.ts';
import { useShortcutsEnabled } from '../ui/preferences.tsx';
import { openShortcutHelp } from './shortcut-help.ts';
import { ZoneSwitch } from './zone-switch.tsx';

/** Who is signed in, what they prefer, and the way out. */
export function UserMenu({ status }: { status: Status | undefined }) {
  const [opened, setOpened] = useState(false);
  const [shortcuts, setShortcuts] = useShortcutsEnabled();
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={256} trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="default"
          size={32}
          aria-label="Account and preferences"
          onClick={() => setOpened(!opened)}
        >
          <IconUser size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Text size="sm" c="dimmed" truncate>
            {status?.user?.email ?? 'Not signed in by name'}
          </Text>
          <SchemeSwitch />
          <ZoneSwitch />
          <Switch
            label="Single-key shortcuts"
            checked={shortcuts}
            onChange={(event) => setShortcuts(event.currentTarget.checked)}
          />
          <Button
            variant="default"
            size="xs"
            leftSection={<IconKeyboard size={15} aria-hidden="true" />}
            onClick={() => {
              setOpened(false);
              openShortcutHelp();
            }}
          >
            Keyboard shortcuts
          </Button>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconLogout size={15} aria-hidden="true" />}
            onClick={() => void signOut()}
          >
            Sign out
          </Button>
          {status !== undefined && (
            <Text size="xs" c="dimmed">
              Switchyard {status.productVersion}
            </Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
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
