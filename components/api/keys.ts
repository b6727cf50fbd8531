/** Query keys, so that one place knows what a change makes stale. */
export const keys = {
  status: ['status'],
  providers: ['providers'],
  targets: ['targets'],
  flows: ['flows'],
  settings: ['settings'],
  apiKeys: ['api-keys'],
  simulator: ['simulator'],
  breakers: ['breakers'],
  metrics: ['metrics'],
  requests: ['requests'],
  failures: ['failures'],
  events: ['events'],
  audit: ['audit'],
} as const;
