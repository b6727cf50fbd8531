'use client';

import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ScopeRef } from '../api/breaker-actions.ts';
import type { Availability } from './available-actions.ts';
import { type BreakerActions, useBreakerActions } from './use-breaker-actions.ts';

/** Buttons for a page's header. One that cannot work now stays, and says why. */
export function BreakerButtons(props: ScopeRef) {
  const actions = useBreakerActions(props);
  return (
    <Group gap={8}>
      {actions.available.map((availability) => (
        <ActionButton key={availability.action} availability={availability} actions={actions} />
      ))}
    </Group>
  );
}

function ActionButton({ availability, actions }: { availability: Availability; actions: BreakerActions }) {
  const { action, label, refusal } = availability;
  return (
    <Tooltip label={refusal ?? ''} disabled={refusal === null}>
      <Button
        size="sm"
        variant="default"
        loading={actions.pending === action}
        data-disabled={refusal !== null || undefined}
        aria-disabled={refusal !== null}
        aria-description={refusal ?? undefined}
        onClick={() => {
          if (refusal === null) actions.run(action);
        }}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

/** The same actions behind one button, for rows and tiles. */
export function BreakerMenu(props: ScopeRef) {
  const { available, run, pending } = useBreakerActions(props);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          size={28}
          loading={pending !== null}
          aria-label={`Actions for ${props.scope} ${props.id}`}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {available.map(({ action, label, refusal }) => (
          <Menu.Item
            key={action}
            aria-disabled={refusal !== null}
            data-disabled={refusal !== null || undefined}
            onClick={() => {
              if (refusal === null) run(action);
            }}
          >
            {label}
            {refusal !== null && <span style={{ display: 'block', fontSize: 12 }}>{refusal}</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
