'use client';

import { Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ProviderView, TargetView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useProviderTest } from '../api/onboarding.ts';
import { StateBadge } from '../breaker/state-badge.tsx';
import { TestOutcome } from '../onboarding/test-outcome.tsx';
import { endpointCredential } from '../settings/credentials.ts';
import { formatLatency, joinWords, plural } from '../ui/format.ts';
import { useEndpointChange } from './endpoint-form.tsx';
import classes from './provider.module.css';

type EndpointView = ProviderView['endpoints'][number];

interface EndpointRowProps {
  provider: ProviderView;
  endpoint: EndpointView;
  /** Those at this endpoint. */
  targets: readonly TargetView[];
  onEdit: () => void;
  onRotate: () => void;
}

/** One address: its state, its key, and all that can be done with it. */
export function EndpointRow({ provider, endpoint, targets, onEdit, onRotate }: EndpointRowProps) {
  const key = endpointCredential(provider, endpoint);
  const test = useProviderTest();
  const own = endpoint.credential !== null;
  const runTest = () => {
    // A vendor without a list is asked through a model that is called there.
    const named = provider.kind === 'vertex' ? targets[0]?.model : undefined;
    test.mutate({
      provider: provider.slug,
      endpoint: endpoint.slug,
      ...(named === undefined ? {} : { model: named }),
    });
  };
  return (
    <li className={classes.endpoint}>
      <div className={classes.endpointHead}>
        <strong>{endpoint.slug}</strong>
        {endpoint.region === null || endpoint.region === endpoint.slug ? null : (
          <span>{endpoint.region}</span>
        )}
        <StateBadge scope="endpoint" id={endpoint.id} withNext />
      </div>
      <dl className={classes.facts}>
        <div>
          <dt>Base URL</dt>
          <dd className="sy-mono">{endpoint.baseUrl}</dd>
        </div>
        <div>
          <dt>Key</dt>
          <dd data-missing={key.missing}>{key.text}</dd>
        </div>
        <div>
          <dt>Targets</dt>
          <dd>{targets.length === 0 ? 'none' : joinWords(targets.map(({ slug }) => slug))}</dd>
        </div>
      </dl>
      <div className={classes.actions}>
        <Button
          size="compact-sm"
          variant="default"
          loading={test.isPending}
          aria-label={`Test call to ${endpoint.id}`}
          onClick={runTest}
        >
          Test call
        </Button>
        <Button size="compact-sm" variant="default" aria-label={`Edit ${endpoint.id}`} onClick={onEdit}>
          Edit
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={own ? `Rotate own key of ${endpoint.id}` : `Own key for ${endpoint.id}`}
          onClick={onRotate}
        >
          {own ? 'Rotate own key' : 'Own key'}
        </Button>
        <RemoveEndpoint provider={provider} endpoint={endpoint} targets={targets} />
      </div>
      <TestOutcome good={goodWords(test.data)} failure={test.data?.failure} error={test.error} />
    </li>
  );
}

function goodWords(answer: ReturnType<typeof useProviderTest>['data']): string | null {
  if (answer === undefined || !answer.ok) return null;
  const took = `It answered in ${formatLatency(answer.latencyMs)}.`;
  return answer.how === 'list' && answer.listable
    ? `${took} The key may call ${plural(answer.models.length, 'model')} there.`
    : took;
}

/** Takes two presses; one that targets use cannot go, and says so. */
function RemoveEndpoint({
  provider,
  endpoint,
  targets,
}: Pick<EndpointRowProps, 'provider' | 'endpoint' | 'targets'>) {
  const [asked, setAsked] = useState(false);
  const change = useEndpointChange(provider);
  const blocked =
    targets.length > 0
      ? `In use by ${joinWords(targets.map(({ slug }) => slug))}.`
      : provider.endpoints.length === 1
        ? 'A provider has at least one endpoint.'
        : null;
  const remove = async () => {
    try {
      await change.mutateAsync({ slug: endpoint.slug, next: null });
    } catch (error) {
      notifications.show({
        title: `${endpoint.id}: not removed`,
        message: errorMessage(error),
        color: 'red.9',
      });
    }
  };
  return (
    <Tooltip label={blocked ?? ''} disabled={blocked === null}>
      <Button
        size="compact-sm"
        variant="default"
        loading={change.isPending}
        data-disabled={blocked !== null || undefined}
        aria-disabled={blocked !== null}
        aria-description={blocked ?? undefined}
        aria-label={asked ? `Yes, remove ${endpoint.id}` : `Remove ${endpoint.id}`}
        onClick={() => {
          if (blocked === null) return asked ? void remove() : setAsked(true);
        }}
        onBlur={() => setAsked(false)}
      >
        {asked ? 'Yes, remove it' : 'Remove'}
      </Button>
    </Tooltip>
  );
}
