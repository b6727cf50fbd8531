import { z } from 'zod';
import { breakerFieldsSchema, breakerOverridesSchema, breakerSettingsSchema } from './breaker-settings.ts';
import { overrideKindSchema, scopeKindSchema } from './breaker-view.ts';
import {
  adapterSchema,
  aliasSchema,
  callerTimeoutSchema,
  capabilitySchema,
  chainEntrySchema,
  credentialInputSchema,
  credentialViewSchema,
  endpointSchema,
  flowSchema,
  pricesSchema,
  providerKindSchema,
  providerSchema,
  targetSchema,
} from './config.ts';
import { policyPatchSchema, policySchema } from './policy.ts';
import { exceptionsPatchSchema, exceptionsSchema } from './readiness.ts';
import { slugSchema } from './slug.ts';

/** Versions travel as `If-Match: "7"` and, in bodies, as `version`. */
const version = z.int();
const instant = z.number();

// ---- providers, targets, flows -------------------------------------------------------------------------------------------

/** Two keys are good: the new one is used, and the one before it where the vendor refuses the new one. */
export const overlapViewSchema = z.strictObject({
  /** When the key before it is not used any more. */
  untilWallMs: instant,
  /** The vendor refuses the new one. */
  refused: z.boolean(),
});
export type OverlapView = z.output<typeof overlapViewSchema>;

export const endpointViewSchema = z.strictObject({
  id: z.string(),
  slug: slugSchema,
  region: z.string().nullable(),
  baseUrl: z.string(),
  /** The endpoint's own; null: the provider's is used. */
  credential: credentialViewSchema.nullable(),
  /** Of its own credential; null: one key alone. */
  overlap: overlapViewSchema.nullable(),
});

export const providerViewSchema = z
  .strictObject({
    slug: slugSchema,
    name: z.string(),
    kind: providerKindSchema,
    simulated: z.boolean(),
    credential: credentialViewSchema.nullable(),
    /** null: one key alone. */
    overlap: overlapViewSchema.nullable(),
    endpoints: z.array(endpointViewSchema),
    /** What stops it from working, in words: "ANTHROPIC_API_KEY is not set." */
    problems: z.array(z.string()),
    version,
  })
  .meta({ id: 'Provider' });
export type ProviderView = z.output<typeof providerViewSchema>;

export const providerCreateSchema = providerSchema;
export const providerPatchSchema = z.strictObject({
  name: providerSchema.shape.name.optional(),
  credential: credentialInputSchema.nullable().optional(),
  /** Replaces the list; an endpoint that targets use cannot be left out. */
  endpoints: z.array(endpointSchema).min(1).optional(),
});

export const targetViewSchema = z
  .strictObject({
    slug: slugSchema,
    provider: slugSchema,
    providerName: z.string(),
    endpoint: slugSchema,
    /** `provider.endpoint` */
    endpointId: z.string(),
    region: z.string().nullable(),
    model: z.string(),
    deployment: z.string().nullable(),
    modelFamily: z.string(),
    contextWindow: z.number().nullable(),
    capabilities: z.array(capabilitySchema).nullable(),
    enabled: z.boolean(),
    simulated: z.boolean(),
    /** Only what differs from the global settings. */
    breaker: z.record(z.string(), z.number()),
    /** Merged with the global settings. */
    effectiveBreaker: z.record(z.string(), z.number()),
    /** Its breaker decides and is shown, but turns nothing away. */
    metricsOnly: z.boolean(),
    /** US dollars per million tokens; null: not known. */
    prices: pricesSchema.nullable(),
    /** Flows that have it in their chain. */
    flows: z.array(slugSchema),
    version,
  })
  .meta({ id: 'Target' });
export type TargetView = z.output<typeof targetViewSchema>;

export const targetCreateSchema = targetSchema;
export const targetPatchSchema = z.strictObject({
  model: targetSchema.shape.model.optional(),
  deployment: z.string().trim().min(1).max(200).nullable().optional(),
  modelFamily: z.string().trim().min(1).max(200).nullable().optional(),
  contextWindow: z.int().min(1).nullable().optional(),
  capabilities: z.array(capabilitySchema).nullable().optional(),
  enabled: z.boolean().optional(),
  breaker: breakerOverridesSchema.nullable().optional(),
  metricsOnly: z.boolean().optional(),
  prices: pricesSchema.nullable().optional(),
});

