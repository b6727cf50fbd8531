'use client';

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';

export interface RecentAction {
  id: number;
  /** "Forced claude open for 1 h" */
  text: string;
  atMs: number;
  /** How to take it back; absent: it cannot be. */
  undo?: { label: string; run: () => void };
}

interface RecentActionsValue {
  actions: readonly RecentAction[];
  record: (action: Omit<RecentAction, 'id' | 'atMs'>) => void;
  forget: (id: number) => void;
}

const KEPT = 10;
const RecentActionsContext = createContext<RecentActionsValue>({
  actions: [],
  record: () => {},
  forget: () => {},
});

/** What this operator did in this tab, newest first, each with its Undo: one place for every action. */
export function RecentActionsProvider({ children }: { children: ReactNode }) {
  const [actions, setActions] = useState<readonly RecentAction[]>([]);
  const record = useCallback((action: Omit<RecentAction, 'id' | 'atMs'>) => {
    setActions((known) => [
      { ...action, id: (known[0]?.id ?? 0) + 1, atMs: Date.now() },
      ...known.slice(0, KEPT - 1),
    ]);
  }, []);
  const forget = useCallback((id: number) => {
    setActions((known) =>
      known.map((action) => (action.id === id ? { ...action, undo: undefined } : action)),
    );
  }, []);
  const value = useMemo(() => ({ actions, record, forget }), [actions, record, forget]);
  return <RecentActionsContext value={value}>{children}</RecentActionsContext>;
}

export function useRecentActions(): RecentActionsValue {
  return useContext(RecentActionsContext);
}
