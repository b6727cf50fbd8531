'use client';

import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import type { ApiKeyView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useApiKeys } from '../api/resources.ts';
import touch from '../flow/touch.module.css';
import { formatActor } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel, type PanelState } from '../ui/panel.tsx';
import { CreateApiKey } from './create-api-key.tsx';
import { RevokeApiKey } from './revoke-api-key.tsx';
import classes from './settings.module.css';

/** The keys with which applications call the gateway. */
export function ApiKeysPanel() {
  const apiKeys = useApiKeys();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKeyView | null>(null);
  const rows = apiKeys.data ?? [];
  const state: PanelState =
    apiKeys.error !== null
      ? {
          kind: 'failed',
          text: `The keys could not be read. ${errorMessage(apiKeys.error)}`,
          onRetry: () => void apiKeys.refetch(),
          lastGood: apiKeys.data !== undefined,
        }
      : apiKeys.data === undefined
        ? { kind: 'loading' }
        : rows.length === 0
          ? { kind: 'never', text: 'No key yet. Applications need one to call the gateway.' }
          : { kind: 'ready' };
  return (
    <>
      <Panel
        title="API keys"
        state={state}
        aside={
          <Button size="compact-sm" variant="default" onClick={() => setCreating(true)}>
            New key
          </Button>
        }
      >
        <KeyTable rows={rows} onRevoke={setRevoking} />
      </Panel>
      <Modal
        classNames={{ body: touch.touch }}
        opened={creating}
        onClose={() => setCreating(false)}
        title="New API key"
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <CreateApiKey onClose={() => setCreating(false)} />
      </Modal>
      <Modal
        classNames={{ body: touch.touch }}
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={`Revoke ${revoking?.name ?? 'this key'}?`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {revoking === null ? null : <RevokeApiKey apiKey={revoking} onClose={() => setRevoking(null)} />}
      </Modal>
    </>
  );
}

function KeyTable({ rows, onRevoke }: { rows: readonly ApiKeyView[]; onRevoke: (row: ApiKeyView) => void }) {
  return (
    <section className={classes.scroll} aria-label="List of API keys" tabIndex={-1}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Key</th>
            <th scope="col" className={classes.wideOnly}>
              Default flow
            </th>
            <th scope="col" className={classes.wideOnly}>
              Created
            </th>
            <th scope="col">Last used</th>
            <th scope="col">
              <span className="sy-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>{row.name}</td>
              <td className="sy-mono">{row.hint}</td>
              <td className={classes.wideOnly}>{row.defaultFlow ?? 'none'}</td>
              <td className={classes.wideOnly}>
                <Instant at={row.createdAtWallMs} form="ago" /> by {formatActor(row.createdBy)}
              </td>
              <td>
                {row.lastUsedAtWallMs === null ? 'never' : <Instant at={row.lastUsedAtWallMs} form="ago" />}
              </td>
              <td>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Revoke ${row.name}`}
                  onClick={() => onRevoke(row)}
                >
                  Revoke
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
