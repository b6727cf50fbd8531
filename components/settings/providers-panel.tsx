'use client';

import { Button, Modal } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProviderView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useProviders } from '../api/resources.ts';
import tags from '../flow/page-head.module.css';
import touch from '../flow/touch.module.css';
import { SharedLink } from '../shell/shared-link.tsx';
import { Panel, type PanelState } from '../ui/panel.tsx';
import { credentialWords, endpointCredential } from './credentials.ts';
import { OverlapNote } from './overlap-note.tsx';
import { KIND_TEXTS } from './provider-kinds.ts';
import { RotateButton } from './rotate-button.tsx';
import { RotateCredential } from './rotate-credential.tsx';
import classes from './settings.module.css';

/** Vendors' accounts and the state of their keys; each has a page of its own. */
export function ProvidersPanel() {
  const providers = useProviders();
  const [rotated, setRotated] = useState<ProviderView | null>(null);
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
          <Button component={SharedLink} href="/add-provider" size="compact-sm" variant="default">
            Add a provider
          </Button>
        }
      >
        {rows.map((provider) => (
          <ProviderRow key={provider.slug} provider={provider} onRotate={() => setRotated(provider)} />
        ))}
      </Panel>
      <Modal
        classNames={{ body: touch.touch }}
        opened={rotated !== null}
        onClose={() => setRotated(null)}
        title={`Rotate the key of ${rotated?.name ?? ''}`}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {rotated === null ? null : (
          <RotateCredential provider={rotated} endpoint={null} onClose={() => setRotated(null)} />
        )}
      </Modal>
    </>
  );
}

function ProviderRow({ provider, onRotate }: { provider: ProviderView; onRotate: () => void }) {
  const credential = credentialWords(provider.credential);
  return (
    <section className={classes.provider} aria-label={provider.name}>
      <div className={classes.providerHead}>
        <h3>
          <SharedLink className="sy-link" href={`/providers/${provider.slug}`}>
            {provider.name}
          </SharedLink>
        </h3>
        <span className={tags.slug}>{provider.slug}</span>
        <span className={tags.tag}>{KIND_TEXTS[provider.kind].label}</span>
        {provider.simulated ? <span className={tags.tag}>simulated</span> : null}
        <span className={credential.missing ? classes.missing : undefined}>
          Credential: {credential.text}
        </span>
        <span className={classes.spacer} />
        <RotateButton provider={provider} inRow onClick={onRotate} />
      </div>
      <ProviderNotes provider={provider} />
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
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What keeps a provider from working, and keys that overlap. */
export function ProviderNotes({ provider }: { provider: ProviderView }) {
  return (
    <>
      {provider.problems.map((problem) => (
        <p key={problem} className={classes.problem}>
          <IconAlertOctagon size={16} stroke={1.8} aria-hidden /> {problem}
        </p>
      ))}
      {provider.overlap === null ? null : (
        <OverlapNote provider={provider} endpoint={null} overlap={provider.overlap} />
      )}
      {provider.endpoints.map(({ slug, overlap }) =>
        overlap === null ? null : (
          <OverlapNote key={slug} provider={provider} endpoint={slug} overlap={overlap} />
        ),
      )}
    </>
  );
}
