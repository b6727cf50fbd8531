'use client';

import { Button, Group, Modal, MultiSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { flowViewSchema } from '#lib/contract/api.ts';
import { flowSchema } from '#lib/contract/config.ts';
import { callApi, errorMessage, issueFor } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { Alarm } from '../ui/alarm.tsx';
import { slugOf } from './slug-of.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';
import touch from './touch.module.css';

/** A new flow: a name, its slug and its first chain. The policy starts at the defaults. */
export function CreateFlow({ targets }: { targets: TargetIndex }) {
  const [open, setOpen] = useState(false);
  const blocked = targets.size === 0 ? 'A flow needs a target; add one first.' : undefined;
  return (
    <>
      <Button onClick={() => setOpen(true)} disabled={blocked !== undefined} title={blocked}>
        New flow
      </Button>
      <Modal
        classNames={{ body: touch.touch }}
        opened={open}
        onClose={() => setOpen(false)}
        title="New flow"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <CreateForm targets={targets} />
      </Modal>
    </>
  );
}

function CreateForm({ targets }: { targets: TargetIndex }) {
  const [name, setName] = useState('');
  const [ownSlug, setSlug] = useState<string | null>(null);
  const [chain, setChain] = useState<string[]>([]);
  const [tried, setTried] = useState(false);
  const router = useRouter();
  const client = useQueryClient();
  const slug = ownSlug ?? slugOf(name);
  const body = { name, slug, chain };
  const check = flowSchema.safeParse(body);
  const create = useMutation({
    mutationFn: () => callApi({ path: '/flows', method: 'POST', body, answer: flowViewSchema }),
    onSuccess: async (flow) => {
      await client.invalidateQueries({ queryKey: keys.flows });
      router.push(`/flows/${flow.slug}`);
    },
  });
  const problem = (field: string) =>
    (tried && !check.success
      ? check.error.issues.find((issue) => issue.path[0] === field)?.message
      : issueFor(create.error, field)) ?? undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (check.success) create.mutate();
      }}
    >
      <TextInput
        label="Name"
        data-autofocus
        placeholder="Support chat"
        value={name}
        error={name.trim() === '' && tried ? 'Give the flow a name.' : problem('name')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        mt={12}
        label="Slug"
        description="Clients send it as their model. It cannot be changed later."
        value={slug}
        error={problem('slug')}
        onChange={(event) => setSlug(event.currentTarget.value)}
      />
      <MultiSelect
        mt={12}
        label="Chain"
        description="In order of preference: the first one is the primary."
        data={[...targets.values()].map(({ slug: value }) => ({ value, label: targetLabel(targets, value) }))}
        value={chain}
        error={problem('chain')}
        onChange={setChain}
      />
      {create.error === null ? null : <Alarm text={errorMessage(create.error)} />}
      <Group justify="flex-end" mt={16}>
        <Button type="submit" loading={create.isPending}>
          Create the flow
        </Button>
      </Group>
    </form>
  );
}
