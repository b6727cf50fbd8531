import { z } from 'zod';

/** `[a-z0-9-]{1,63}`: the stable name of a provider, endpoint, target or flow. */
export const slugSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,63}$/, 'Use 1 to 63 of a-z, 0-9 and "-", for example "support-chat".')
  .meta({ id: 'Slug' });

/** `provider.endpoint` */
export function endpointId(provider: string, endpoint: string): string {
  return `${provider}.${endpoint}`;
}
