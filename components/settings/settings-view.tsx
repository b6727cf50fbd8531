'use client';

import { useProviders, useStatus } from '../api/resources.ts';
import { PageHead } from '../flow/page-head.tsx';
import touch from '../flow/touch.module.css';
import { plural } from '../ui/format.ts';
import { AccountPanel } from './account-panel.tsx';
import { ApiKeysPanel } from './api-keys-panel.tsx';
import { BreakerDefaultsPanel } from './breaker-defaults-panel.tsx';
import { DemoPanel } from './demo-panel.tsx';
import { ExportPanel } from './export-panel.tsx';
import { ProvidersPanel } from './providers-panel.tsx';
import classes from './settings.module.css';

/** Keys, accounts at vendors, defaults, and what concerns this instance. */
export function SettingsView() {
  return (
    <div className={touch.touch}>
      <PageHead title="Settings" sentence={useHeadline()} />
      <div className={classes.grid}>
        <ApiKeysPanel />
        <ProvidersPanel />
        <BreakerDefaultsPanel />
        <div className={classes.pair}>
          <ExportPanel />
          <AccountPanel />
          <DemoPanel />
        </div>
      </div>
    </div>
  );
}

function useHeadline(): string {
  const providers = useProviders().data;
  const status = useStatus().data;
  if (providers === undefined || status === undefined) return 'Reading the settings…';
  const broken = providers.filter((provider) => provider.problems.length > 0);
  const state =
    providers.length === 0
      ? 'No provider yet.'
      : broken.length === 0
        ? 'Every provider has what it needs.'
        : `${plural(broken.length, 'provider')} cannot work as configured: ${broken.map((each) => each.name).join(', ')}.`;
  return `${state} The base URL for applications is ${status.gatewayUrl}/v1.`;
}
