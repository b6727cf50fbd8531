/** What a permit stands for: a counted call, the half-open probe, or a call that an override let past the machine. */
export const NORMAL = 0;
export const PROBE = 1;
export const BYPASS = 2;
export type PermitKind = typeof NORMAL | typeof PROBE | typeof BYPASS;

const SLOT_BITS = 16;
const SLOT_MASK = 0xffff;
const MAX_SLOTS = SLOT_MASK + 1;
const MAX_SERIAL = 0x7fff;
/** Given out when 65,536 calls are in flight at once: allowed, but not tracked. */
const UNTRACKED = 0;

/**
 * Permits as small integers: a slot and the slot's serial, which changes when the permit is released, so a second release is
 * recognised. Grows to the highest number of calls in flight and allocates nothing per call.
 */
export class PermitTable {
  #serials = new Int32Array(8).fill(1);
  #generations = new Int32Array(8);
  #kinds = new Uint8Array(8);
  #free = Int32Array.from({ length: 8 }, (_, at) => 7 - at);
  #freeCount = 8;

  get inFlight(): number {
    return this.#serials.length - this.#freeCount;
  }

  take(generation: number, kind: PermitKind): number {
    if (this.#freeCount === 0 && !this.#grow()) return UNTRACKED;
    this.#freeCount -= 1;
    const slot = this.#free[this.#freeCount] ?? 0;
    this.#generations[slot] = generation;
    this.#kinds[slot] = kind;
    return ((this.#serials[slot] ?? 1) << SLOT_BITS) | slot;
  }

  /** Frees the permit; its slot for `generation` and `kind`, or -1 when it was released before. */
  release(permit: number): number {
    const slot = this.#find(permit);
    if (slot < 0) return -1;
    const serial = permit >>> SLOT_BITS;
    this.#serials[slot] = serial === MAX_SERIAL ? 1 : serial + 1;
    this.#free[this.#freeCount] = slot;
    this.#freeCount += 1;
    return slot;
  }

  /** Of a slot that `release` just returned. */
  generation(slot: number): number {
    return this.#generations[slot] ?? -1;
  }

  /** Of a slot that `release` just returned. */
  kind(slot: number): PermitKind {
    const kind = this.#kinds[slot];
    return kind === PROBE ? PROBE : kind === BYPASS ? BYPASS : NORMAL;
  }

  /** Kind of a permit that is still held; `BYPASS` for any other. */
  kindOf(permit: number): PermitKind {
    const slot = this.#find(permit);
    return slot < 0 ? BYPASS : this.kind(slot);
  }

  #find(permit: number): number {
    const slot = permit & SLOT_MASK;
    return permit !== UNTRACKED && this.#serials[slot] === permit >>> SLOT_BITS ? slot : -1;
  }

  #grow(): boolean {
    const old = this.#serials.length;
    if (old >= MAX_SLOTS) return false;
    const size = Math.min(MAX_SLOTS, old * 2);
    this.#serials = widened(this.#serials, new Int32Array(size).fill(1));
    this.#generations = widened(this.#generations, new Int32Array(size));
    this.#free = new Int32Array(size);
    for (let slot = old; slot < size; slot += 1) this.#free[slot - old] = slot;
    this.#freeCount = size - old;
    const kinds = new Uint8Array(size);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    return true;
  }
}

function widened(from: Int32Array<ArrayBuffer>, into: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  into.set(from);
  return into;
}
