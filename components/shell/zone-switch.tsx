'use client';

import { SegmentedControl } from '@mantine/core';
import { useZone } from '../ui/time-zone.tsx';

export function ZoneSwitch() {
  const { zone, setZone } = useZone();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Time zone"
      value={zone}
      onChange={(value) => setZone(value === 'local' ? 'local' : 'utc')}
      data={[
        { value: 'utc', label: 'UTC' },
        { value: 'local', label: 'Local' },
      ]}
    />
  );
}
