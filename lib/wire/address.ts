import { anthropicAddress } from './anthropic/address.ts';
import type { Address, Call } from './call.ts';
import { openAiAddress } from './openai/address.ts';
import { azureAddress } from './openai/azure-address.ts';

/** Where a call goes, and with which headers. */
export function addressOf(call: Call): Address {
  const { kind } = call.target;
  switch (kind) {
    case 'openai':
    case 'openai-compatible':
      return openAiAddress(call);
    case 'azure-openai':
      return azureAddress(call);
    case 'anthropic':
      return anthropicAddress(call);
    case 'google':
    case 'vertex':
    case 'bedrock':
      throw new Error(`No address is known for the provider kind "${kind}".`);
    default:
      return kind satisfies never;
  }
}
