'use client';

import { ActionIcon, Button, Group, Popover, Stack, TextInput } from '@mantine/core';
import { IconChevronDown, IconClock, IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { formatClock, formatShortInstant, type Zone } from '../ui/format.ts';
import { useZone } from '../ui/time-zone.tsx';
import { fromInput, toInput } from './datetime-input.ts';
import { boundsOf, PRESET_WORDS, PRESETS, type Range, useRange } from './range.ts';
import classes from './top-bar.module.css';

/** Presets and a range of one's own; also the way to zoom by keyboard and touch. */
export function RangePicker() {
  const { range, setPreset, setAbsolute, back } = useRange();
  const { zone } = useZone();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Popover opened={opened} onChange={setOpened} position="bottom-end" width={300} trapFocus>
        <Popover.Target>
          <Button
            variant="default"
            size="xs"
            h={32}
            px={10}
            fw={500}
            fz={13}
            className={classes.range}
            data-shortcut="range"
            leftSection={<IconClock size={15} aria-hidden="true" className={classes.wideOnly} />}
            rightSection={<IconChevronDown size={13} aria-hidden="true" className={classes.chevron} />}
            onClick={() => setOpened(!opened)}
          >
            <span className="sy-hidden">Time range: </span>
            {rangeLabel(range, zone)}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="sm">
            <Group gap={6} grow>
              {PRESETS.map((preset) => (
                <Button
                  key={preset}
                  size="compact-sm"
                  px={0}
                  title={PRESET_WORDS[preset]}
                  variant={range.kind === 'relative' && range.preset === preset ? 'filled' : 'default'}
                  onClick={() => {
                    setPreset(preset);
                    setOpened(false);
                  }}
                >
                  {preset}
                </Button>
              ))}
            </Group>
            <CustomRange
              range={range}
              zone={zone}
              onApply={(fromMs, toMs) => {
                setAbsolute(fromMs, toMs);
                setOpened(false);
              }}
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
      {range.kind === 'absolute' && (
        <ActionIcon
          variant="default"
          size={32}
          aria-label={`Back to ${PRESET_WORDS[range.before].toLowerCase()}`}
          onClick={back}
        >
          <IconX size={15} aria-hidden="true" />
        </ActionIcon>
      )}
    </>
  );
}

function CustomRange(props: { range: Range; zone: Zone; onApply: (fromMs: number, toMs: number) => void }) {
  const { range, zone, onApply } = props;
  const [initial] = useState(() => boundsOf(range, Date.now()));
  const [from, setFrom] = useState(toInput(initial.fromMs, zone));
  const [to, setTo] = useState(toInput(initial.toMs, zone));
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fromMs = fromInput(from, zone);
    const toMs = fromInput(to, zone);
    if (fromMs === null || toMs === null) return setError('Give both ends.');
    if (toMs <= fromMs) return setError('The end is not after the beginning.');
    setError(null);
    onApply(fromMs, toMs);
  };
  const zoneWord = zone === 'utc' ? 'UTC' : 'local';
  return (
    <form onSubmit={submit}>
      <Stack gap={6}>
        <TextInput
          type="datetime-local"
          label={`From (${zoneWord})`}
          size="xs"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={`To (${zoneWord})`}
          size="xs"
          value={to}
          error={error}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" variant="default">
          Show this range
        </Button>
      </Stack>
    </form>
  );
}

function rangeLabel(range: Range, zone: Zone): string {
  if (range.kind === 'relative') return range.preset;
  const from = formatShortInstant(range.fromMs, range.toMs, zone);
  return `${from}–${formatClock(range.toMs, zone, false)}`;
}
