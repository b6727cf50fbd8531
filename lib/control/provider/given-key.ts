import { type CredentialInput, inputFault, type ProviderKind } from '#lib/contract/config.ts';
import { credentialFault } from '#lib/contract/provider-rules.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';

/**
 * A credential that was written out, in clear; null: none.
 * @throws ControlError `invalid` at `path`: an unset variable, a key that is not written as this kind needs it, one that is not there
 */
export function keyFrom(
  ctx: Pick<ControlContext, 'env'>,
  kind: ProviderKind,
  input: CredentialInput | undefined,
  path: string,
): string | null {
  if (input === undefined) return null;
  const refuse = (message: string) => invalid([{ path, message }]);
  if ('stored' in input) throw refuse('Nothing is stored yet: write { apiKey: "..." } or { env: NAME }.');
  const fault = inputFault(kind, input);
  if (fault !== null) throw refuse(fault);
  if ('apiKey' in input) return input.apiKey;
  const value = ctx.env(input.env) ?? '';
  if (value === '') {
    throw refuse(
      `${input.env} is not set where Switchyard runs. Set it and start Switchyard again, or paste the key.`,
    );
  }
  const unfit = credentialFault(kind, value);
  if (unfit !== null) throw refuse(`What ${input.env} holds is not written as ${kind} needs it. ${unfit}`);
  return value;
}
