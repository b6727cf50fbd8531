/** Longest provider message that is kept. */
const MESSAGE_MAX = 300;
const HIDDEN = '[redacted]';

const SECRETS: readonly [pattern: RegExp, replacement: string][] = [
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${HIDDEN}`],
  [/\b(sk|pk|rk)-[\w*.-]{4,}/gi, HIDDEN],
  [/\b(gsk|xai|sess|hf|r8|pplx|nvapi|sy_live)[_-][\w*-]{6,}/gi, HIDDEN],
  [/-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]{0,20}PRIVATE KEY-----|$)/g, HIDDEN],
  [/\bAIza[\w-]{16,}/g, HIDDEN],
  [/\b(ya29|AQ)\.[\w.-]{8,}/g, HIDDEN],
  [/\b(ABSK[\w+/=]{16,}|bedrock-api-key-[\w+/=-]{8,})/g, HIDDEN],
  [
    /\b((?:secret[_-]?access[_-]?key|(?:session|security)[_-]?token)["']?\s*[:=]\s*["']?)[^\s"',;}]+/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(signature=)[0-9a-f]{32,}/gi, `$1${HIDDEN}`],
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}/g, HIDDEN],
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]+)?/g, HIDDEN],
  [/(\/\/)[^\s/@]+@/g, `$1${HIDDEN}@`],
  [/([?&;][\w-]*(?:key|token|secret|password|signature|sig|credential)=)[^&\s"'<>]+/gi, `$1${HIDDEN}`],
  [/\b(x-api-key|api-key|authorization)(["']?\s*[:=]\s*["']?)[^\s"',;}]+/gi, `$1$2${HIDDEN}`],
  [/\b((?:api|access|secret)[ _-]?(?:key|token)\s+provided\s*[:=]\s*)[^\s"',;]+/gi, `$1${HIDDEN}`],
];

/** Fields in which vendors repeat what the model or the user wrote. */
const ECHO = /["']?\b(failed_generation|input_value|user_prompt)\b["']?\s*[:=][\s\S]*$/i;

/** A provider's message fit to be stored and shown: no secrets, no echoed text, one line, at most 300 characters. */
export function cleanMessage(text: string): string {
  // Patterns run on a bounded piece: an error body can be megabytes of HTML.
  let clean = text.slice(0, 4000).replace(ECHO, '[text left out]');
  for (const [pattern, replacement] of SECRETS) clean = clean.replace(pattern, replacement);
  clean = clean.replace(/\s+/g, ' ').trim();
  return clean.length > MESSAGE_MAX ? `${clean.slice(0, MESSAGE_MAX - 1)}…` : clean;
}
