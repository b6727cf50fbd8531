'use client';

import { Button, Group } from '@mantine/core';
import type { useTargetTest } from '../api/onboarding.ts';
import { TestOutcome } from '../onboarding/test-outcome.tsx';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatLatency } from '../ui/format.ts';

type Test = ReturnType<typeof useTargetTest>;

export function TargetTestButton({ slug, test }: { slug: string; test: Test }) {
  const hint = 'One tiny real request; its result counts like any other.';
  return (
    <Button
      size="sm"
      variant="default"
      loading={test.isPending}
      title={hint}
      aria-description={hint}
      onClick={() => test.mutate(slug)}
    >
      Test call
    </Button>
  );
}

/** What the test came to, and whether the breaker has counted it. */
export function TargetTestResult({ test }: { test: Test }) {
  const { data, error } = test;
  if (data === undefined && error === null) return null;
  const counted = data?.counted === true ? ' It is in the breaker’s counts.' : '';
  const good = data?.ok === true ? `It answered in ${formatLatency(data.latencyMs)}.${counted}` : null;
  return (
    <Group gap={12}>
      <TestOutcome good={good} failure={data?.failure} error={error} />
      {data?.note == null ? null : <span>{data.note}</span>}
      {data?.requestId == null || !data.counted ? null : (
        <SharedLink className="sy-link" href={`/activity/requests/${encodeURIComponent(data.requestId)}`}>
          Its trail
        </SharedLink>
      )}
    </Group>
  );
}
