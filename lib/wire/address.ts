import { anthropicAddress } from './anthropic/address.ts';
import { bedrockAddress } from './bedrock/address.ts';
import type { Address, Call } from './call.ts';
import { geminiAddress } from './gemini/address.ts';
import { vertexAddress, vertexAnthropicAddress } from './gemini/vertex-address.ts';
import { ollamaAddress } from './ollama/address.ts';
import { openAiAddress } from './openai/address.ts';
import { azureAddress } from './openai/azure-address.ts';

/** Where a call goes, and with which headers. */
export function addressOf(call: Call): Address {
  const { kind } = call.target;
  switch (kind) {
    case 'openai':
      return openAiAddress(call);
    case 'openai-compatible':
      return call.dialect === 'ollama-chat' ? ollamaAddress(call) : openAiAddress(call);
    case 'azure-openai':
      return azureAddress(call);
    case 'anthropic':
      return anthropicAddress(call);
    case 'google':
      return geminiAddress(call);
    case 'vertex':
      return call.dialect === 'anthropic-messages' ? vertexAnthropicAddress(call) : vertexAddress(call);
    case 'bedrock':
      return bedrockAddress(call);
    default:
      return kind satisfies never;
  }
}
