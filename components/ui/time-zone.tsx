'use client';

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import type { Zone } from './format.ts';
import { ZONE_COOKIE } from './time-zone-cookie.ts';

interface ZoneValue {
  zone: Zone;
  setZone: (zone: Zone) => void;
}

const ZoneContext = createContext<ZoneValue>({ zone: 'utc', setZone: () => {} });

/** The choice lives in a cookie so that the server renders the right one. */
export function ZoneProvider({ initial, children }: { initial: Zone; children: ReactNode }) {
  const [zone, setState] = useState(initial);
  const setZone = useCallback((next: Zone) => {
    setState(next);
    // Not the Cookie Store API: it is missing over plain HTTP, which a private dashboard may well use.
    Reflect.set(document, 'cookie', `${ZONE_COOKIE}=${next}; path=/; max-age=31536000; samesite=lax`);
  }, []);
  const value = useMemo(() => ({ zone, setZone }), [zone, setZone]);
  return <ZoneContext value={value}>{children}</ZoneContext>;
}

export function useZone(): ZoneValue {
  return useContext(ZoneContext);
}
