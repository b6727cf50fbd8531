import type { EngineBench, Measured } from './engine-bench.ts';

const NAMES: Record<Measured, string> = {
  scope: 'one scope: acquire and settle',
  threeScopes: 'three scopes: acquire and settle',
  rejection: 'rejection by an open breaker',
  decision: 'decision: plan and three scopes',
  run: 'whole run, call answered at once',
  cockatielConsecutive: 'cockatiel execute, consecutive',
  cockatielSampling: 'cockatiel execute, sampling',
  cockatielRejection: 'cockatiel rejection',
  opossum: 'opossum fire',
  opossumRejection: 'opossum rejection',
};

/** The result as an aligned table. */
export function renderEngine(bench: EngineBench): string {
  const { ns, targets, ratio, keptBytes, rounds, calls, node } = bench;
  const line = (name: Measured) => `${NAMES[name].padEnd(36)}${ns[name].toFixed(0).padStart(10)} ns`;
  const held = (name: Measured, most: number) =>
    `${line(name)}   target <= ${most} ns: ${ns[name] <= most ? 'reached' : 'MISSED'}`;
  const judged = (name: string, value: string, target: string, reached: boolean) =>
    `${name.padEnd(36)}${value.padStart(13)}   target ${target}: ${reached ? 'reached' : 'MISSED'}`;
  return [
    `Engine: medians of ${rounds} rounds of ${calls} calls, Node ${node}`,
    '',
    held('scope', targets.scopeNs),
    line('threeScopes'),
    held('rejection', targets.rejectionNs),
    held('decision', targets.decisionNs),
    line('run'),
    '',
    line('cockatielConsecutive'),
    line('cockatielSampling'),
    line('cockatielRejection'),
    line('opossum'),
    line('opossumRejection'),
    '',
    judged(
      'times faster than the faster library',
      ratio.toFixed(1),
      `>= ${targets.timesFaster}`,
      ratio >= targets.timesFaster,
    ),
    judged(
      'kept after a million calls',
      `${(keptBytes / 1024).toFixed(0)} kB`,
      `<= ${(targets.keptBytes / 1024).toFixed(0)} kB`,
      keptBytes <= targets.keptBytes,
    ),
  ].join('\n');
}
