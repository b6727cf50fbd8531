/** Names alone, without a schema: the gateway worker loads them and never loads zod. */

/** Response headers of the served-by contract. */
export const SERVED_BY_HEADERS = {
  requestId: 'x-switchyard-request-id',
  flow: 'x-switchyard-flow',
  servedBy: 'x-switchyard-served-by',
  attempts: 'x-switchyard-attempts',
  degraded: 'x-switchyard-degraded',
  degradedReason: 'x-switchyard-degraded-reason',
  /** The badge's text as `encodeURIComponent` writes it: header values are Latin-1. */
  badge: 'x-switchyard-badge',
  badgeLanguage: 'x-switchyard-badge-language',
} as const;

/** Request header with which a client states a request's stakes. */
export const STAKES_HEADER = 'x-switchyard-stakes';
