'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { parseAsArrayOf, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { explanationSchema } from '#lib/contract/explain.ts';
import { callApi } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { useBreakers } from '../live/hooks.ts';
import { ASKS, explainBody, type Question } from './explain-question.ts';

/** Its sentences count seconds. */
const REFRESH_MS = 2_000;

const parsers = {
  stakes: parseAsStringLiteral(['high', 'low'] as const),
  asks: parseAsArrayOf(parseAsStringLiteral(ASKS)).withDefault([]),
  tokens: parseAsInteger,
  down: parseAsArrayOf(parseAsString).withDefault([]),
};

/** The question as the URL has it, so that a link asks the same. */
export function useQuestion(): [Question, (part: Partial<Question>) => void] {
  const [question, set] = useQueryStates(parsers);
  return [
    question,
    ({ asks, down, ...rest }) =>
      void set({
        ...rest,
        ...(asks === undefined ? {} : { asks: [...asks] }),
        ...(down === undefined ? {} : { down: [...down] }),
      }),
  ];
}

/** The plan for such a request; asked again at once when a breaker or the flow changes. */
export function useExplanation(flow: { slug: string; version: number }, question: Question) {
  const states = [...useBreakers().values()].map(({ effective }) => effective).join();
  const body = explainBody(question);
  return useQuery({
    queryKey: [...keys.flows, flow.slug, 'explain', flow.version, body, states],
    queryFn: ({ signal }) =>
      callApi({
        path: `/flows/${encodeURIComponent(flow.slug)}/explain`,
        method: 'POST',
        body,
        answer: explanationSchema,
        signal,
      }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}
