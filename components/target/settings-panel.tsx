'use client';

import { Button } from '@mantine/core';
import type { TargetView } from '#lib/contract/api.ts';
import { priceWords } from '../onboarding/model-facts.ts';
import { BREAKER_FIELDS, settingWords } from '../settings/breaker-form.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatCount } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './target-detail.module.css';

/** What the target is, and each breaker setting with where it comes from. */
export function SettingsPanel({ target, onEdit }: { target: TargetView; onEdit: () => void }) {
  return (
    <Panel
      title="Settings"
      aside={
        <Button size="compact-sm" variant="default" onClick={onEdit}>
          Edit
        </Button>
      }
    >
      <dl className={classes.facts}>
        <Fact label="Endpoint" value={target.endpointId} />
        <Fact
          label="Model"
          value={target.deployment === null ? target.model : `${target.model} (${target.deployment})`}
        />
        <Fact label="Family" value={target.modelFamily} />
        <Fact
          label="Context"
          value={
            target.contextWindow === null ? 'not checked' : `${formatCount(target.contextWindow)} tokens`
          }
        />
        <Fact
          label="Capabilities"
          value={target.capabilities === null ? 'not limited' : target.capabilities.join(', ') || 'text only'}
        />
        <Fact label="Prices" value={target.prices === null ? 'not known' : priceWords(target.prices)} />
        <Fact label="Mode" value={target.metricsOnly ? 'metrics only' : 'enforcing'} />
        <div>
          <dt>Flows</dt>
          <dd>
            {target.flows.length === 0 && 'none'}
            {target.flows.map((flow, at) => (
              <span key={flow}>
                {at > 0 && ', '}
                <SharedLink className="sy-link" href={`/flows/${flow}`}>
                  {flow}
                </SharedLink>
              </span>
            ))}
          </dd>
        </div>
      </dl>
      <table className={classes.errors}>
        <thead>
          <tr>
            <th scope="col">Breaker setting</th>
            <th scope="col" className={classes.num}>
              Value
            </th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {BREAKER_FIELDS.map((text) => (
            <tr key={text.field}>
              <th scope="row">{text.label.replace(/, (s|%)$/, '')}</th>
              <td className={classes.num}>{settingWords(text, target.effectiveBreaker[text.field])}</td>
              <td className={classes.dim}>
                {target.breaker[text.field] === undefined ? 'default' : 'this target'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
