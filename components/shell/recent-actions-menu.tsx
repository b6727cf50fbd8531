'use client';

import { ActionIcon, Button, Indicator, Popover, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Instant } from '../ui/instant.tsx';
import { useRecentActions } from '../ui/recent-actions.tsx';

/** What was done from this tab, each with its way back. */
export function RecentActionsMenu() {
  const { actions, forget } = useRecentActions();
  const undoable = actions.some((action) => action.undo !== undefined);
  return (
    <Popover position="bottom-end" width={340} trapFocus>
      <Indicator disabled={!undoable} size={8} offset={3} color="ink">
        <Popover.Target>
          <ActionIcon variant="default" size={32} aria-label={`Your recent actions (${actions.length})`}>
            <IconHistory size={16} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Text fw={600} size="sm" mb={6}>
          Your recent actions
        </Text>
        {actions.length === 0 && (
          <Text size="sm" c="dimmed">
            None yet in this tab. Everything that was ever done is under Activity.
          </Text>
        )}
        {actions.map((action) => (
          <div
            key={action.id}
            style={{ display: 'flex', gap: 8, alignItems: 'center', minHeight: 36, fontSize: 13 }}
          >
            <span style={{ flex: 1 }}>
              {action.text} · <Instant at={action.atMs} form="ago" />
            </span>
            {action.undo !== undefined && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  action.undo?.run();
                  forget(action.id);
                }}
              >
                {action.undo.label}
              </Button>
            )}
          </div>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
