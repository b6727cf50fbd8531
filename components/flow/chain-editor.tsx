'use client';

import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { useId, useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import { chainState } from '../breaker/chain-state.ts';
import { useBreakers, useFreshness, useServerNow } from '../live/hooks.ts';
import { AdapterForm } from './adapter-form.tsx';
import { AddTarget } from './add-target.tsx';
import { chainAnnouncements, DRAG_INSTRUCTIONS } from './chain-announcements.ts';
import {
  addEntry,
  chainRoles,
  type DraftEntry,
  moveEntry,
  removeEntry,
  setEntryAdapter,
  setEntryEnabled,
} from './chain-draft.ts';
import classes from './chain-editor.module.css';
import { ChainRow } from './chain-row.tsx';
import { type TargetIndex, targetLabel } from './target-label.ts';

interface ChainEditorProps {
  flow: FlowView;
  targets: TargetIndex;
  draft: readonly DraftEntry[];
  /** What is wrong with the entry at this position; null: nothing. */
  issueOf: (at: number) => string | null;
  onChange: (draft: DraftEntry[]) => void;
}

/** The chain as a vertical line to be reordered by pointer, by keyboard or by buttons. Changes only the draft. */
export function ChainEditor({ flow, targets, draft, issueOf, onChange }: ChainEditorProps) {
  const id = useId();
  const [adapting, setAdapting] = useState<string | null>(null);
  const now = useServerNow();
  const breakers = useBreakers();
  const { stale } = useFreshness();
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const order = draft.map((entry) => entry.target);
  const roles = chainRoles(draft, targets);
  const chain = draft.map((entry, at) => ({ ...entry, role: roles[at] ?? ('disabled' as const) }));
  const { links } = chainState({ flow: { ...flow, chain }, targets, breakers, now });
  const label = (slug: string) => targetLabel(targets, slug);
  const dropped = ({ active, over }: DragEndEvent) => {
    if (over === null || over.id === active.id) return;
    onChange(moveEntry(draft, order.indexOf(String(active.id)), order.indexOf(String(over.id))));
  };
  return (
    <div data-stale={stale}>
      <DndContext
        id={id}
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={dropped}
        accessibility={{
          announcements: chainAnnouncements(order, label),
          screenReaderInstructions: DRAG_INSTRUCTIONS,
        }}
      >
        <SortableContext items={order} strategy={verticalListSortingStrategy}>
          <ol className={classes.list} aria-label="Chain, in order of preference">
            {draft.map((entry, at) => {
              const link = links[at];
              return link === undefined ? null : (
                <ChainRow
                  key={entry.target}
                  entry={entry}
                  link={link}
                  label={label(entry.target)}
                  at={at}
                  of={draft.length}
                  now={now}
                  issue={issueOf(at)}
                  onMove={(to) => onChange(moveEntry(draft, at, to))}
                  onEnable={(enabled) => onChange(setEntryEnabled(draft, entry.target, enabled))}
                  onAdapt={() => setAdapting(entry.target)}
                  onRemove={() => onChange(removeEntry(draft, entry.target))}
                />
              );
            })}
          </ol>
        </SortableContext>
      </DndContext>
      <AdapterForm
        opened={adapting !== null}
        label={adapting === null ? '' : label(adapting)}
        adapter={draft.find((entry) => entry.target === adapting)?.adapter ?? null}
        onApply={(adapter) => {
          if (adapting !== null) onChange(setEntryAdapter(draft, adapting, adapter));
          setAdapting(null);
        }}
        onClose={() => setAdapting(null)}
      />
      <AddTarget targets={targets} taken={order} onAdd={(slug) => onChange(addEntry(draft, slug))} />
    </div>
  );
}
