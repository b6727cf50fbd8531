'use client';

import { ActionIcon, Button, SimpleGrid, Switch, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import classes from './onboarding.module.css';
import { flowSlug, offeredBackups, type PlannedLink, roleOf } from './onboarding-draft.ts';
import type { Onboarder } from './use-onboarding.ts';

const ROLES = {
  primary: 'primary',
  alternate: 'alternate: same model',
  backup: 'backup model',
} as const;

/** The flow over the chosen models: who is asked first, who stands in, and what applications call it. */
export function FlowPlan({ own }: { own: Onboarder }) {
  const { draft, chain, existing, problem, changeFlow } = own;
  const { flow } = draft;
  const offered = offeredBackups(chain, existing);
  return (
    <>
      <Switch
        label="Make a flow of them"
        description="Applications send its slug as their model. Everything in it can be changed later."
        checked={flow.make}
        onChange={(event) => changeFlow({ make: event.currentTarget.checked })}
      />
      {flow.make ? (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing={12} verticalSpacing={8}>
            <TextInput
              label="Flow name"
              value={flow.name}
              error={problem('flow.name')}
              onChange={(event) => changeFlow({ name: event.currentTarget.value })}
            />
            <TextInput
              label="Flow slug"
              value={flowSlug(flow, existing)}
              error={problem('flow.slug')}
              onChange={(event) => changeFlow({ slug: event.currentTarget.value })}
            />
          </SimpleGrid>
          <Chain own={own} />
          {offered.length === 0 ? null : (
            <div className={classes.offers}>
              <span>Also there, as a backup:</span>
              {offered.map(({ slug, model }) => (
                <Button
                  key={slug}
                  size="compact-sm"
                  variant="default"
                  onClick={() =>
                    changeFlow({
                      added: [...flow.added, slug],
                      removed: flow.removed.filter((other) => other !== slug),
                    })
                  }
                >
                  Add {slug === model ? slug : `${slug} (${model})`}
                </Button>
              ))}
            </div>
          )}
        </>
      ) : null}
    </>
  );
}

function Chain({ own }: { own: Onboarder }) {
  const { draft, chain, problem, changeFlow } = own;
  const { flow, vendor } = draft;
  const order = chain.map(({ slug }) => slug);
  const move = (at: number, to: number) => {
    const slug = order[at];
    if (slug === undefined) return;
    changeFlow({ chain: order.toSpliced(at, 1).toSpliced(to, 0, slug) });
  };
  const remove = ({ slug, existing }: PlannedLink, at: number) => {
    if (existing !== null)
      changeFlow({ removed: [...flow.removed, slug], added: flow.added.filter((own) => own !== slug) });
    else
      own.changeModels(
        draft.models.filter((_, n) => n !== own.planned.findIndex((target) => target.slug === slug)),
      );
    changeFlow({ chain: flow.chain === null ? null : order.toSpliced(at, 1) });
  };
  return (
    <ol className={classes.chain} aria-label="The chain, in order of preference">
      {chain.map((link, at) => (
        <li key={link.slug}>
          <span className={classes.link}>
            <strong>{link.slug}</strong> {ROLES[roleOf(link, chain)]}
            <span className={classes.quiet}>
              {link.existing === null ? `new, at ${vendor.label}` : `at ${link.existing.providerName}`}
              {link.model === link.slug ? '' : ` · ${link.model}`}
            </span>
            {problem(`flow.chain.${at}`) === null ? null : (
              <span className={classes.fault}>{problem(`flow.chain.${at}`)}</span>
            )}
          </span>
          <ActionIcon
            variant="default"
            size={32}
            aria-label={`Move up ${link.slug}`}
            disabled={at === 0}
            onClick={() => move(at, at - 1)}
          >
            <IconArrowUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={32}
            aria-label={`Move down ${link.slug}`}
            disabled={at === chain.length - 1}
            onClick={() => move(at, at + 1)}
          >
            <IconArrowDown size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            size={32}
            aria-label={`Leave out ${link.slug}`}
            onClick={() => remove(link, at)}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </li>
      ))}
    </ol>
  );
}
