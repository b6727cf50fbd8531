import type { BreakerSettings } from '../engine/types.ts';
import type { Adapter, ProviderKind } from './config.ts';
import type { Policy } from './policy.ts';

/**
 * All that the gateway works from: immutable, replaced whole. Built by the control process, it holds resolved credentials, so
 * it only ever travels over IPC and is never logged.
 */
export interface ConfigSnapshot {
  /** Increases with every published change. */
  version: number;
  createdAtWallMs: number;
  breaker: BreakerSettings;
  providers: SnapshotProvider[];
  targets: SnapshotTarget[];
  flows: SnapshotFlow[];
  apiKeys: SnapshotApiKey[];
}

export interface SnapshotProvider {
  slug: string;
  name: string;
  kind: ProviderKind;
  simulated: boolean;
  endpoints: SnapshotEndpoint[];
}

export interface SnapshotEndpoint {
  /** `provider.endpoint` */
  id: string;
  slug: string;
  /** Also the cloud's region where the vendor needs one (vertex, bedrock). */
  region: string | null;
  /** Without a trailing slash. */
  baseUrl: string;
  /** The key in clear; null when none is configured or its environment variable is unset. */
  credential: string | null;
  /** Stable identity of the credential, safe to log: `provider` or `provider.endpoint`. */
  credentialId: string;
  /** The key before a rotation, while both are good: used where the vendor refuses the new one. Absent: none. */
  previous?: { credential: string; untilWallMs: number } | undefined;
}

export interface SnapshotTarget {
  slug: string;
  provider: string;
  /** `provider.endpoint` */
  endpointId: string;
  model: string;
  deployment: string | null;
  modelFamily: string;
  contextWindow: number | null;
  capabilities: ('tools' | 'vision' | 'json-schema' | 'prefill' | 'reasoning')[] | null;
  enabled: boolean;
  /** Merged with the global settings. */
  breaker: BreakerSettings;
  metricsOnly: boolean;
}

export interface SnapshotFlow {
  slug: string;
  name: string;
  aliases: string[];
  /** The published FlowVersion's number. */
  version: number;
  chain: { target: string; enabled: boolean; adapter: Adapter | null }[];
  policy: Policy;
}

export interface SnapshotApiKey {
  id: string;
  /** Lower-case hex SHA-256 of the whole key. */
  sha256: string;
  /** Flow slug used when the request's `model` names no flow; null: such a request is a 404. */
  defaultFlow: string | null;
  /** `demo` marks the demo's own traffic, `playground` the dashboard's playground. */
  use: 'application' | 'playground' | 'demo';
}
