/** Query keys, so that one place knows what a change makes stale. */
export const keys = {
  status: ['status'],
  configFile: ['config-file'],
  providers: ['providers'],
  targets: ['targets'],
  /** Drafts and versions of a flow begin with it, so that they are read again with the list. */
  flows: ['flows'],
  readiness: ['readiness'],
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
