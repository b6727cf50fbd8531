import type { Failure } from '#lib/engine/types.ts';
import { type Act, type Conduct, type HourSetup, healthy, MINUTE } from './hour.ts';

function fails(of: Pick<Failure, 'class'> & Partial<Failure>, endMs: number): Act {
  const failure = { status: 503, code: null, message: 'No.', retryAfterMs: null, ...of };
  return { failure, firstTokenMs: null, endMs };
}

/** Healthy but for a time, in minutes since the hour began; null: healthy then, too. */
function during(from: number, to: number, act: (luck: () => number, at: number) => Act | null): Conduct {
  return (at, luck) => (at >= from * MINUTE && at < to * MINUTE ? act(luck, at) : null) ?? healthy(at, luck);
}

const down = (from: number, to: number) => during(from, to, () => fails({ class: 'server_error' }, 150));

const partial = (from: number, to: number, share: number) =>
  during(from, to, (luck) => (luck() < share ? fails({ class: 'overloaded', status: 529 }, 300) : null));

/** Takes calls for a third of the time. */
const limited = (from: number, to: number, retryAfterMs: number | null) =>
  during(from, to, (_luck, at) =>
    at % 30_000 < 10_000 ? null : fails({ class: 'rate_limited', status: 429, retryAfterMs }, 80),
  );

const silent = (from: number, to: number) =>
  during(from, to, () => ({
    failure: null,
    firstTokenMs: Number.POSITIVE_INFINITY,
    endMs: Number.POSITIVE_INFINITY,
  }));

const slow = (from: number, to: number) =>
  during(from, to, (luck) => {
    const firstTokenMs = 6_000 + 14_000 * luck();
    return { failure: null, firstTokenMs, endMs: firstTokenMs + 2_000 };
  });

const breaking = (from: number, to: number) =>
  during(from, to, (luck) =>
    luck() < 0.4 ? { ...fails({ class: 'connection', status: null }, 1_500), firstTokenMs: 400 } : null,
  );

/** Hours in which something fails; `main` and `twin` are one model in two regions, `spare` is the backup model. */
export const WORLDS: Readonly<Record<string, NonNullable<HourSetup['conduct']>>> = {
  'a region is out': { main: down(10, 30) },
  'a vendor is dark, and the backup ails': {
    main: down(10, 30),
    twin: down(10, 25),
    spare: partial(20, 40, 0.5),
  },
  'three in ten calls fail': { main: partial(10, 45, 0.3), twin: partial(10, 45, 0.3) },
  'calls are limited': { main: limited(10, 40, null), twin: limited(10, 40, null) },
  'calls are limited, and it is said for how long': {
    main: limited(10, 40, 12_000),
    twin: limited(10, 40, 7_000),
  },
  'a target says nothing': { main: silent(10, 20), twin: silent(12, 18) },
  'a target is slow': { main: slow(10, 40), twin: slow(10, 30) },
  'streams break': { main: breaking(10, 40), twin: breaking(15, 40) },
};
