'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { callApi } from '../api/client.ts';
import { type ListQuery, page } from '../api/resources.ts';

const PAGE_SIZE = 100;

interface PagedInput<S extends z.ZodType> {
  /** Without the query: that is added. */
  queryKey: readonly string[];
  path: string;
  item: S;
  /** What identifies the list; instants that move with the clock stay out. */
  filter: Readonly<Record<string, string | null>>;
  /** The query as it is at the moment of asking. */
  query: () => ListQuery;
  refreshMs?: number | false;
}

/** A list that is read page by page, newest first. */
export function usePaged<S extends z.ZodType>({
  queryKey,
  path,
  item,
  filter,
  query,
  refreshMs,
}: PagedInput<S>) {
  const list = useInfiniteQuery({
    queryKey: [...queryKey, 'paged', filter],
    queryFn: ({ pageParam, signal }) =>
      callApi({
        path,
        answer: page(item),
        query: { ...query(), limit: PAGE_SIZE, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: refreshMs ?? false,
  });
  return { list, rows: list.data?.pages.flatMap((each) => each.items) ?? [], more: list.hasNextPage };
}
