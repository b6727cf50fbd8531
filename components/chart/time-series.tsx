'use client';

import { useCallback, useState } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  type MouseHandlerDataParam,
  ReferenceArea,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatClock, formatShortInstant } from '../ui/format.ts';
import { useZone } from '../ui/time-zone.tsx';
import { ChartTooltip } from './chart-tooltip.tsx';
import { IsolatedDot } from './isolated-dot.tsx';
import type { ChartMark } from './marks.ts';
import { niceMax, type PreparedChart, type SeriesSpec, summarise, TAIL } from './prepare.ts';
import { SeriesTable } from './series-table.tsx';
import classes from './time-series.module.css';
import { TONES } from './tones.ts';
import { type Drag, zoomOf } from './zoom.ts';

/** Half of the label under the right end of the time axis, which must not be cut off. */
const LAST_LABEL_PX = { clock: 18, instant: 40 };

export interface TimeSeriesProps<P> {
  /** Names the chart for those who do not see it: "Latency". */
  name: string;
  prepared: PreparedChart;
  series: readonly SeriesSpec<P>[];
  fromMs: number;
  toMs: number;
  stepSeconds: number;
  format: (value: number | null) => string;
  /** Least upper end of the value axis, so that noise does not look like a mountain. */
  least: number;
  height: number;
  marks?: readonly ChartMark[];
  thresholds?: readonly { value: number; text: string }[];
  /** A drag across asks for this range. */
  onZoom?: (fromMs: number, toMs: number) => void;
  asTable?: boolean;
}

/** Lines over time: straight segments, gaps where nothing was measured, the filling bucket pale and dotted. */
export function TimeSeries<P>(props: TimeSeriesProps<P>) {
  const { name, prepared, series, format, height, asTable = false } = props;
  const summary = series.map((spec) => summarise(prepared.rows, spec, format)).join(' ');
  if (asTable) {
    return <SeriesTable name={name} rows={prepared.rows} series={series} format={format} height={height} />;
  }
  return (
    <div className={classes.chart} role="img" aria-label={`${name}. ${summary}`}>
      <Plot {...props} />
    </div>
  );
}

function Plot<P>(props: TimeSeriesProps<P>) {
  const { prepared, series, fromMs, toMs, height, format, least, marks = [], thresholds = [] } = props;
  const { zone } = useZone();
  const { drag, handlers } = useDragZoom(props.stepSeconds, props.onZoom);
  const top = niceMax(Math.max(prepared.max, ...thresholds.map((line) => line.value)), least);
  const wide = toMs - fromMs > 86_400_000;
  const tick = useCallback(
    (at: number) =>
      wide ? formatShortInstant(at, Number.POSITIVE_INFINITY, zone) : formatClock(at, zone, false),
    [wide, zone],
  );
  return (
    <LineChart
      data={prepared.rows}
      responsive
      style={{ width: '100%', height }}
      className={classes.plot}
      margin={{ top: 6, right: wide ? LAST_LABEL_PX.instant : LAST_LABEL_PX.clock, bottom: 0, left: 0 }}
      accessibilityLayer={false}
      cursor={props.onZoom === undefined ? undefined : 'crosshair'}
      throttleDelay={50}
      {...handlers}
    >
      <CartesianGrid vertical={false} stroke="var(--sy-line)" />
      <XAxis
        dataKey="t"
        type="number"
        domain={[fromMs, toMs]}
        allowDataOverflow
        ticks={prepared.ticks}
        interval="preserveStartEnd"
        tickFormatter={tick}
        stroke="var(--sy-line-strong)"
        tick={{ fill: 'var(--mantine-color-dimmed)', fontSize: 11 }}
        tickLine={false}
        height={20}
      />
      <YAxis
        width={46}
        domain={[0, top]}
        ticks={[0, top / 2, top]}
        // A no-break space: a value and its unit stay on one line.
        tickFormatter={(value: number) => format(value).replaceAll(' ', '\u00a0')}
        axisLine={false}
        tickLine={false}
        tick={{ fill: 'var(--mantine-color-dimmed)', fontSize: 11 }}
      />
      {thresholds.map((line) => (
        <ReferenceLine
          key={line.text}
          y={line.value}
          stroke="var(--sy-open)"
          strokeDasharray="1 3"
          label={{
            value: line.text,
            position: 'insideTopLeft',
            fontSize: 11,
            fill: 'var(--mantine-color-dimmed)',
          }}
        />
      ))}
      {marks.map((mark) => (
        <ReferenceLine
          key={`${mark.atMs}${mark.text}`}
          x={mark.atMs}
          stroke={`var(--sy-${mark.tone})`}
          strokeDasharray={mark.tone === 'open' ? undefined : '4 3'}
          strokeWidth={1}
        />
      ))}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--sy-line-strong)' }}
        content={
          <ChartTooltip series={series} format={format} marks={marks} stepSeconds={props.stepSeconds} />
        }
      />
      {series.flatMap((spec) => lines(spec, prepared))}
      {drag !== null && (
        <ReferenceArea x1={drag.startMs} x2={drag.endMs} fill="var(--sy-line-strong)" fillOpacity={0.25} />
      )}
    </LineChart>
  );
}

function lines<P>(spec: SeriesSpec<P>, prepared: PreparedChart) {
  const common = {
    ...TONES[spec.tone],
    type: 'linear' as const,
    isAnimationActive: false,
    activeDot: false as const,
    connectNulls: false,
  };
  const main = (
    <Line
      key={spec.key}
      dataKey={spec.key}
      dot={(dot) => (
        <IsolatedDot key={dot.key} x={dot.cx} y={dot.cy} at={dot.index} spec={spec} rows={prepared.rows} />
      )}
      strokeDasharray={spec.dash}
      {...common}
    />
  );
  if (!prepared.partial) return [main];
  const tail = spec.key + TAIL;
  return [
    main,
    <Line key={tail} dataKey={tail} dot={false} strokeDasharray="1 3" strokeOpacity={0.6} {...common} />,
  ];
}

function useDragZoom(stepSeconds: number, onZoom: TimeSeriesProps<unknown>['onZoom']) {
  const [drag, setDrag] = useState<Drag | null>(null);
  if (onZoom === undefined) return { drag: null, handlers: {} };
  const at = (state: MouseHandlerDataParam) => {
    const value = Number(state.activeLabel);
    return state.activeLabel === undefined || Number.isNaN(value) ? null : value;
  };
  return {
    drag,
    handlers: {
      onMouseDown: (state: MouseHandlerDataParam) => {
        const start = at(state);
        if (start !== null) setDrag({ startMs: start, endMs: start });
      },
      // A quick hand is dragging before the chart knew where it began: the first move with the button down counts as that.
      onMouseMove: (state: MouseHandlerDataParam, event: { buttons: number }) => {
        const end = at(state);
        if (end === null || event.buttons !== 1) return;
        setDrag((known) => (known === null ? { startMs: end, endMs: end } : { ...known, endMs: end }));
      },
      onMouseUp: () => {
        const zoom = zoomOf(drag, stepSeconds);
        setDrag(null);
        if (zoom !== null) onZoom(zoom.fromMs, zoom.toMs);
      },
      onMouseLeave: () => setDrag(null),
    },
  };
}
