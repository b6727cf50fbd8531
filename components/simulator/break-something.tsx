'use client';

import { Button, Drawer, Skeleton, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBolt } from '@tabler/icons-react';
import type { ActiveFault, SimulatorView } from '#lib/contract/simulator.ts';
import { errorMessage } from '../api/client.ts';
import { useSimulator } from '../api/resources.ts';
import touch from '../flow/touch.module.css';
import { Alarm } from '../ui/alarm.tsx';
import { Instant } from '../ui/instant.tsx';
import classes from './break-something.module.css';
import { FaultForm } from './fault-form.tsx';
import { faultPlace, faultSentence } from './fault-words.ts';
import { useFaultActions } from './use-faults.ts';

/** Opens the panel; for the overview of a demo. */
export function BreakSomethingButton() {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconBolt size={16} aria-hidden />} onClick={open}>
        Break something
      </Button>
      <BreakSomething opened={opened} onClose={close} />
    </>
  );
}

interface BreakSomethingProps {
  opened: boolean;
  onClose: () => void;
}

/** Makes a simulated vendor, region or model fail, and heals it. Only in the demo. */
export function BreakSomething({ opened, onClose }: BreakSomethingProps) {
  return (
    <Drawer
      classNames={{ body: touch.touch }}
      opened={opened}
      onClose={onClose}
      position="right"
      size={420}
      title="Break something"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className={classes.label}>
        <strong>Simulated.</strong> These vendors are part of the demo; what you break here is nobody’s
        production.
      </p>
      {opened ? <Controls /> : null}
    </Drawer>
  );
}

function Controls() {
  const simulator = useSimulator(true);
  const { add, heal, healAll, traffic } = useFaultActions();
  if (simulator.data === undefined) {
    return simulator.error === null ? (
      <Skeleton h={320} />
    ) : (
      <Alarm text={errorMessage(simulator.error)} onRetry={() => void simulator.refetch()} />
    );
  }
  const view = simulator.data;
  if (!view.running) return <Alarm text="The simulator is not running, so there is nothing to break." />;
  const { faults } = view;
  const failure = add.error ?? heal.error ?? healAll.error ?? traffic.error;
  return (
    <>
      <div className={classes.section}>
        {faults.length === 0 ? 'Nothing is broken' : 'Broken now'}
        {faults.length > 0 ? (
          <Button
            size="compact-sm"
            variant="default"
            loading={healAll.isPending}
            onClick={() => healAll.mutate()}
          >
            Heal all
          </Button>
        ) : null}
      </div>
      <FaultList faults={faults} view={view} healing={heal.variables} onHeal={(id) => heal.mutate(id)} />
      {failure === null ? null : <Alarm text={errorMessage(failure)} />}
      <FaultForm view={view} pending={add.isPending} onBreak={(rule) => add.mutate(rule)} />
      <Switch
        mt={24}
        label="Gentle traffic of the demo"
        checked={view.traffic}
        disabled={traffic.isPending}
        onChange={(event) => traffic.mutate(event.currentTarget.checked)}
      />
    </>
  );
}

interface FaultListProps {
  faults: readonly ActiveFault[];
  view: SimulatorView;
  healing: string | undefined;
  onHeal: (id: string) => void;
}

function FaultList({ faults, view, healing, onHeal }: FaultListProps) {
  return (
    <ul className={classes.faults}>
      {faults.map((fault) => (
        <li key={fault.id} className={classes.fault}>
          <div>
            <p>{faultSentence(fault, view)}</p>
            <span className={classes.since}>
              began <Instant at={fault.sinceWallMs} form="ago" />
            </span>
          </div>
          <Button
            size="compact-sm"
            variant="default"
            loading={healing === fault.id}
            aria-label={`Heal ${faultPlace(fault, view)}`}
            onClick={() => onHeal(fault.id)}
          >
            Heal
          </Button>
        </li>
      ))}
    </ul>
  );
}
