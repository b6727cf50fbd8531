import { type GatewayBench, WAYS, type Way } from './gateway-bench.ts';
import type { Kind } from './workload.ts';

const NAMES: Record<Way, string> = {
  direct: '(a) direct',
  bareProxy: '(b) bare undici proxy',
  switchyard: '(c) Switchyard',
};
const TITLES: Record<Kind, string> = { plain: 'plain answers', stream: 'streams of 100 chunks' };

/** The result as an aligned table. */
export function renderGateway(bench: GatewayBench): string {
  const { concurrency, rounds, roundMs, node, cores } = bench;
  const head = `Gateway: ${concurrency} concurrent, medians of ${rounds} rounds of ${roundMs / 1000} s, Node ${node}, ${cores} cores`;
  return [head, '', ...part(bench, 'plain'), '', ...part(bench, 'stream'), '', ...rest(bench)].join('\n');
}

function part(bench: GatewayBench, kind: Kind): string[] {
  const line = (name: string, cells: string[]) =>
    `${name.padEnd(26)}${cells.map((cell) => cell.padStart(12)).join('')}`;
  return [
    line(TITLES[kind], ['requests/s', 'p50 ms', 'p99 ms', 'CPU µs']),
    ...WAYS.map((way) => {
      const { perSecond, p50Ms, p99Ms, cpuUs } = bench[kind][way];
      const cells = [perSecond.toFixed(0), p50Ms.toFixed(2), p99Ms.toFixed(2), cpuUs?.toFixed(0) ?? '-'];
      return line(`  ${NAMES[way]}`, cells);
    }),
    judged('  (c) / (b)', bench.ratio[kind].toFixed(2), `>= ${bench.targets.ratio.toFixed(2)}`, () => {
      return bench.ratio[kind] >= bench.targets.ratio;
    }),
  ];
}

function rest(bench: GatewayBench): string[] {
  const { live, workerRssMb, targets } = bench;
  const what = live.streams === 'live' ? 'three dashboards watching' : 'three answers streaming';
  return [
    ...translationPart(bench),
    judged('worker memory, most', `${workerRssMb.toFixed(0)} MB`, `< ${targets.workerRssMb} MB`, () => {
      return workerRssMb < targets.workerRssMb;
    }),
    `p99 with ${what}: ${live.p99WithMs.toFixed(2)} ms; without: ${live.p99WithoutMs.toFixed(2)} ms (medians of five runs)`,
  ];
}

function translationPart({ translation, targets }: GatewayBench): string[] {
  if (translation === null) return ['streams translated from Anthropic: CPU time cannot be read here'];
  const { passthroughUs, translatedUs, ratio } = translation;
  return [
    `CPU µs a stream: ${passthroughUs.toFixed(0)} relayed, ${translatedUs.toFixed(0)} translated from Anthropic`,
    judged('translated / relayed', ratio.toFixed(2), `<= ${targets.translation.toFixed(2)}`, () => {
      return ratio <= targets.translation;
    }),
  ];
}

function judged(name: string, value: string, target: string, reached: () => boolean): string {
  return `${name.padEnd(26)}${value.padStart(12)}   target ${target}: ${reached() ? 'reached' : 'MISSED'}`;
}
