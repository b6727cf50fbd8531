import { change, type Mutant, mutant } from './mutant.ts';

/** Bugs of the loop that takes one request along its chain. */
export const LOOP_MUTANTS: readonly Mutant[] = [
  mutant(
    'client-listener-leaks',
    [17, 47],
    'An attempt leaves its listener on the client’s signal.',
    change('attempt.ts', "    this.#client.removeEventListener('abort', this.#onClientAbort);", ''),
  ),
  mutant(
    'timer-outlives-the-attempt',
    [9, 29],
    'An attempt that has ended leaves its timer behind.',
    change('attempt.ts', '    this.#timer.abort(DONE);\n', ''),
  ),
  mutant(
    'loser-is-not-aborted',
    [36],
    'An attempt that was given up goes on at the provider.',
    change(
      'attempt.ts',
      '    this.release();\n    this.#attempt.abort(GIVEN_UP);\n  }\n\n  /** Cuts',
      '    this.release();\n  }\n\n  /** Cuts',
    ),
    change(
      'attempt.ts',
      '      this.release();\n      this.#attempt.abort(GIVEN_UP);',
      '      this.release();',
    ),
  ),
  mutant(
    'retry-delay-overflows',
    [18],
    'The backoff of a late retry is not a number that can be waited for.',
    change(
      'retry.ts',
      'Math.min(CAP_MS, BASE_MS * 2 ** Math.min(retry, 30)) * random()',
      '(BASE_MS * 2 ** retry - BASE_MS * 2 ** (retry - 1)) * random()',
    ),
  ),
  mutant(
    'timeout-is-retried',
    [],
    'A target that has just timed out is asked again.',
    change(
      'retry.ts',
      "  if (failure.timeout !== undefined) return 'a target that ran out of time is not asked again';\n",
      '',
    ),
    change(
      'effects.ts',
      "const TIMEOUT = sick('timeout', 'never');",
      "const TIMEOUT = sick('timeout', 'backoff');",
    ),
  ),
  mutant(
    'rate-limit-trips-the-breaker',
    [44],
    'A 429 counts as a failure of the provider.',
    change(
      'effects.ts',
      "effect({ scope: 'limit', retry: 'hint', reason: 'rate_limited' })",
      "effect({ scope: 'limit', retry: 'hint', reason: 'rate_limited', verdict: 'failure' })",
    ),
  ),
  mutant(
    'caller-error-trips-the-breaker',
    [45],
    'A 400 counts as a failure of the provider.',
    change(
      'effects.ts',
      'effect({ callersFault: true, failOver, reason });',
      "effect({ callersFault: true, failOver, reason, verdict: 'failure' });",
    ),
  ),
  mutant(
    'connection-never-charged',
    [43],
    'A provider that cannot be reached is never held to be down.',
    change(
      'effects.ts',
      "const CONNECTION = sick('connection', 'backoff');",
      "const CONNECTION = effect({ reason: 'connection', retry: 'backoff' });",
    ),
  ),
  mutant(
    'client-abort-counts',
    [24, 43],
    'A client that hangs up counts against the provider.',
    change(
      'live-attempt.ts',
      "if (result.failure.class === 'client_abort') this.#abandon(now);\n        else this.#judgeFailure(result.failure, now);",
      "this.#judgeFailure({ ...result.failure, class: result.failure.class === 'client_abort' ? 'connection' : result.failure.class }, now);",
    ),
    change(
      'live-attempt.ts',
      "      case 'aborted':\n      case 'cut':\n        this.#abandon(now);",
      "      case 'aborted':\n        this.permit.settle('failure', now, null, null);\n        break;\n      case 'cut':\n        this.#abandon(now);",
    ),
  ),
  mutant(
    'success-path-not-wired',
    [44],
    'The breaker is never told of a success.',
    change(
      'live-attempt.ts',
      '    permit.settle(entry.verdict, now, late, null);',
      "    permit.settle('none', now, late, null);",
    ),
  ),
  mutant(
    'hedge-loser-leaves-nothing',
    [],
    'A slow target looks fast, because its slow calls were cut off.',
    change(
      'live-attempt.ts',
      '    if (ranMs < lateAfterMs) this.#abandon(now);\n    else this.#judgeSilence(ranMs, now);',
      '    this.#abandon(now);',
    ),
  ),
  mutant(
    'hedge-in-the-same-place',
    [],
    'The hedge goes to the endpoint that is late.',
    change(
      'hedge.ts',
      'if (endpointId === target.endpointId || isRecovering(resolved.chain, now)) continue;',
      'if (isRecovering(resolved.chain, now)) continue;',
    ),
  ),
  mutant(
    'hedge-storm',
    [],
    'When everybody is slow, everybody is hedged.',
    change(
      'hedge-policy.ts',
      'return (pace.lateShare(delayMs) ?? 0) >= STORM_SHARE;',
      'return (pace.lateShare(delayMs) ?? 0) > 1;',
    ),
  ),
  mutant(
    'hedges-without-a-budget',
    [],
    'Every late call is hedged, in an outage too.',
    change(
      'budget.ts',
      'if (hedges + ROUNDING < 1 || this.level(flow, provider, now) <= BUDGET_CAP / 2) return false;',
      '',
    ),
  ),
  mutant(
    'retries-are-free',
    [],
    'The budget is asked and never charged.',
    change('budget.ts', '    this.drain(cost, now);\n    return true;', '    return true;'),
  ),
  mutant(
    'reserve-without-an-end',
    [],
    'Silence fills the whole bucket.',
    change(
      'budget.ts',
      'this.#tokens = Math.min(RESERVE, this.#tokens + earned);',
      'this.#tokens = this.#tokens + earned * 100;',
    ),
  ),
  mutant(
    'zero-means-default',
    [12],
    'A flow that wants no retries, or none to be earned, gets the usual ones.',
    change('retry.ts', 'if (retries >= maxRetries)', 'if (retries >= (maxRetries || 2))'),
    change('budget.ts', 'this.#tokens + share)', 'this.#tokens + (share || 0.1))'),
  ),
  mutant(
    'waits-behind-a-probe-for-ever',
    [15, 19],
    'A request that waits for somebody’s probe does not hear that its own client has left.',
    change('waiting.ts', "    client.addEventListener('abort', wake);\n", ''),
  ),
  mutant(
    'waiting-leaks-a-listener',
    [17],
    'Every wait leaves a listener on the client’s signal.',
    change('waiting.ts', "      client.removeEventListener('abort', wake);\n", ''),
  ),
  mutant(
    'probe-wakes-nobody',
    [15],
    'Who waits for a probe is not told that it has gone well.',
    change('live-attempt.ts', '    if (this.permit.probe) waiting.wake();\n', ''),
  ),
  mutant(
    'moves-are-free',
    [],
    'Going on elsewhere costs nothing, so a failing provider is tried twice for ever.',
    change('budget.ts', '.drain(from === to ? RETRY_COST : MOVE_COST, now);', '.drain(0, now);'),
  ),
  mutant(
    'retry-starves-the-next',
    [],
    'The last of the time goes to a target that has failed already.',
    change(
      'retry.ts',
      'if (waitMs + neededMs + asideMs > remainingMs)',
      'if (waitMs + neededMs > remainingMs)',
    ),
  ),
  mutant(
    'retries-against-the-providers-word',
    [],
    'A provider that says that calling again is of no use is called again.',
    change(
      'retry.ts',
      "  if (failure.noRetry === true) return 'the provider says that it is of no use';\n",
      '',
    ),
  ),
  mutant(
    'users-wait-for-probes',
    [],
    'A request that carries a probe waits for a target that is still dead.',
    change(
      'hedge.ts',
      'if (live.permit.probe) return request.once == null ? probeNet(state, live) : null;',
      'if (live.permit.probe) return null;',
    ),
  ),
  mutant(
    'side-effects-are-doubled',
    [],
    'A request whose tools run at the provider is hedged.',
    change('hedge.ts', "  if (once != null) return { reason: 'once', why: once };\n", ''),
  ),
  mutant(
    'backup-in-quality-mode',
    [],
    'A flow that wants its own model or none is answered by a backup.',
    change(
      'select-plan.ts',
      "    case 'quality':\n      return false;",
      "    case 'quality':\n      return true;",
    ),
  ),
  mutant(
    'patience-without-end',
    [],
    'Waiting for the primary uses nothing of the patience up.',
    change('patience.ts', '    this.#leftMs -= waitedMs;\n', ''),
  ),
  mutant(
    'patience-without-a-count',
    [],
    'The primary is called again and again for as long as there is time.',
    change('patience.ts', 'while (this.#calls.length < this.#policy.retries) {', 'for (;;) {'),
  ),
  mutant(
    'patience-starves-the-backup',
    [],
    'What the primary’s family is given in time is taken from the backup model.',
    change('patience.ts', 'const asideMs = this.#asideMs(now);', 'const asideMs = 0;'),
  ),
  mutant(
    'patience-takes-the-last-attempt',
    [],
    'The family’s extra calls use up the attempt that the backup model needs.',
    change('patience.ts', 'if (left <= this.#others(resolved))', 'if (left <= 0)'),
  ),
  mutant(
    'patience-hammers-after-a-timeout',
    [],
    'The family’s target that has just timed out is waited for and asked again.',
    change('patience.ts', '    if (last !== undefined && uselessWhy(last) !== null) return null;\n', ''),
  ),
  mutant(
    'no-deadline-gate',
    [],
    'An attempt is started that cannot finish.',
    change('deadline.ts', 'if (remainingMs >= neededMs(pace, policy, tuning)) return null;', 'return null;'),
  ),
  mutant(
    'resume-tells-the-wrong-error',
    [],
    'What the continuation met hides what really broke.',
    change(
      'resume.ts',
      'return gone ? state.aborted() : brokenOff(state, broken, failure);',
      "return gone ? state.aborted() : brokenOff(state, next, result.kind === 'failed' ? result.failure : failure);",
    ),
  ),
  mutant(
    'resumed-without-end',
    [],
    'An answer that keeps breaking is continued again and again.',
    change(
      'resume.ts',
      'async (again) => onceOnly(state, next, again)',
      '(again, where) => resumed(state, next, again, where)',
    ),
  ),
];
