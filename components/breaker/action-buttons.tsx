'use client';

import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useRef } from 'react';
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
  const trigger = useRef<HTMLButtonElement>(null);
  const choose = (availability: Availability): void => {
    if (availability.refusal !== null) return;
    // A dialog gives the focus back to what had it: the item is gone by then, the button is not.
    trigger.current?.focus();
    run(availability.action);
  };
  return (
    <Menu position="bottom-end" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          ref={trigger}
          variant="subtle"
          size={28}
          loading={pending !== null}
          aria-label={`Actions for ${props.scope} ${props.id}`}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {available.map((availability) => (
          <Menu.Item
            key={availability.action}
            aria-disabled={availability.refusal !== null}
            data-disabled={availability.refusal !== null || undefined}
            onClick={() => choose(availability)}
          >
            {availability.label}
            {availability.refusal !== null && (
              <span style={{ display: 'block', fontSize: 12 }}>{availability.refusal}</span>
            )}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
