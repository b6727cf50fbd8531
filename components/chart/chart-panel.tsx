'use client';

import { ActionIcon } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Panel, type PanelState } from '../ui/panel.tsx';
import type { PreparedChart, SeriesSpec } from './prepare.ts';
import classes from './time-series.module.css';
import { TimeSeries, type TimeSeriesProps } from './time-series.tsx';
import { TONES } from './tones.ts';

const LEGEND_HEIGHT = 18;

export interface ChartPanelProps<P> extends Omit<TimeSeriesProps<P>, 'asTable' | 'prepared'> {
  prepared: PreparedChart | null;
  state: PanelState;
  aside?: ReactNode;
  className?: string;
}

/** A chart with its latest values as legend, and its numbers as a table for who wants them. */
export function ChartPanel<P>({ state, aside, prepared, className, ...chart }: ChartPanelProps<P>) {
  const [asTable, setAsTable] = useState(false);
  return (
    <Panel
      title={chart.name}
      state={state}
      height={chart.height + LEGEND_HEIGHT + 8}
      {...(className === undefined ? {} : { className })}
      aside={
        <>
          {aside}
          <ActionIcon
            variant="subtle"
            size={24}
            aria-label={asTable ? `Show ${chart.name} as a chart` : `Show ${chart.name} as a table`}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <IconChartLine size={15} /> : <IconTable size={15} />}
          </ActionIcon>
        </>
      }
    >
      {prepared !== null && <Legend prepared={prepared} series={chart.series} format={chart.format} />}
      {prepared !== null && <TimeSeries {...chart} prepared={prepared} asTable={asTable} />}
    </Panel>
  );
}

function Legend<P>(props: {
  prepared: PreparedChart;
  series: readonly SeriesSpec<P>[];
  format: (value: number | null) => string;
}) {
  return (
    <span className={classes.legend}>
      {props.series.map((spec) => (
        <span key={spec.key} className={classes.key}>
          <svg width="18" height="8" aria-hidden="true" focusable="false">
            <line x1="0" x2="18" y1="4" y2="4" strokeDasharray={spec.dash} {...TONES[spec.tone]} />
          </svg>
          {spec.label}
          <b className="sy-live">{props.format(props.prepared.latest[spec.key] ?? null)}</b>
        </span>
      ))}
    </span>
  );
}
