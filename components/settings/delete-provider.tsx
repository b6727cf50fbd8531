'use client';

import { Button, Group, Text } from '@mantine/core';
import type { ProviderView } from '#lib/contract/api.ts';
import { callApi, errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { useTargets } from '../api/resources.ts';
import { Alarm } from '../ui/alarm.tsx';
import { joinWords } from '../ui/format.ts';
import { useSettingsMutation } from './use-settings-mutation.ts';

/** Deletes a provider that nothing uses; says what still does. */
export function DeleteProvider(props: {
  provider: ProviderView;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const { provider, onClose, onDeleted } = props;
  const users = (useTargets().data ?? []).filter((target) => target.provider === provider.slug);
  const remove = useSettingsMutation(
    (row: ProviderView) =>
      callApi({ path: `/providers/${encodeURIComponent(row.slug)}`, method: 'DELETE', version: row.version }),
    [keys.providers],
    (row) => `Deleted the provider ${row.name}`,
  );
  const removeIt = async () => {
    // Not through callbacks of the mutation: with the row, this dialog goes, and they would not be heard.
    const done = await remove.mutateAsync(provider).then(
      () => true,
      () => false,
    );
    if (done) onDeleted();
  };
  return (
    <>
      <Text size="sm">
        {users.length > 0
          ? `It is in use by ${joinWords(users.map((target) => target.slug))}. Delete those targets first.`
          : 'Its endpoints and its stored credential go with it. This cannot be undone.'}
      </Text>
      {remove.error === null ? null : <Alarm text={errorMessage(remove.error)} />}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button disabled={users.length > 0} loading={remove.isPending} onClick={() => void removeIt()}>
          Delete the provider
        </Button>
      </Group>
    </>
  );
}
