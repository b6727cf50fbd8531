'use client';

import { Autocomplete, Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { TestFailure } from '#lib/contract/onboarding.ts';
import { formatLatency, plural } from '../ui/format.ts';
import { TestOutcome } from './test-outcome.tsx';
import type { Onboarder } from './use-onboarding.ts';

/** The call that shows whether the account works, before anything is stored. */
export function TestStep({ own }: { own: Onboarder }) {
  const { draft, test, problem, open } = own;
  const [model, setModel] = useState('');
  const { vendor } = draft;
  const named = vendor.kind === 'vertex';
  const wanted = model.trim() === '' ? null : model.trim();
  return (
    <>
      {named ? (
        <Autocomplete
          label="Model to test with"
          description={`${vendor.label} has no list of models: the test asks this one.`}
          data={[...vendor.suggestions]}
          value={model}
          error={problem('model')}
          onChange={setModel}
        />
      ) : null}
      <Group gap={8}>
        <Button
          variant={open ? 'default' : 'filled'}
          loading={test.isPending}
          onClick={() => own.runTest(named ? wanted : null)}
        >
          {named ? 'Test call' : 'Test and list the models'}
        </Button>
        {open || (test.data === undefined && test.error === null) ? null : (
          <Button variant="default" onClick={own.goOn}>
            Go on all the same
          </Button>
        )}
      </Group>
      <TestOutcome
        good={goodWords(own)}
        failure={test.data?.failure}
        beside={hasField(own, test.data?.failure?.field ?? null, named)}
        error={test.error}
      />
    </>
  );
}

function goodWords({ draft, test }: Onboarder): string | null {
  const answer = test.data;
  if (answer === undefined || !answer.ok) return null;
  const { label } = draft.vendor;
  const took = `${label} answered in ${formatLatency(answer.latencyMs)}`;
  if (answer.how === 'completion') return `${took}: the model works with this key.`;
  if (!answer.listable) return `${took}: the key is good. It does not list what can be called.`;
  return `${took}: the key is good, and it may call ${plural(answer.models.length, 'model')}.`;
}

/** Whether the page shows the field that a test found at fault. */
function hasField({ draft }: Onboarder, field: TestFailure['field'], named: boolean): boolean {
  if (field === 'credential') return draft.credential.how !== 'none';
  return field !== null && (field !== 'model' || named);
}
