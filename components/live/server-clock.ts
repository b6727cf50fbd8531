/** Instants within this are taken from the largest offset seen: the smallest network delay. */
const FORGET_AFTER = 60;

/** The server's wall clock, as its messages tell it; ages tick from it, not from the laptop's. */
export class ServerClock {
  #offsets: number[] = [];

  /** `serverMs`: the server's clock when it wrote; `localMs`: ours when we read. */
  observe(serverMs: number, localMs: number): void {
    this.#offsets.push(serverMs - localMs);
    if (this.#offsets.length > FORGET_AFTER) this.#offsets.shift();
  }

  /** Server minus local, ms; 0 until the first message. */
  offset(): number {
    return this.#offsets.length === 0 ? 0 : Math.max(...this.#offsets);
  }
}
