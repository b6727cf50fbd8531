'use client';

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import type { OverridePut } from '#lib/contract/api.ts';
import type { ScopeRef } from '../api/breaker-actions.ts';
import { OverrideDialog } from './override-dialog.tsx';

interface Asked extends ScopeRef {
  kind: OverridePut['kind'];
}

type Ask = (asked: Asked) => void;
const AskContext = createContext<Ask>(() => {});

/** One override dialog for the whole dashboard: rows, the palette and pages only ask for it. */
export function OverrideDialogProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [opened, setOpened] = useState(false);
  const ask = useCallback((next: Asked) => {
    setAsked(next);
    setOpened(true);
  }, []);
  const dialog = useMemo(
    () =>
      asked === null ? null : <OverrideDialog {...asked} opened={opened} onClose={() => setOpened(false)} />,
    [asked, opened],
  );
  return (
    <AskContext value={ask}>
      {children}
      {dialog}
    </AskContext>
  );
}

export function useAskOverride(): Ask {
  return useContext(AskContext);
}
