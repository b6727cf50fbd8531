/** Items between two turns: a few milliseconds at most. */
const STEP = 400;

/** Does something with every item, and lets others have the thread in between. */
export async function inSteps<T>(
  items: Iterable<T>,
  turn: () => Promise<void>,
  each: (item: T) => void,
): Promise<void> {
  let done = 0;
  for (const item of items) {
    each(item);
    done += 1;
    if (done % STEP === 0) await turn();
  }
  await turn();
}
