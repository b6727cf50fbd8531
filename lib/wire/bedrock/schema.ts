import type { JsonObject } from '../json.ts';

/** The parts of Converse's body that requests are written in. Bytes are base64. */

export type BedrockSource = { bytes: string };

export type BedrockBlock =
  | { text: string }
  | { image: { format: string; source: BedrockSource } }
  | { document: { format: string; name: string; source: BedrockSource } }
  | { toolUse: { toolUseId: string; name: string; input: unknown } }
  | { toolResult: { toolUseId: string; content: BedrockBlock[]; status: 'success' | 'error' } };

export interface BedrockMessage {
  role: 'user' | 'assistant';
  content: BedrockBlock[];
}

export interface BedrockTool {
  toolSpec: { name: string; description?: string; inputSchema: { json: JsonObject } };
}

export interface BedrockToolConfig {
  tools: BedrockTool[];
  toolChoice?: JsonObject;
}

/** What one side of a request adds to the fields that only one family of models knows. */
export type ModelFields = JsonObject;
