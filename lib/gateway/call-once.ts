import type { ClientRequest } from '#lib/wire/types.ts';

/** From this size on a request is too dear to be asked twice at the same time: about 50,000 tokens of text. */
const DEAR_BYTES = 200_000;
/** Tools that the provider runs itself, in either dialect; `web_search_20250305` is one of them. Those that clients run are not. */
const PROVIDERS_TOOL =
  /^(mcp|mcp_toolset|web_search|web_fetch|code_execution|code_interpreter|image_generation|file_search)(_|$)/;

/**
 * Why two calls of a request must not be out at once, as the second half of a sentence; null: they may. Something would be done or kept
 * twice at the provider, or a second call would cost too much.
 */
export function onceOnly({ body, json }: Pick<ClientRequest, 'body' | 'json'>): string | null {
  if (json.store === true || json.background === true) return 'its provider is to keep the answer';
  if (json.conversation !== undefined && json.conversation !== null) {
    return 'its provider adds the answer to a conversation';
  }
  const tool = providersTool(json);
  if (tool !== null) return `its provider runs a tool for it (${tool})`;
  if (body.byteLength <= DEAR_BYTES) return null;
  return `it is long (${Math.round(body.byteLength / 1000)} kB), and a second call would cost as much again`;
}

function providersTool({ tools, mcp_servers }: ClientRequest['json']): string | null {
  if (Array.isArray(mcp_servers) && mcp_servers.length > 0) return 'mcp';
  if (!Array.isArray(tools)) return null;
  for (const tool of tools) {
    if (typeof tool !== 'object' || tool === null || !('type' in tool)) continue;
    const { type } = tool;
    const named = typeof type === 'string' ? PROVIDERS_TOOL.exec(type)?.[1] : undefined;
    if (named !== undefined) return named;
  }
  return null;
}
