'use client';

import { Button, Tooltip } from '@mantine/core';
import type { ProviderView } from '#lib/contract/api.ts';

interface RotateButtonProps {
  provider: ProviderView;
  /** In a row beside others: small, and named after the provider. */
  inRow?: boolean;
  onClick: () => void;
}

/** Begins the rotation of a provider's own key; without effect, and saying so, where every endpoint has another one. */
export function RotateButton({ provider, inRow = false, onClick }: RotateButtonProps) {
  const unused = provider.endpoints.every(({ credential }) => credential !== null);
  const refusal = unused
    ? 'Every endpoint has a key of its own, which is rotated beside the endpoint.'
    : null;
  return (
    <Tooltip label={refusal ?? ''} disabled={refusal === null}>
      <Button
        size={inRow ? 'compact-sm' : 'sm'}
        variant="default"
        data-disabled={unused || undefined}
        aria-disabled={unused}
        aria-description={refusal ?? undefined}
        aria-label={inRow ? `Rotate key of ${provider.name}` : undefined}
        onClick={() => {
          if (!unused) onClick();
        }}
      >
        Rotate key
      </Button>
    </Tooltip>
  );
}
