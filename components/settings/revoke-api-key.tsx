'use client';

import { Button, Group, Text } from '@mantine/core';
import type { ApiKeyView } from '#lib/contract/api.ts';
import { callApi, errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { Alarm } from '../ui/alarm.tsx';
import { Instant } from '../ui/instant.tsx';
import { useSettingsMutation } from './use-settings-mutation.ts';

/** Says what revoking does, then does it. */
export function RevokeApiKey({ apiKey, onClose }: { apiKey: ApiKeyView; onClose: () => void }) {
  const revoke = useSettingsMutation(
    (row: ApiKeyView) => callApi({ path: `/api-keys/${encodeURIComponent(row.id)}`, method: 'DELETE' }),
    [keys.apiKeys],
    (row) => `Revoked the API key ${row.name}`,
  );
  return (
    <>
      <Text size="sm">
        Requests with this key are refused with 401 from then on.{' '}
        {apiKey.lastUsedAtWallMs === null ? (
          'It has never been used.'
        ) : (
          <>
            It was last used <Instant at={apiKey.lastUsedAtWallMs} form="ago" />.
          </>
        )}{' '}
        It cannot be restored.
      </Text>
      {revoke.error === null ? null : <Alarm text={errorMessage(revoke.error)} />}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button loading={revoke.isPending} onClick={() => revoke.mutate(apiKey, { onSuccess: onClose })}>
          Revoke the key
        </Button>
      </Group>
    </>
  );
}
