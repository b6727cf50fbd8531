import type { AuditEntry } from '#lib/contract/api.ts';

/** Where a change came from. */
export function viaWords(via: AuditEntry['via']): string {
  switch (via) {
    case 'dashboard':
      return 'in the dashboard';
    case 'api':
      return 'by API';
    case 'config-file':
      return 'by configuration file';
    case 'system':
      return 'by itself';
    default:
      return via satisfies never;
  }
}
