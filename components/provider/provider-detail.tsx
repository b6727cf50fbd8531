'use client';

import { Button, Modal, Skeleton } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ProviderView, TargetView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useProviders, useTargets } from '../api/resources.ts';
import { StateBadge } from '../breaker/state-badge.tsx';
import tags from '../flow/page-head.module.css';
import { PageHead } from '../flow/page-head.tsx';
import touch from '../flow/touch.module.css';
import { credentialWords } from '../settings/credentials.ts';
import { DeleteProvider } from '../settings/delete-provider.tsx';
import { keyName } from '../settings/key-words.ts';
import { KIND_TEXTS } from '../settings/provider-kinds.ts';
import { ProviderNotes } from '../settings/providers-panel.tsx';
import { RotateButton } from '../settings/rotate-button.tsx';
import { RotateCredential } from '../settings/rotate-credential.tsx';
import { SharedLink } from '../shell/shared-link.tsx';
import { Alarm } from '../ui/alarm.tsx';
import { plural } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { EndpointForm } from './endpoint-form.tsx';
import { EndpointRow } from './endpoint-row.tsx';
import classes from './provider.module.css';

type Open =
  | { kind: 'rotate'; endpoint: string | null }
  | { kind: 'edit'; endpoint: ProviderView['endpoints'][number] | null }
  | { kind: 'delete' }
  | null;

/** One account at a vendor: whether it works, its key, its endpoints and what is called there. */
export function ProviderDetail({ slug }: { slug: string }) {
  const providers = useProviders();
  const targets = useTargets();
  if (providers.data === undefined) {
    return providers.error === null ? (
      <Skeleton height={360} />
    ) : (
      <Alarm text={errorMessage(providers.error)} onRetry={() => void providers.refetch()} />
    );
  }
  const provider = providers.data.find((candidate) => candidate.slug === slug);
  if (provider === undefined) return <NoSuchProvider slug={slug} />;
  const own = (targets.data ?? []).filter((target) => target.provider === slug);
  return <Detail provider={provider} targets={own} />;
}

function NoSuchProvider({ slug }: { slug: string }) {
  return (
    <PageHead
      title={`No provider "${slug}"`}
      sentence="It may have been deleted."
      actions={
        <SharedLink className="sy-link" href="/settings">
          All providers
        </SharedLink>
      }
    />
  );
}

function Detail({ provider, targets }: { provider: ProviderView; targets: readonly TargetView[] }) {
  const [open, setOpen] = useState<Open>(null);
  const key = credentialWords(provider.credential);
  return (
    <div className={touch.touch}>
      <PageHead
        title={provider.name}
        beside={
          <>
            <span className={tags.slug}>{provider.slug}</span>
            <span className={tags.tag}>{KIND_TEXTS[provider.kind].label}</span>
            {provider.simulated ? <span className={tags.tag}>simulated</span> : null}
            <span className={classes.badge}>
              <StateBadge scope="provider" id={provider.slug} withNext />
            </span>
          </>
        }
        sentence={sentence(provider, targets)}
        actions={
          <>
            <RotateButton provider={provider} onClick={() => setOpen({ kind: 'rotate', endpoint: null })} />
            <Button variant="default" onClick={() => setOpen({ kind: 'delete' })}>
              Delete
            </Button>
          </>
        }
      />
      <div className={classes.page}>
        <Panel title="Key">
          <p className={classes.key} data-missing={key.missing}>
            {keySentence(provider)}
          </p>
          <ProviderNotes provider={provider} />
        </Panel>
        <Panel
          title="Endpoints"
          aside={
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setOpen({ kind: 'edit', endpoint: null })}
            >
              Add an endpoint
            </Button>
          }
        >
          <ul className={classes.list} aria-label={`Endpoints of ${provider.name}`}>
            {provider.endpoints.map((endpoint) => (
              <EndpointRow
                key={endpoint.id}
                provider={provider}
                endpoint={endpoint}
                targets={targets.filter(({ endpointId }) => endpointId === endpoint.id)}
                onEdit={() => setOpen({ kind: 'edit', endpoint })}
                onRotate={() => setOpen({ kind: 'rotate', endpoint: endpoint.slug })}
              />
            ))}
          </ul>
        </Panel>
        <TargetsPanel targets={targets} />
      </div>
      <Dialog provider={provider} open={open} onClose={() => setOpen(null)} />
    </div>
  );
}

function sentence({ problems, endpoints }: ProviderView, targets: readonly TargetView[]): string {
  const what = `${plural(endpoints.length, 'endpoint')}, ${plural(targets.length, 'target')}.`;
  return problems.length === 0 ? `It has what it needs: ${what}` : `It needs attention. ${what}`;
}

function keySentence(provider: ProviderView): string {
  const own = provider.endpoints.filter(({ credential }) => credential !== null).length;
  const { text } = credentialWords(provider.credential);
  if (own === provider.endpoints.length) return 'Every endpoint has a key of its own.';
  const who = own === 0 ? 'every endpoint' : 'the endpoints without a key of their own';
  return provider.credential === null ? `No key: ${who} are called without one.` : `For ${who}: ${text}.`;
}

function TargetsPanel({ targets }: { targets: readonly TargetView[] }) {
  return (
    <Panel
      title="Targets"
      state={
        targets.length > 0
          ? { kind: 'ready' }
          : {
              kind: 'never',
              text: 'Nothing is called here yet. A target is one model at one of its endpoints.',
              action: (
                <span>
                  <SharedLink className="sy-link" href="/targets">
                    Add one under Targets
                  </SharedLink>
                </span>
              ),
            }
      }
    >
      <ul className={classes.list}>
        {targets.map((target) => (
          <li key={target.slug} className={classes.target}>
            <SharedLink className="sy-link" href={`/targets/${target.slug}`}>
              {target.slug}
            </SharedLink>
            <StateBadge scope="target" id={target.slug} enabled={target.enabled} withNext />
            <span className={classes.dim}>
              {target.model} at {target.endpoint}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Dialog({ provider, open, onClose }: { provider: ProviderView; open: Open; onClose: () => void }) {
  const router = useRouter();
  return (
    <Modal
      classNames={{ body: touch.touch }}
      opened={open !== null}
      onClose={onClose}
      title={titleOf(provider, open)}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {open?.kind === 'rotate' ? (
        <RotateCredential provider={provider} endpoint={open.endpoint} onClose={onClose} />
      ) : null}
      {open?.kind === 'edit' ? (
        <EndpointForm provider={provider} endpoint={open.endpoint} onClose={onClose} />
      ) : null}
      {open?.kind === 'delete' ? (
        <DeleteProvider provider={provider} onClose={onClose} onDeleted={() => router.push('/settings')} />
      ) : null}
    </Modal>
  );
}

function titleOf(provider: ProviderView, open: Open): string {
  switch (open?.kind) {
    case 'rotate':
      return `Rotate the key of ${keyName(provider, open.endpoint)}`;
    case 'edit':
      return open.endpoint === null ? 'Add an endpoint' : `Edit ${open.endpoint.id}`;
    case 'delete':
      return `Delete ${provider.name}?`;
    default:
      return '';
  }
}
