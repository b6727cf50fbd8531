import { change, type Mutant, mutant } from './mutant.ts';

/** Bugs of one breaker: its window, its permits, its three states and the mask over them. */
export const BREAKER_MUTANTS: readonly Mutant[] = [
  mutant(
    'herd-at-half-open',
    [1, 22, 25],
    'Half-open lets everyone through at once.',
    change('breaker.ts', 'if (state.probe !== null) return PROBING;', ''),
    change(
      'breaker.ts',
      "return state.name === 'half_open' && state.probe !== null ? PROBING : null;",
      'return null;',
    ),
  ),
  mutant(
    'minimum-calls-in-half-open',
    [2],
    'A failed probe does not reopen before the minimum volume is there.',
    change(
      'breaker.ts',
      "if (verdict === 'failure' || (verdict === 'slow' && state.slow)) {",
      "if ((verdict === 'failure' || (verdict === 'slow' && state.slow)) && this.#window.failure >= this.#settings.minimumCalls) {",
    ),
  ),
  mutant(
    'no-generation',
    [5, 14, 33, 38],
    'A result of a call from before the trip decides the state as it is now.',
    change('breaker.ts', 'if (generation !== this.#generation) {', 'if (generation < 0) {'),
  ),
  mutant(
    'no-lease',
    [6, 20, 23],
    'A probe that never settles keeps its slot for ever.',
    change(
      'breaker-state.ts',
      'return state.probe === null || now < state.probe.leaseUntil',
      'return state.probe === null || now < Number.POSITIVE_INFINITY',
    ),
  ),
  mutant(
    'cancel-counts-as-success',
    [7, 20, 37],
    'A cancelled probe closes the breaker.',
    change(
      'breaker.ts',
      "if (verdict !== 'none') this.#judge(state, verdict, now, sample);",
      "this.#judge(state, verdict === 'none' ? 'ok' : verdict, now, sample);",
    ),
  ),
  mutant(
    'cancel-leaks-the-slot',
    [23, 37],
    'A cancelled probe does not give its slot back.',
    change(
      'breaker.ts',
      'if (probe) state.probe = null;',
      "if (probe && verdict !== 'none') state.probe = null;",
    ),
  ),
  mutant(
    'cancel-counts-as-failure',
    [24, 45],
    'What says nothing about the provider counts against it.',
    change(
      'breaker.ts',
      "} else if (state.name === 'closed' && verdict !== 'none') {\n      this.#count(state, verdict, now, sample);",
      "} else if (state.name === 'closed') {\n      this.#count(state, verdict === 'none' ? 'failure' : verdict, now, sample);",
    ),
  ),
  mutant(
    'one-bucket-a-call',
    [13],
    'Only one bucket is dropped a call, so failures of an hour ago trip a window of a minute.',
    change(
      'window.ts',
      'if (elapsed >= BUCKETS) {',
      'if (elapsed > 0) {\n      this.#drop((this.#tick + 1 + BUCKETS) % BUCKETS);\n    } else if (elapsed >= BUCKETS) {',
    ),
  ),
  mutant(
    'sums-forget-a-column',
    [30],
    'What leaves the window is not taken from the sums.',
    change(
      'window.ts',
      'this.#sums[column] = (this.#sums[column] ?? 0) - (this.#cells[base + column] ?? 0);',
      'if (column !== SLOW) this.#sums[column] = (this.#sums[column] ?? 0) - (this.#cells[base + column] ?? 0);',
    ),
  ),
  mutant(
    'window-kept-after-recovery',
    [41],
    'The counts from before the outage are still there when it closes.',
    change(
      'breaker.ts',
      "if (next.name === 'closed') {\n      this.#window.clear();",
      "if (next.name === 'closed') {",
    ),
  ),
  mutant(
    'streak-survives-success',
    [2],
    'A success does not end the failures in a row.',
    change(
      'breaker.ts',
      '      this.#streak.end();\n    }\n    if (this.#window.failure',
      '    }\n    if (this.#window.failure',
    ),
  ),
  mutant(
    'trips-only-at-equality',
    [39],
    'A breaker that missed its threshold once never trips again.',
    change(
      'trip.ts',
      'if (streak >= settings.consecutiveFailures)',
      'if (streak === settings.consecutiveFailures + 1)',
    ),
  ),
  mutant(
    'backoff-does-not-grow',
    [41],
    'Every open period is as long as the first.',
    change('breaker-state.ts', 'settings.openSeconds * 2 ** (trips - 1)', 'settings.openSeconds'),
  ),
  mutant(
    'backoff-without-a-cap',
    [18],
    'The open period doubles without end, to infinity.',
    change('breaker-state.ts', 'Math.min(settings.maxOpenSeconds, doubled)', 'doubled'),
  ),
  mutant(
    'trips-never-decay',
    [41],
    'A trip of last week still makes today’s open period longer.',
    change('breaker-state.ts', 'Math.floor((now - since) / STABLE_MS)', '0'),
  ),
  mutant(
    'open-ends-at-once',
    [9],
    'An open breaker lets a probe through before its period is over.',
    change('breaker-state.ts', 'return now < state.until ? null', 'return now < state.since ? null'),
  ),
  mutant(
    'reopening-forgets-its-trips',
    [41],
    'A failed probe opens for as short as the first trip did.',
    change('breaker-state.ts', 'const trips = from.trips + 1;', 'const trips = 1;'),
  ),
  mutant(
    'double-settle',
    [35],
    'The same permit counts every time that it is given back.',
    change(
      'permits.ts',
      'this.#serials[slot] === permit >>> SLOT_BITS ? slot : -1',
      'permit !== UNTRACKED ? slot : -1',
    ),
  ),
  mutant(
    'permits-inflate',
    [35],
    'A released permit frees two places.',
    change(
      'permits.ts',
      '    this.#freeCount += 1;\n    return slot;',
      '    this.#freeCount += 2;\n    return slot;',
    ),
  ),
  mutant(
    'forced-open-ignored',
    [28],
    'The machine recovers through an operator’s forced-open.',
    change(
      'breaker.ts',
      "return mask.kind === 'forced_open' ? FORCED_OPEN : this.bypass();",
      'return this.bypass();',
    ),
    change(
      'breaker.ts',
      "if (mask !== null) return mask.kind === 'forced_open' ? FORCED_OPEN : null;",
      'if (mask !== null) return null;',
    ),
  ),
  mutant(
    'mask-never-expires',
    [28],
    'An override that has expired is still in force.',
    change(
      'breaker.ts',
      'return this.#mask !== null && now < this.#mask.until ? this.#mask : null;',
      'return this.#mask;',
    ),
  ),
  mutant(
    'edges-are-told-twice',
    [21, 27],
    'One transition is announced more than once.',
    change(
      'breaker.ts',
      'if (from === next.name || this.#onEdge === null) return;',
      'if (this.#onEdge === null) return;',
    ),
  ),
  mutant(
    'state-lags-the-clock',
    [42],
    'What is shown changes only with the next call.',
    change(
      'breaker.ts',
      'return this.mask(now)?.kind ?? stateAt(this.#state, now, this.#settings).name;',
      'return this.mask(now)?.kind ?? this.#state.name;',
    ),
    change(
      'breaker.ts',
      '    const state = stateAt(this.#state, now, this.#settings);\n    const halfOpened',
      '    const state = this.#state;\n    const halfOpened',
    ),
  ),
  mutant(
    'one-success-closes',
    [22],
    'The first good probe closes, however many are asked for.',
    change('breaker.ts', 'if (state.successes < this.#settings.probeSuccesses) return;', ''),
  ),
  mutant(
    'failures-while-open-are-kept',
    [3],
    'Counts from before the trip are charged again by what comes in while open.',
    change(
      'breaker.ts',
      "} else if (state.name === 'closed' && verdict !== 'none') {",
      "} else if (verdict !== 'none' && state.name === 'closed') {\n      this.#streak.end();",
    ),
  ),
  mutant(
    'errors-are-hoarded',
    [10, 11],
    'Thousands of errors are kept, and copied at every failure.',
    change('breaker.ts', '.slice(0, KEPT_ERRORS);', '.slice(0, 5_000);'),
  ),
  mutant(
    'whole-second-buckets',
    [31],
    'A window of a second has buckets of no length.',
    change(
      'window.ts',
      'this.#bucketMs = windowMs / BUCKETS;',
      'this.#bucketMs = Math.floor(windowMs / BUCKETS / 1000) * 1000;',
    ),
  ),
  mutant(
    'settings-that-never-recover',
    [46],
    'A breaker that asks for no successes is accepted, and never closes.',
    change(
      '../contract/breaker-settings.ts',
      ".min(1, 'At least 1: with 0 successes asked for, a half-open breaker could never close.')",
      '.min(0)',
    ),
  ),
  mutant(
    'slow-rate-of-all-calls',
    [2],
    'One more failure keeps a slow target from tripping.',
    change('trip.ts', 'slow / (ok + slow) >= settings.slowRate', 'slow / calls >= settings.slowRate'),
  ),
];
