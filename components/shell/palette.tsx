'use client';

import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useRouter, useSearchParams } from 'next/navigation';
import { useFlows, useProviders, useTargets } from '../api/resources.ts';
import { useAskOverride } from '../breaker/dialogs.tsx';
import { confirmLeave } from '../ui/unsaved.ts';
import { PAGES } from './nav.ts';
import { withShared } from './shared-href.ts';
import { openShortcutHelp } from './shortcut-help.ts';

/** Ctrl K: go anywhere, jump to a target or a flow, or begin an override (its dialog still asks). */
export function Palette() {
  const router = useRouter();
  const params = useSearchParams();
  const ask = useAskOverride();
  const targets = useTargets();
  const flows = useFlows();
  const providers = useProviders();
  const go = (href: string) => () => {
    if (confirmLeave(href)) router.push(withShared(href, params));
  };

  const groups: SpotlightActionGroupData[] = [
    {
      group: 'Pages',
      actions: PAGES.map((page) => ({
        id: `page:${page.href}`,
        label: page.label,
        onClick: go(page.href),
        leftSection: <page.icon size={16} aria-hidden="true" />,
      })),
    },
    {
      group: 'Targets',
      actions: (targets.data ?? []).map((target) => ({
        id: `target:${target.slug}`,
        label: target.slug,
        description: `${target.providerName} · ${target.model}`,
        onClick: go(`/targets/${target.slug}`),
      })),
    },
    {
      group: 'Flows',
      actions: (flows.data ?? []).map((flow) => ({
        id: `flow:${flow.slug}`,
        label: flow.name,
        description: flow.slug,
        onClick: go(`/flows/${flow.slug}`),
      })),
    },
    {
      group: 'Providers',
      actions: [
        { id: 'add-provider', label: 'Add a provider', onClick: go('/add-provider') },
        ...(providers.data ?? []).map((provider) => ({
          id: `provider:${provider.slug}`,
          label: provider.name,
          description: `provider ${provider.slug}`,
          onClick: go(`/providers/${provider.slug}`),
        })),
      ],
    },
    {
      group: 'Begin an action (it still asks for a reason)',
      actions: (targets.data ?? []).map((target) => ({
        id: `force-open:${target.slug}`,
        label: `Force open: ${target.slug}`,
        onClick: () => ask({ scope: 'target', id: target.slug, kind: 'forced_open' }),
      })),
    },
    {
      group: 'Help',
      actions: [{ id: 'shortcuts', label: 'Keyboard shortcuts', onClick: openShortcutHelp }],
    },
  ];
  return (
    <Spotlight
      actions={groups}
      shortcut={['mod + K']}
      nothingFound="Nothing by that name"
      highlightQuery
      limit={40}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden="true" />,
        placeholder: 'Go to a page, target, flow or provider, or begin an action',
        'aria-label': 'Search pages, targets, flows and actions',
      }}
    />
  );
}
