import type { MetricCell } from '#lib/contract/records.ts';
import { countsAsServed, isAttemptError, isRequestDegraded, isRequestError } from './outcomes.ts';

/** One key's second, already summed, so that tiles need not walk cells. */
export interface SecondSum {
  count: number;
  errors: number;
  degraded: number;
  served: number;
  latency: MetricCell['latency'][];
  byTarget: Map<string, number>;
}

export interface SecondSlot {
  /** Start of the second, wall-clock ms. */
  t: number;
  cells: MetricCell[];
  targets: Map<string, SecondSum>;
  flows: Map<string, SecondSum>;
}

/** The last quarter of an hour, second by second, bounded in time and in cells. */
export class SecondRing {
  readonly keepMs: number;
  readonly maxCells: number;
  #slots: SecondSlot[] = [];
  #cells = 0;
  /** Nothing before this instant can be in the ring. */
  #coversSince: number;

  constructor(options: { startWallMs: number; keepMs?: number; maxCells?: number }) {
    this.keepMs = options.keepMs ?? 15 * 60_000;
    this.maxCells = options.maxCells ?? 400_000;
    this.#coversSince = Math.ceil(options.startWallMs / 1000) * 1000;
  }

  /** Adds what a gateway counted in the second before `atWallMs`. */
  add(atWallMs: number, cells: readonly MetricCell[]): void {
    const slot = this.#slotAt(Math.round(atWallMs / 1000) * 1000 - 1000);
    for (const cell of cells) {
      slot.cells.push(cell);
      sumCell(slot, cell);
    }
    this.#cells += cells.length;
    this.#evict(atWallMs);
  }

  get coversSinceWallMs(): number {
    return this.#coversSince;
  }

  get cellCount(): number {
    return this.#cells;
  }

  /** Slots whose second starts in [fromWallMs, toWallMs), oldest first. */
  between(fromWallMs: number, toWallMs: number): SecondSlot[] {
    const found: SecondSlot[] = [];
    for (let at = this.#slots.length - 1; at >= 0; at -= 1) {
      const slot = this.#slots[at];
      if (slot === undefined || slot.t < fromWallMs) break;
      if (slot.t < toWallMs) found.push(slot);
    }
    return found.reverse();
  }

  /** Start of the newest second that has any cell before `wallMs`; null without one. */
  lastDataBefore(wallMs: number): number | null {
    for (let at = this.#slots.length - 1; at >= 0; at -= 1) {
      const slot = this.#slots[at];
      if (slot !== undefined && slot.t < wallMs && slot.cells.length > 0) return slot.t;
    }
    return null;
  }

  #slotAt(t: number): SecondSlot {
    let at = this.#slots.length;
    while (at > 0 && (this.#slots[at - 1]?.t ?? 0) > t) at -= 1;
    const before = this.#slots[at - 1];
    if (before?.t === t) return before;
    const slot: SecondSlot = { t, cells: [], targets: new Map(), flows: new Map() };
    this.#slots.splice(at, 0, slot);
    return slot;
  }

  #evict(nowWallMs: number): void {
    let drop = 0;
    for (const slot of this.#slots) {
      const old = slot.t < nowWallMs - this.keepMs;
      if (!old && this.#cells <= this.maxCells) break;
      this.#cells -= slot.cells.length;
      this.#coversSince = Math.max(this.#coversSince, slot.t + 1000);
      drop += 1;
    }
    if (drop > 0) this.#slots.splice(0, drop);
  }
}

function sumCell(slot: SecondSlot, cell: MetricCell): void {
  if (cell.kind === 'attempt') {
    const sum = sumOf(slot.targets, cell.target);
    sum.count += cell.count;
    if (isAttemptError(cell.outcome)) sum.errors += cell.count;
    if (countsAsServed(cell)) sum.latency.push(cell.latency);
    return;
  }
  const sum = sumOf(slot.flows, cell.flow);
  sum.count += cell.count;
  if (isRequestError(cell.outcome)) sum.errors += cell.count;
  if (isRequestDegraded(cell.outcome)) sum.degraded += cell.count;
  if (!countsAsServed(cell)) return;
  sum.served += cell.count;
  sum.latency.push(cell.latency);
  sum.byTarget.set(cell.target, (sum.byTarget.get(cell.target) ?? 0) + cell.count);
}

function sumOf(map: Map<string, SecondSum>, key: string): SecondSum {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh: SecondSum = {
    count: 0,
    errors: 0,
    degraded: 0,
    served: 0,
    latency: [],
    byTarget: new Map(),
  };
  map.set(key, fresh);
  return fresh;
}