export const chainEntryViewSchema = z.strictObject({
  target: slugSchema,
  enabled: z.boolean(),
  adapter: adapterSchema.nullable(),
  /** How it stands to the primary. */
  role: z.enum(['primary', 'alternate', 'backup', 'disabled']),
});

export const flowViewSchema = z
  .strictObject({
    slug: slugSchema,
    name: z.string(),
    aliases: z.array(z.string()),
    chain: z.array(chainEntryViewSchema),
    policy: policySchema,
    /** How long its callers wait; null: nobody has said. */
    callerTimeoutSeconds: callerTimeoutSchema.nullable(),
    /** Items of the readiness check that are deliberately as they are, with the reasons. */
    exceptions: exceptionsSchema,
    simulated: z.boolean(),
    /** The row's version, for If-Match. */
    version,
    /** The published FlowVersion's number. */
    publishedVersion: z.int(),
    publishedAtWallMs: instant,
    publishedBy: z.string(),
    /** Something is about to be published: `GET .../draft` says what. */
    hasDraft: z.boolean(),
  })
  .meta({ id: 'Flow' });
export type FlowView = z.output<typeof flowViewSchema>;

export const flowCreateSchema = flowSchema;
export const flowPatchSchema = z.strictObject({
  name: flowSchema.shape.name.optional(),
  aliases: z.array(aliasSchema).max(50).optional(),
  policy: policyPatchSchema.optional(),
  /** null: nobody has said. */
  callerTimeoutSeconds: callerTimeoutSchema.nullable().optional(),
  exceptions: exceptionsPatchSchema.optional(),
  /** Required when the policy changes: that publishes a version. */
  reason: z.string().trim().max(500).optional(),
});
export const chainPutSchema = z.strictObject({
  chain: z.array(chainEntrySchema).min(1, 'A chain needs at least one target.'),
  /** Required when the chain changes: that publishes a version. */
  reason: z.string().trim().max(500).optional(),
});

// ---- API keys ------------------------------------------------------------------------------------------------------------

export const apiKeyViewSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    /** First characters, to recognise it by: `sy_live_ab12…` */
    hint: z.string(),
    defaultFlow: slugSchema.nullable(),
    createdAtWallMs: instant,
    createdBy: z.string(),
    lastUsedAtWallMs: instant.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.output<typeof apiKeyViewSchema>;
export const apiKeyCreateSchema = z.strictObject({
  name: z.string().trim().min(1, 'Give the key a name, for example "web backend".').max(100),
  defaultFlow: slugSchema.nullable().default(null),
});
/** The only answer that ever holds the key. */
export const apiKeyCreatedSchema = apiKeyViewSchema.extend({ key: z.string() }).meta({ id: 'ApiKeyCreated' });

// ---- breakers ------------------------------------------------------------------------------------------------------------

export const REASON_MIN = 10;
export const overridePutSchema = z.strictObject({
  kind: overrideKindSchema,
  reason: z
    .string({ error: 'A reason is required: the next person on call will read it.' })
    .trim()
    .min(REASON_MIN, `Write at least ${REASON_MIN} characters: the next person on call will read it.`)
    .max(500),
  /** null means until cleared; absent means one hour. */
  expiresInSeconds: z
    .int()
    .min(1)
    .max(30 * 24 * 3600)
    .nullable()
    .default(3600),
  /** Needed when it leaves a flow without a target. */
  acknowledge: z.literal('no-target').optional(),
});
export type OverridePut = z.output<typeof overridePutSchema>;

/** What an override would do, computed by the server. */
export const impactSchema = z
  .strictObject({
    scope: scopeKindSchema,
    id: z.string(),
    kind: overrideKindSchema,
    /** Sentences for the dialog. */
    sentences: z.array(z.string()),
    flows: z.array(
      z.strictObject({
        slug: z.string(),
        /** Who serves it now and who would; null: nobody. */
        before: z.string().nullable(),
        after: z.string().nullable(),
        perMinute: z.number(),
        /** A backup model or a refusal instead of the primary's family. */
        degraded: z.boolean(),
      }),
    ),
    flowsWithoutTarget: z.array(z.string()),
  })
  .meta({ id: 'Impact' });
