import type { PlaygroundInput } from '#lib/contract/api.ts';
import type { Exchange } from './exchange.ts';

export interface Turn {
  id: number;
  flow: string;
  stakes: PlaygroundInput['stakes'];
  question: string;
  exchange: Exchange;
}

/** The messages of the next question: what was really said before, then the question. */
export function nextMessages(
  turns: readonly Turn[],
  system: string,
  question: string,
): PlaygroundInput['messages'] {
  const before = turns
    .filter((turn) => turn.exchange.completion.text !== '')
    .flatMap((turn) => [
      { role: 'user' as const, content: turn.question },
      { role: 'assistant' as const, content: turn.exchange.completion.text },
    ]);
  const prompt = system.trim();
  return [
    ...(prompt === '' ? [] : [{ role: 'system' as const, content: prompt }]),
    ...before.slice(-MESSAGES_KEPT),
    { role: 'user' as const, content: question },
  ];
}

/** The control API takes at most 100 messages. */
const MESSAGES_KEPT = 90;
