'use client';

import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiKeyCreatedSchema, apiKeyCreateSchema } from '#lib/contract/api.ts';
import { callApi, errorMessage, issueFor } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { useFlows } from '../api/resources.ts';
import { Alarm } from '../ui/alarm.tsx';
import { CopyableCode } from '../ui/panel.tsx';
import classes from './settings.module.css';

/** Creates a key and shows it once; nothing keeps it after the dialog is closed. */
export function CreateApiKey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [defaultFlow, setDefaultFlow] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const flows = useFlows().data ?? [];
  const client = useQueryClient();
  const check = apiKeyCreateSchema.safeParse({ name, defaultFlow });
  const create = useMutation({
    mutationFn: () =>
      callApi({
        path: '/api-keys',
        method: 'POST',
        body: { name, defaultFlow },
        answer: apiKeyCreatedSchema,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
    gcTime: 0,
  });
  if (create.data !== undefined)
    return <ShownOnce name={create.data.name} secret={create.data.key} onClose={onClose} />;
  const problem = tried && !check.success ? check.error.issues[0]?.message : issueFor(create.error, 'name');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (check.success) create.mutate();
      }}
    >
      <TextInput
        data-autofocus
        label="Name"
        description="Which application will use it."
        placeholder="web backend"
        autoComplete="off"
        value={name}
        error={problem}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        mt={12}
        label="Default flow (optional)"
        description="Serves requests whose model names no flow."
        clearable
        value={defaultFlow}
        data={flows.map((flow) => ({ value: flow.slug, label: flow.name }))}
        onChange={setDefaultFlow}
      />
      {create.error === null ? null : <Alarm text={errorMessage(create.error)} />}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={create.isPending}>
          Create the key
        </Button>
      </Group>
    </form>
  );
}

function ShownOnce({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <div className={classes.once}>
      <p>
        <strong>Copy the key of “{name}” now.</strong> It is shown this once and stored only as a hash.
      </p>
      <CopyableCode code={secret} />
      <Group justify="flex-end">
        <Button onClick={onClose}>I have copied it</Button>
      </Group>
    </div>
  );
}
