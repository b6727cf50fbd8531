'use client';

import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
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
  // The dialog is first mounted open, so that it does not know by itself what had the focus before.
  const asker = useRef<Element | null>(null);
  const ask = useCallback((next: Asked) => {
    asker.current = document.activeElement;
    setAsked(next);
    setOpened(true);
  }, []);
  const dialog = useMemo(
    () =>
      asked === null ? null : (
        <OverrideDialog
          {...asked}
          opened={opened}
          onClose={() => setOpened(false)}
          onClosed={() => {
            if (asker.current instanceof HTMLElement) asker.current.focus();
          }}
        />
      ),
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
