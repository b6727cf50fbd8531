'use client';

import { Select } from '@mantine/core';
import { type TargetIndex, targetLabel } from './target-label.ts';

interface AddTargetProps {
  targets: TargetIndex;
  taken: readonly string[];
  onAdd: (slug: string) => void;
}

/** Puts another target at the end of the chain. */
export function AddTarget({ targets, taken, onAdd }: AddTargetProps) {
  const free = [...targets.values()].filter((target) => !taken.includes(target.slug));
  if (free.length === 0) return null;
  return (
    <Select
      mt={8}
      maw={360}
      aria-label="Add a target to the chain"
      placeholder="Add a target…"
      searchable
      value={null}
      data={free.map((target) => ({ value: target.slug, label: targetLabel(targets, target.slug) }))}
      nothingFoundMessage="No such target"
      onChange={(slug) => slug !== null && onAdd(slug)}
    />
  );
}
