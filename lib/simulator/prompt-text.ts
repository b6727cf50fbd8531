/** Text of a message's content, whether it is one string or a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join(' ');
}

/** One turn of a conversation, whatever its vendor calls the roles. */
export interface Turn {
  role: string;
  text: string;
}

/**
 * What is asked, and what the assistant has said of its answer already when the conversation ends in its words.
 * @param assistant the vendor's name for that role
 */
export function askedIn(turns: readonly Turn[], assistant: string): { text: string; prefill: string } {
  const last = turns.at(-1);
  const prefill = last?.role === assistant ? last.text : '';
  const text = turns.findLast(({ role }) => role !== assistant)?.text ?? '';
  return { text, prefill };
}

/** A tool is called when the choice forces it, or when the last message says "use the tool". */
export function wantsTool(choice: 'auto' | 'none' | 'forced', text: string): boolean {
  if (choice === 'none') return false;
  return choice === 'forced' || /\buse the tool\b/i.test(text);
}
