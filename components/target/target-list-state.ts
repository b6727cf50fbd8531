'use client';

import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { SORTS } from './target-rows.ts';

/** Filter and order of the list, in the URL. */
export function useTargetListState() {
  return useQueryStates({
    q: parseAsString.withDefault(''),
    sort: parseAsStringLiteral(SORTS).withDefault('name'),
    desc: parseAsBoolean.withDefault(false),
    show: parseAsStringLiteral(['all', 'overrides'] as const).withDefault('all'),
  });
}
