'use client';

import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { Zone } from './format.ts';
import { cssVariables, theme } from './theme.ts';
import { ZoneProvider } from './time-zone.tsx';

/** What every page needs, signed in or not. */
export function Providers({ zone, children }: { zone: Zone; children: ReactNode }) {
  const [client] = useState(createClient);
  return (
    <NuqsAdapter>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <Notifications position="bottom-right" autoClose={6000} />
        <QueryClientProvider client={client}>
          <ZoneProvider initial={zone}>{children}</ZoneProvider>
        </QueryClientProvider>
      </MantineProvider>
    </NuqsAdapter>
  );
}

function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: true,
        // What was refused will be refused again; what did not answer may.
        retry: (count, error) =>
          count < 2 && (!(error instanceof ApiError) || error.status >= 500 || error.status === 0),
      },
      mutations: { retry: false },
    },
  });
}