export type Impact = z.output<typeof impactSchema>;

// ---- observation ---------------------------------------------------------------------------------------------------------

export const metricsQuerySchema = z.strictObject({
  /** ISO instant or ms since the epoch; default: an hour ago. */
  from: z.string().optional(),
  to: z.string().optional(),
  /** Seconds; default: about 200 points over the range. */
  step: z.coerce.number().min(1).max(86_400).optional(),
  by: z.enum(['target', 'flow', 'provider']).default('target'),
  /** Only these. */
  id: z.string().optional(),
});

export const metricPointSchema = z.strictObject({
  t: instant,
  count: z.number(),
  errors: z.number(),
  /** Requests answered by a backup model or refused; only by=flow. */
  degraded: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
  firstTokenP50: z.number().nullable(),
  firstTokenP95: z.number().nullable(),
});
export const metricsSchema = z
  .strictObject({
    from: instant,
    to: instant,
    stepSeconds: z.number(),
    series: z.array(
      z.strictObject({
        key: z.string(),
        points: z.array(metricPointSchema),
        /** Counts by outcome over the whole range. */
        outcomes: z.record(z.string(), z.number()),
      }),
    ),
    /** Newest instant with data before `from`; null: never. */
    lastDataWallMs: instant.nullable(),
  })
  .meta({ id: 'Metrics' });
export type Metrics = z.output<typeof metricsSchema>;
export type MetricPoint = z.output<typeof metricPointSchema>;

export const pageQuerySchema = z.strictObject({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const requestsQuerySchema = pageQuerySchema.extend({
  flow: z.string().optional(),
  target: z.string().optional(),
  outcome: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
});

export const auditEntrySchema = z
  .strictObject({
    id: z.string(),
    atWallMs: instant,
    /** `user:<email>`, `token` or `system` */
    by: z.string(),
    via: z.enum(['dashboard', 'api', 'config-file', 'system']),
    /** `flow.update`, `breaker.override.set`, ... */
    action: z.string(),
    entity: z.string(),
    entityId: z.string(),
    summary: z.string(),
    reason: z.string().nullable(),
    before: z.unknown(),
    after: z.unknown(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.output<typeof auditEntrySchema>;

/** One difference of a dry run: a JSON pointer and both values (secrets as { stored: true }). */
export const configDiffSchema = z
  .strictObject({
    changes: z.array(
      z.strictObject({
        path: z.string(),
        op: z.enum(['add', 'remove', 'change']),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
      }),
    ),
  })
  .meta({ id: 'ConfigDiff' });
export type ConfigDiff = z.output<typeof configDiffSchema>;

export const settingsViewSchema = z
  .strictObject({ breaker: breakerFieldsSchema, version })
  .meta({ id: 'Settings' });
export type SettingsView = z.output<typeof settingsViewSchema>;
export const settingsPatchSchema = z.strictObject({ breaker: breakerSettingsSchema.optional() });

/** Facts that every page's frame needs. */
export const statusSchema = z
  .strictObject({
    productVersion: z.string(),
    gatewayUrl: z.string(),
    demo: z.boolean(),
    configVersion: z.number(),
    /** How the file of SWITCHYARD_CONFIG and what is running differ, and what to do; null: they do not. */
    configNotice: z.string().nullable(),
    user: z.strictObject({ email: z.string(), name: z.string() }).nullable(),
    nowWallMs: instant,
  })
  .meta({ id: 'Status' });
export type Status = z.output<typeof statusSchema>;

export const playgroundInputSchema = z.strictObject({
  messages: z
    .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .min(1)
    .max(100),
  stakes: z.enum(['high', 'low']).nullable().default(null),
  stream: z.boolean().default(true),
});
export type PlaygroundInput = z.output<typeof playgroundInputSchema>;
