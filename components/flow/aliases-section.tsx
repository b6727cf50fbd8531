'use client';

import { Button, Group, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import { aliasSchema } from '#lib/contract/config.ts';
import { errorMessage, issueFor } from '../api/client.ts';
import { Alarm } from '../ui/alarm.tsx';
import { Panel } from '../ui/panel.tsx';
import type { PartDraft } from './use-part-draft.ts';
import { useSaveFlow } from './use-save-flow.ts';

export interface NamesDraft {
  name: string;
  aliases: readonly string[];
}

export function namesOf(flow: FlowView): NamesDraft {
  return { name: flow.name, aliases: flow.aliases };
}

export function sameNames(a: NamesDraft, b: NamesDraft): boolean {
  return a.name === b.name && a.aliases.join('\n') === b.aliases.join('\n');
}

/** The flow's name and the other names under which clients reach it. */
export function AliasesSection({ flow, draft }: { flow: FlowView; draft: PartDraft<NamesDraft> }) {
  const save = useSaveFlow(flow);
  const [refused, setRefused] = useState<string | null>(null);
  const { name, aliases } = draft.value;
  const changeAliases = (next: string[]) => {
    const bad = next.map((alias) => aliasSchema.safeParse(alias)).find((check) => !check.success);
    setRefused(bad?.error?.issues[0]?.message ?? null);
    if (bad === undefined) draft.change({ name, aliases: next });
  };
  const problem = save.error === null ? null : errorMessage(save.error);
  return (
    <Panel title="Names">
      <TextInput
        label="Name"
        value={name}
        maxLength={100}
        error={name.trim() === '' ? 'Give the flow a name.' : issueFor(save.error, 'name')}
        onChange={(event) => draft.change({ name: event.currentTarget.value, aliases })}
      />
      <TagsInput
        mt={12}
        label="Aliases"
        description={`Clients reach this flow by sending "${flow.slug}" as their model, or one of these. Press Enter after each.`}
        value={[...aliases]}
        error={refused ?? issueFor(save.error, 'aliases')}
        onChange={changeAliases}
      />
      {draft.dirty ? (
        <>
          {problem === null ? null : <Alarm text={problem} />}
          <Group gap={8} mt={12}>
            <Button
              loading={save.isPending}
              disabled={name.trim() === ''}
              onClick={() =>
                save.mutate(
                  {
                    method: 'PATCH',
                    path: '',
                    body: { name, aliases },
                    inverse: namesOf(flow),
                    said: `Changed the names of ${flow.name}`,
                  },
                  { onSuccess: draft.reset },
                )
              }
            >
              Save names
            </Button>
            <Button variant="default" onClick={draft.reset}>
              Discard
            </Button>
          </Group>
        </>
      ) : null}
    </Panel>
  );
}
