/** Spread on a region that scrolls inside, so that it takes focus and the arrow keys scroll it. */
export const KEYBOARD_SCROLL = { tabIndex: 0 } as const;
