import type { ProviderKind } from '../contract/config.ts';
import { AWS_FORMS, readAwsCredential } from './bedrock/credential.ts';
import { readVertexCredential, VERTEX_FORMS } from './gemini/credential.ts';

/** Why a credential cannot be one of this kind of provider, naming the forms that can; null: its form is right. Never quotes it. */
export function credentialProblem(kind: ProviderKind, credential: string): string | null {
  switch (kind) {
    case 'bedrock':
      return readAwsCredential(credential) === null
        ? `This credential cannot be read. AWS takes ${AWS_FORMS}.`
        : null;
    case 'vertex':
      return readVertexCredential(credential) === null
        ? `This credential cannot be read. Vertex takes ${VERTEX_FORMS}.`
        : null;
    case 'google':
      return isKey(credential)
        ? null
        : 'This credential is no API key. The Gemini API takes a key from Google AI Studio; a service account belongs to a vertex provider.';
    case 'openai':
    case 'azure-openai':
    case 'anthropic':
    case 'openai-compatible':
      return isKey(credential)
        ? null
        : 'This credential is no API key: it holds spaces, line breaks or JSON.';
    default:
      return kind satisfies never;
  }
}

/** What a header can carry, and what is no document. */
function isKey(credential: string): boolean {
  return /^[\x21-\x7e]+$/.test(credential.trim()) && !credential.trimStart().startsWith('{');
}

/**
 * Every text of a credential that must not be repeated: the whole, and each secret part of one that has several. What is shorter than
 * eight characters is no secret, and taking it out would maim a message.
 */
export function credentialSecrets(credential: string): string[] {
  const text = credential.trim();
  const parts = text.startsWith('{') ? textsOfJson(text) : text.split(':');
  const bare = text.replace(/^bearer\s+/i, '');
  return [...new Set([credential, text, bare, ...parts])].filter((part) => part.length >= 8);
}

function textsOfJson(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return [];
    return Object.entries(parsed).flatMap(([name, value]) =>
      typeof value === 'string' && /key|secret|token$|password/i.test(name) ? secretForms(value) : [],
    );
  } catch {
    // Half of a document may still be quoted: nothing in it is known to be a secret of its own.
    return [];
  }
}

/** A key in PEM may be repeated with its line breaks written out, or without its frame. */
function secretForms(value: string): string[] {
  const lines = value.split('\n').filter((line) => line.length >= 32 && !line.startsWith('-----'));
  return [value, JSON.stringify(value).slice(1, -1), ...lines];
}
