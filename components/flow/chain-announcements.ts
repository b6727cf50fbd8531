import type { Announcements, ScreenReaderInstructions, UniqueIdentifier } from '@dnd-kit/core';

export const DRAG_INSTRUCTIONS: ScreenReaderInstructions = {
  draggable:
    'Press Space to pick the target up, the arrow keys to move it along the line, Space to put it down, Escape to leave it where it was. Move up and Move down do the same.',
};

/** What a screen reader hears while a target is dragged: "Anthropic, position 3 of 4". */
export function chainAnnouncements(
  order: readonly string[],
  nameOf: (slug: string) => string,
): Announcements {
  const name = (id: UniqueIdentifier) => nameOf(String(id));
  const position = (id: UniqueIdentifier) => `position ${order.indexOf(String(id)) + 1} of ${order.length}`;
  return {
    onDragStart: ({ active }) => `Picked up ${name(active.id)}, ${position(active.id)}.`,
    onDragOver: ({ active, over }) =>
      over === null ? undefined : `${name(active.id)}, ${position(over.id)}.`,
    onDragEnd: ({ active, over }) =>
      over === null
        ? `${name(active.id)} stays at ${position(active.id)}.`
        : `${name(active.id)} put down at ${position(over.id)}. Not saved yet.`,
    onDragCancel: ({ active }) => `Cancelled. ${name(active.id)} is back at ${position(active.id)}.`,
  };
}
