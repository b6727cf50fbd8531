'use client';

import { Button, Group } from '@mantine/core';
import { Panel } from '../ui/panel.tsx';
import { ConfigFileState } from './config-file-state.tsx';
import classes from './settings.module.css';
import { useConfigFile } from './use-config-file.ts';

/** The whole configuration as a file, and how it stands to the one that the product was started with. */
export function ExportPanel() {
  const file = useConfigFile().data ?? null;
  return (
    <div id="config-file" className={classes.anchor}>
      <Panel title="Configuration as a file" height={80}>
        {file !== null && <ConfigFileState file={file} />}
        <p className={classes.quiet}>
          Everything above and every flow and target, ready for SWITCHYARD_CONFIG, PUT /api/v1/config or{' '}
          <code>npm run config -- apply</code>. Stored keys are not in it: they read “stored: true”.
        </p>
        <Group gap={8}>
          <Button
            component="a"
            variant="default"
            href="/api/v1/config?format=yaml"
            download="switchyard.yaml"
          >
            Download YAML
          </Button>
          <Button component="a" variant="default" href="/api/v1/config" download="switchyard.json">
            Download JSON
          </Button>
        </Group>
      </Panel>
    </div>
  );
}
