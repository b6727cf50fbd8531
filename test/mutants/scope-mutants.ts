import { change, type Mutant, mutant } from './mutant.ts';

/** Bugs of the scopes together: acquiring, deriving, recovering. */
export const SCOPE_MUTANTS: readonly Mutant[] = [
  mutant(
    'naive-sequential-acquire',
    [34],
    'A parent that says no leaves its child half-open with a slot that nobody gives back.',
    change(
      'scopes.ts',
      '    const block = this.block(now);\n    if (block !== null) return block;',
      '    const block = this.block(now);\n    if (block !== null) {\n      this.leaf.breaker.tryAcquire(now, leaseMs);\n      return block;\n    }',
    ),
  ),
  mutant(
    'one-child-is-enough',
    [],
    'One open model takes its whole endpoint down.',
    change('derived.ts', 'const SPAN = 2;', 'const SPAN = 1;'),
    change(
      'derived.ts',
      '        if (Math.abs(later.trippedAt - other.trippedAt) <= TOGETHER_MS) return true;\n      }',
      '        if (Math.abs(later.trippedAt - other.trippedAt) <= TOGETHER_MS) return true;\n      }\n      return true;',
    ),
  ),
  mutant(
    'share-of-children-ignored',
    [],
    'Two open models of twenty take the endpoint down.',
    change(
      'derived.ts',
      'return this.open >= SPAN && this.open >= this.#usedBesides(now) && this.#together();',
      'return this.open >= SPAN && this.#together();',
    ),
  ),
  mutant(
    'no-sibling-veto',
    [],
    'A success through a sibling does not end what is held of the parent.',
    change('derived.ts', 'if (answered) this.#answered(now);', ''),
  ),
  mutant(
    'trips-far-apart-count',
    [],
    'Two outages of an hour apart are taken for one.',
    change(
      'derived.ts',
      'Math.abs(later.trippedAt - other.trippedAt) <= TOGETHER_MS',
      'later.trippedAt - other.trippedAt < Number.POSITIVE_INFINITY',
    ),
  ),
  mutant(
    'many-probes-a-parent',
    [1],
    'Every child of a parent that is held to be down sends its own probe.',
    change(
      'derived.ts',
      "if (probe !== null && now < probe.leaseUntil) return { reason: 'probing', dueAt: probe.leaseUntil };",
      '',
    ),
  ),
  mutant(
    'metrics-only-child-counts',
    [],
    'A target that enforces nothing takes its parent down.',
    change('derived.ts', 'return trip > 0 && shadow === null && enabled;', 'return trip > 0 && enabled;'),
  ),
  mutant(
    'metrics-only-enforces',
    [],
    'A breaker in metrics-only mode turns calls away.',
    change(
      'scopes.ts',
      "const enforcing = scope.kind !== 'target' || scope.shadow === null;",
      'const enforcing = true;',
    ),
  ),
  mutant(
    'model-failures-charge-the-endpoint',
    [],
    'A model’s failures count against its endpoint.',
    change(
      'scopes.ts',
      "failure !== null ? endpointVerdict(failure) : verdict === 'ok' || verdict === 'slow' ? 'ok' : 'none';",
      "failure !== null ? verdict : verdict === 'ok' || verdict === 'slow' ? 'ok' : 'none';",
    ),
  ),
  mutant(
    'parent-beats-forced-closed',
    [28],
    'An operator’s forced-closed on a target gives way to its endpoint.',
    change(
      'standing.ts',
      'if (standing === undefined || standing.forced !== null) break;',
      'if (standing === undefined) break;',
    ),
  ),
  mutant(
    'ramp-never-ends',
    [],
    'A recovered target never takes all of its traffic back.',
    change(
      'ramp.ts',
      'if (elapsed >= whole) return 1;',
      'if (elapsed >= whole) return elapsed === Number.POSITIVE_INFINITY ? 1 : settings.rampSecondShare;',
    ),
  ),
  mutant(
    'ramp-after-every-blip',
    [],
    'A target ramps after the shortest of outages.',
    change('ramp.ts', 'outageMs < settings.rampAfterSeconds * 1000', 'outageMs < 0'),
  ),
  mutant(
    'restored-at-the-wrong-time',
    [8],
    'A restart brings back what was left of a cooldown when it was set, not what is left now.',
    change(
      'cooldowns.ts',
      'const until = item.untilWallMs - offset;',
      'const until = item.untilWallMs - item.setAtWallMs;',
    ),
  ),
  mutant(
    'scopes-pile-up',
    [10],
    'Scopes that are not configured any more are kept.',
    change('registry.ts', 'const scopes = new Set<Scope>();', 'const scopes = new Set<Scope>(this.#scopes);'),
  ),
  mutant(
    'wall-clock',
    [16],
    'After the wall clock was set back nothing is tried for an hour.',
    change(
      'engine.ts',
      'claimLastResort: (flow, now) => this.#claimLastResort(flow, now, tuning.lastResortEveryMs),',
      'claimLastResort: (flow) => this.#claimLastResort(flow, clock.wall(), tuning.lastResortEveryMs),',
    ),
  ),
  mutant(
    'last-candidate-is-removed',
    [40],
    'When everything is open nobody is called.',
    change('select-plan.ts', 'if (plan.candidates > 0) plan.lastResort = null;', 'plan.lastResort = null;'),
  ),
  mutant(
    'last-resort-without-a-limit',
    [40],
    'When everything is open every request calls all the same.',
    change('engine.ts', '    if (last !== undefined && now - last < everyMs) return false;\n', ''),
  ),
  mutant(
    'last-resort-against-retry-after',
    [40, 43],
    'The last resort is a target that asked not to be called.',
    change(
      'select-plan.ts',
      "const automatic = blocked.reason === 'breaker_open' || blocked.reason === 'probing';",
      "const automatic = blocked.reason !== 'forced_open';",
    ),
    change(
      'run-state.ts',
      "const automatic = blocked.reason === 'breaker_open' || blocked.reason === 'probing';",
      "const automatic = blocked.reason !== 'forced_open';",
    ),
  ),
  mutant(
    'cooldown-moves-earlier',
    [43],
    'A shorter hint cuts a longer cooldown short.',
    change(
      'cooldowns.ts',
      'const until = Math.max(old?.until ?? 0, now + fresh.forMs);',
      'const until = now + fresh.forMs;',
    ),
  ),
  mutant(
    'cooldown-level-resets',
    [44],
    'Every 429 without a hint starts again at two seconds.',
    change('cooldowns.ts', 'const level = old?.level ?? 0;', 'const level = 0;'),
  ),
  mutant(
    'hint-is-not-clamped',
    [47],
    'A hint of a year is believed.',
    change('cooldowns.ts', 'Math.min(MAX_MS, Math.max(MIN_MS, hintMs))', 'hintMs'),
  ),
];
