/** Past this many unread bytes a tab gets no metrics; its state events wait. */
const SLOW_BYTES = 64 * 1024;
/** Past this many it is dropped: it will come back and start from a snapshot. */
const STUCK_BYTES = 4 * 1024 * 1024;

/** One tab's stream. */
export class LiveConnection {
  readonly openedAtWallMs: number;
  readonly stream: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #onGone: (connection: LiveConnection) => void;

  constructor(
    openedAtWallMs: number,
    first: readonly Uint8Array[],
    onGone: (connection: LiveConnection) => void,
  ) {
    this.openedAtWallMs = openedAtWallMs;
    this.#onGone = onGone;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          for (const bytes of first) controller.enqueue(bytes);
        },
        cancel: () => this.#gone(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: SLOW_BYTES }),
    );
  }

  /** Queues the event; one that may be dropped is, while the reader is behind. */
  send(bytes: Uint8Array, droppable: boolean): void {
    const room = this.#controller?.desiredSize ?? null;
    if (room === null) return;
    if (room <= 0 && droppable) return;
    if (room < SLOW_BYTES - STUCK_BYTES) {
      this.close();
      return;
    }
    this.#controller?.enqueue(bytes);
  }

  close(): void {
    const controller = this.#controller;
    this.#gone();
    controller?.close();
  }

  #gone(): void {
    this.#controller = null;
    this.#onGone(this);
  }
}
