'use client';

import { Button, Modal } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProviderView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useProviders } from '../api/resources.ts';
import tags from '../flow/page-head.module.css';
import touch from '../flow/touch.module.css';
import { Panel, type PanelState } from '../ui/panel.tsx';
import { AddProvider } from './add-provider.tsx';
import { credentialWords, endpointCredential } from './credentials.ts';
import { DeleteProvider } from './delete-provider.tsx';
import { KIND_TEXTS } from './provider-kinds.ts';
import { RotateCredential } from './rotate-credential.tsx';
import classes from './settings.module.css';

type Open =
  | { kind: 'add' }
  | { kind: 'rotate' | 'delete'; provider: ProviderView; endpoint: string | null }
  | null;

/** Vendors' accounts, their endpoints and the state of their credentials. */
export function ProvidersPanel() {
  const providers = useProviders();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const rows = providers.data ?? [];
  const state: PanelState =
    providers.error !== null
      ? {
          kind: 'failed',
          text: `The providers could not be read. ${errorMessage(providers.error)}`,
          onRetry: () => void providers.refetch(),
          lastGood: providers.data !== undefined,
        }
      : providers.data === undefined
        ? { kind: 'loading' }
        : rows.length === 0
          ? { kind: 'never', text: 'No provider yet. Add the account at a vendor that your models run on.' }
          : { kind: 'ready' };
  return (
    <>
      <Panel
        title="Providers and credentials"
        state={state}
        aside={
          <Button size="compact-sm" variant="default" onClick={() => setOpen({ kind: 'add' })}>
            Add a provider
          </Button>
        }
      >
        {rows.map((provider) => (
          <ProviderRow
            key={provider.slug}
            provider={provider}
            onRotate={(endpoint) => setOpen({ kind: 'rotate', provider, endpoint })}
            onDelete={() => setOpen({ kind: 'delete', provider, endpoint: null })}
          />
        ))}
      </Panel>
      <Modal
        classNames={{ body: touch.touch }}
        opened={open !== null}
        onClose={close}
        title={titleOf(open)}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open?.kind === 'add' ? <AddProvider onClose={close} /> : null}
        {open?.kind === 'rotate' ? (
          <RotateCredential provider={open.provider} endpoint={open.endpoint} onClose={close} />
        ) : null}
        {open?.kind === 'delete' ? <DeleteProvider provider={open.provider} onClose={close} /> : null}
      </Modal>
    </>
  );
}

function titleOf(open: Open): string {
  if (open === null || open.kind === 'add') return 'Add a provider';
  if (open.kind === 'delete') return `Delete ${open.provider.name}?`;
  return `Credential of ${open.endpoint === null ? open.provider.name : `${open.provider.slug}.${open.endpoint}`}`;
}

interface ProviderRowProps {
  provider: ProviderView;
  onRotate: (endpoint: string | null) => void;
  onDelete: () => void;
}

function ProviderRow({ provider, onRotate, onDelete }: ProviderRowProps) {
  const credential = credentialWords(provider.credential);
  return (
    <section className={classes.provider} aria-label={provider.name}>
      <div className={classes.providerHead}>
        <h3>{provider.name}</h3>
        <span className={tags.slug}>{provider.slug}</span>
        <span className={tags.tag}>{KIND_TEXTS[provider.kind].label}</span>
        {provider.simulated ? <span className={tags.tag}>simulated</span> : null}
        <span className={credential.missing ? classes.missing : undefined}>
          Credential: {credential.text}
        </span>
        <span className={classes.spacer} />
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Change credential of ${provider.name}`}
          onClick={() => onRotate(null)}
        >
          Change credential
        </Button>
        <Button size="compact-sm" variant="default" aria-label={`Delete ${provider.name}`} onClick={onDelete}>
          Delete
        </Button>
      </div>
      {provider.problems.map((problem) => (
        <p key={problem} className={classes.problem}>
          <IconAlertOctagon size={16} stroke={1.8} aria-hidden /> {problem}
        </p>
      ))}
      <ul className={classes.endpoints} aria-label={`Endpoints of ${provider.name}`}>
        {provider.endpoints.map((endpoint) => {
          const own = endpointCredential(provider, endpoint);
          return (
            <li key={endpoint.id}>
              <span>
                {endpoint.id}
                {endpoint.region === null || endpoint.region === endpoint.slug ? '' : `, ${endpoint.region}`}
              </span>
              <span className="sy-mono">{endpoint.baseUrl}</span>
              <span className={own.missing ? classes.missing : undefined}>{own.text}</span>
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={`${endpoint.credential === null ? 'Own credential' : 'Change'} for ${endpoint.id}`}
                onClick={() => onRotate(endpoint.slug)}
              >
                {endpoint.credential === null ? 'Own credential' : 'Change'}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
