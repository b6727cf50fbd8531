import { Button, Group } from '@mantine/core';
import { Panel } from '../ui/panel.tsx';
import classes from './settings.module.css';

/** The whole configuration as a file; stored credentials stay here. */
export function ExportPanel() {
  return (
    <Panel title="Configuration as a file" height={80}>
      <p className={classes.quiet}>
        Everything above and every flow and target, ready for PUT /api/v1/config or SWITCHYARD_CONFIG. Stored
        keys are not in it: they read “stored: true”.
      </p>
      <Group gap={8}>
        <Button component="a" variant="default" href="/api/v1/config?format=yaml" download="switchyard.yaml">
          Download YAML
        </Button>
        <Button component="a" variant="default" href="/api/v1/config" download="switchyard.json">
          Download JSON
        </Button>
      </Group>
    </Panel>
  );
}
