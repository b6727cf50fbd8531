/** How YAML is read everywhere: the parser prints no warnings, because they quote the line that they are about, which may hold a key. */
export const YAML_OPTIONS = { logLevel: 'error' } as const;

/** Faults whose text never quotes the document. */
const SAFE = new Set([
  'BAD_INDENT',
  'BAD_PROP_ORDER',
  'BAD_SCALAR_START',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'DUPLICATE_KEY',
  'KEY_OVER_1024_CHARS',
  'MISSING_CHAR',
  'MULTIPLE_ANCHORS',
  'MULTIPLE_DOCS',
  'MULTIPLE_TAGS',
  'TAB_AS_INDENT',
]);
/** This one quotes it behind a colon. */
const QUOTING = 'UNEXPECTED_TOKEN';

/** What the parser says about a text, in words and with the place, and without a character of the text: it may hold a key. */
export function yamlFault(error: unknown): string {
  if (!isParseError(error)) return 'an alias (*name) in it leads nowhere, or too far.';
  const at = error.linePos?.[0];
  const place = at === undefined ? '' : ` at line ${at.line}, column ${at.col}`;
  return `${wordsOf(error)}${place}.`;
}

interface ParseError {
  code: string;
  message: string;
  linePos?: readonly { line: number; col: number }[];
}

function wordsOf({ code, message }: ParseError): string {
  const [first = ''] = message.split('\n');
  const said = first.replace(/ at line \d+, column \d+:?$/, '');
  if (code === 'RESOURCE_EXHAUSTION') return 'It is nested too deep';
  if (code === QUOTING) return said.replace(/: .*$/s, '');
  return SAFE.has(code) ? said : `A fault (${code})`;
}

function isParseError(error: unknown): error is ParseError {
  return (
    error instanceof Error &&
    error.name === 'YAMLParseError' &&
    'code' in error &&
    typeof error.code === 'string'
  );
}
