'use client';

import { PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import type { CredentialInput } from '#lib/contract/config.ts';

export interface CredentialDraft {
  how: 'key' | 'env' | 'none';
  apiKey: string;
  env: string;
}

export function emptyCredential(env: string): CredentialDraft {
  return { how: 'key', apiKey: '', env };
}

/** undefined: no credential. */
export function credentialOf(draft: CredentialDraft): CredentialInput | undefined {
  switch (draft.how) {
    case 'key':
      return { apiKey: draft.apiKey };
    case 'env':
      return { env: draft.env };
    case 'none':
      return undefined;
    default:
      return draft.how satisfies never;
  }
}

interface CredentialFieldsProps {
  draft: CredentialDraft;
  /** Without it, "no credential" is not offered; what that choice is called. */
  allowNone?: boolean | string;
  /** How this vendor's credential is written, when it is more than a key. */
  written?: string | undefined;
  error: string | null;
  onChange: (draft: CredentialDraft) => void;
}

/** A key to store, write-only, or the name of an environment variable. */
export function CredentialFields(props: CredentialFieldsProps) {
  const { draft, allowNone = false, written, error, onChange } = props;
  return (
    <div>
      <SegmentedControl
        aria-label="Where the credential is"
        mb={8}
        maw="100%"
        styles={{ root: { flexWrap: 'wrap' } }}
        value={draft.how}
        onChange={(how) =>
          onChange({ ...draft, how: how === 'env' ? 'env' : how === 'none' ? 'none' : 'key' })
        }
        data={[
          { value: 'key', label: 'Store a key' },
          { value: 'env', label: 'Environment variable' },
          ...(allowNone === false
            ? []
            : [{ value: 'none', label: typeof allowNone === 'string' ? allowNone : 'None' }]),
        ]}
      />
      {draft.how === 'key' ? (
        <PasswordInput
          label="Key"
          description={withWritten(written, 'Encrypted before it is stored; never shown again.')}
          autoComplete="off"
          value={draft.apiKey}
          error={error}
          aria-invalid={error !== null}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the key' }}
          onChange={(event) => onChange({ ...draft, apiKey: event.currentTarget.value })}
        />
      ) : null}
      {draft.how === 'env' ? (
        <TextInput
          label="Variable"
          description={withWritten(
            written,
            'Read when Switchyard starts and whenever the configuration changes.',
          )}
          classNames={{ input: 'sy-mono' }}
          value={draft.env}
          error={error}
          onChange={(event) => onChange({ ...draft, env: event.currentTarget.value })}
        />
      ) : null}
    </div>
  );
}

function withWritten(written: string | undefined, text: string): string {
  return written === undefined ? text : `${written} ${text}`;
}
