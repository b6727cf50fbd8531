import type { VendorState } from '../canonical-request.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import { OWN_SIGNATURE } from './own-thinking.ts';

/** What of a request means something to Anthropic, or to one account there, only. Signatures may be left out elsewhere; files may not. */
export function vendorStateOf(json: JsonObject): VendorState[] {
  const found = new Map<string, VendorState>();
  const container = asText(json.container) ?? asText(asObject(json.container)?.id);
  if (container !== null) add(found, { what: 'a container', strippable: false, id: container });
  for (const message of asArray(json.messages)) collect(asObject(message)?.content, found);
  return [...found.values()];
}

function add(found: Map<string, VendorState>, state: VendorState): void {
  found.set(`${state.what} ${state.id ?? ''}`, state);
}

function collect(content: unknown, found: Map<string, VendorState>): void {
  for (const item of asArray(content)) {
    const block = asObject(item);
    if (block === null) continue;
    collectFile(block, found);
    const state = stateOfBlock(block);
    if (state !== null) add(found, state);
    if (block.type === 'tool_result') for (const inner of asArray(block.content)) collectFile(inner, found);
  }
}

function collectFile(value: unknown, found: Map<string, VendorState>): void {
  const block = asObject(value);
  const file = asText(asObject(block?.source)?.file_id) ?? asText(block?.file_id);
  if (file !== null) add(found, { what: 'an uploaded file', strippable: false, id: file });
}

/** State of one block of an earlier turn; null for what any vendor understands. */
export function stateOfBlock(block: JsonObject): VendorState | null {
  switch (block.type) {
    case 'thinking': {
      const signature = asText(block.signature);
      const signed = signature !== null && signature !== OWN_SIGNATURE;
      return signed ? { what: 'a thinking signature', strippable: true, id: null } : null;
    }
    case 'redacted_thinking':
      return { what: 'encrypted reasoning', strippable: true, id: null };
    default:
      return isServerBlock(block.type) ? { what: "a server tool's work", strippable: true, id: null } : null;
  }
}

/** Calls and results of tools that Anthropic runs itself. */
function isServerBlock(type: unknown): boolean {
  if (typeof type !== 'string' || type === 'tool_result' || type === 'tool_use') return false;
  return type.endsWith('_tool_result') || type.endsWith('_tool_use') || type === 'container_upload';
}
