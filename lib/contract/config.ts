import { z } from 'zod';
import { breakerOverridesSchema, breakerSettingsSchema } from './breaker-settings.ts';
import { checkReferences } from './config-references.ts';
import { policySchema } from './policy.ts';
import { credentialFault, regionFault } from './provider-rules.ts';
import { exceptionsSchema } from './readiness.ts';
import { slugSchema } from './slug.ts';

/** Vendors that the gateway can call. */
export const PROVIDER_KINDS = [
  'openai',
  'anthropic',
  'google',
  'azure-openai',
  'vertex',
  'bedrock',
  'openai-compatible',
] as const;
export const providerKindSchema = z.enum(PROVIDER_KINDS, {
  error: (issue) =>
    `"${String(issue.input)}" is not a provider kind; the kinds are ${PROVIDER_KINDS.join(', ')}.`,
});
export type ProviderKind = z.output<typeof providerKindSchema>;

export const CAPABILITIES = ['tools', 'vision', 'json-schema', 'prefill', 'reasoning'] as const;
export const capabilitySchema = z.enum(CAPABILITIES);

/** Never sent anywhere as a provider's key. */
const OWN_SECRETS: readonly string[] = ['SWITCHYARD_SECRET', 'SWITCHYARD_ADMIN_TOKEN'];

const envName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'An environment variable name, for example ANTHROPIC_API_KEY.')
  .refine(
    (name) => !OWN_SECRETS.includes(name),
    "This variable holds a secret of Switchyard's own, which must not be sent to a provider: name the one that holds the provider's key.",
  );

/** How a credential is written: an environment variable's name, a key, or "the one that is stored" (exports say this). */
export const credentialInputSchema = z.union(
  [
    z.strictObject({ env: envName }),
    z.strictObject({ apiKey: z.string().trim().min(1, 'The key is empty.') }),
    z.strictObject({ stored: z.literal(true) }),
  ],
  { error: 'Write { env: NAME }, { apiKey: "..." } or, to keep what is stored, { stored: true }.' },
);
export type CredentialInput = z.output<typeof credentialInputSchema>;

/** What is ever shown of a credential. */
export const credentialViewSchema = z.union([
  z.strictObject({ env: z.string(), present: z.boolean() }),
  z.strictObject({ stored: z.literal(true) }),
]);
export type CredentialView = z.output<typeof credentialViewSchema>;

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'A full URL such as https://api.openai.com.' })
  .refine((value) => !/[?#]/.test(value), 'Without a query or fragment.')
  .refine(
    (value) => !/\/\/[^/]*@/.test(value),
    'Without a user name or password: those belong in the credential.',
  )
  .transform((value) => value.replace(/\/+$/, ''));

export const endpointSchema = z.strictObject({
  slug: slugSchema,
  region: z.string().trim().min(1).max(63).optional(),
  baseUrl,
  credential: credentialInputSchema.optional(),
});

export const providerSchema = z
  .strictObject({
    slug: slugSchema,
    name: z.string().trim().min(1).max(100),
    kind: providerKindSchema,
    credential: credentialInputSchema.optional(),
    endpoints: z.array(endpointSchema).min(1, 'Every provider has at least one endpoint.'),
  })
  .superRefine(({ kind, credential, endpoints }, ctx) => {
    const report = (path: (string | number)[], message: string | null) => {
      if (message !== null) ctx.addIssue({ code: 'custom', path, message });
    };
    report(['credential'], inputFault(kind, credential));
    endpoints.forEach((endpoint, at) => {
      report(['endpoints', at, 'region'], regionFault(kind, endpoint.region));
      report(['endpoints', at, 'credential'], inputFault(kind, endpoint.credential));
    });
  });

/** What is wrong with a credential that is written out; null: nothing that can be seen from here. */
export function inputFault(kind: ProviderKind, input: CredentialInput | null | undefined): string | null {
  return input !== null && input !== undefined && 'apiKey' in input
    ? credentialFault(kind, input.apiKey)
    : null;
}

/** What a vendor asks for a model, US dollars per million tokens. Only estimates rest on it. */
export const pricesSchema = z.strictObject({
  input: z.number().min(0).max(100_000),
  output: z.number().min(0).max(100_000),
});
export type Prices = z.output<typeof pricesSchema>;

export const targetSchema = z.strictObject({
  slug: slugSchema,
  provider: slugSchema,
  endpoint: slugSchema,
  model: z.string().trim().min(1).max(200),
  /** Azure: the deployment's name, when it differs from the model's. */
  deployment: z.string().trim().min(1).max(200).optional(),
  /** Targets of one family are alternates of each other; default: the model's name. */
  modelFamily: z.string().trim().min(1).max(200).optional(),
  contextWindow: z.int().min(1).optional(),
  /** Absent: nothing is ruled out. */
  capabilities: z.array(capabilitySchema).optional(),
  enabled: z.boolean().default(true),
  breaker: breakerOverridesSchema.optional(),
  /** Its breaker decides and is shown, but turns nothing away: for tuning before trusting. */
  metricsOnly: z.boolean().default(false),
  /** Absent: not known, and what it costs is not estimated. */
  prices: pricesSchema.optional(),
});

const RESERVED = [
  'model',
  'messages',
  'input',
  'contents',
  'stream',
  'system',
  'instructions',
  'systemInstruction',
  'prompt',
];
/** A parameter that an adapter may set or leave out. */
export const parameterNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'The name of a parameter, for example temperature.')
  .refine((name) => !RESERVED.includes(name), 'This field is the request itself, not a parameter.');

/** Changes that a prompt needs on one target, because it was tuned for another. */
export const adapterSchema = z.strictObject({
  systemPrefix: z.string().max(20_000).optional(),
  systemSuffix: z.string().max(20_000).optional(),
  /** Replaced in order in every text of the prompt, system included; literal text, every occurrence. */
  replace: z
    .array(
      z.strictObject({
        find: z.string().min(1, 'Say what to find.').max(2000),
        with: z.string().max(20_000),
      }),
    )
    .max(50)
    .optional(),
  /** Top-level parameters of this target's own API that are set, whatever the request says. */
  set: z
    .record(z.string(), z.json())
    .superRefine((parameters, ctx) => {
      for (const name of Object.keys(parameters)) {
        for (const { message } of parameterNameSchema.safeParse(name).error?.issues ?? [])
          ctx.addIssue({ code: 'custom', path: [name], message });
      }
    })
    .optional(),
  /** Top-level parameters that are left out. */
  remove: z.array(parameterNameSchema).max(50).optional(),
  /** Upper limit of the answer's tokens; a smaller limit of the request stays. */
  maxTokens: z.int().min(1).max(10_000_000).optional(),
});

export const chainEntrySchema = z.preprocess(
  (value) => (typeof value === 'string' ? { target: value } : value),
  z.strictObject({
    target: slugSchema,
    enabled: z.boolean().default(true),
    adapter: adapterSchema.optional(),
  }),
);
export type ChainEntry = z.output<typeof chainEntrySchema>;

export const aliasSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'A name that a client can send as `model`: no spaces.');

/** How long the callers of a flow wait for a whole answer, seconds. Nothing is cut by it: it is what the flow's limits are judged by. */
export const callerTimeoutSchema = z
  .number()
  .min(0.5, 'At least 0.5 s.')
  .max(86_400, 'At most a day, in seconds.');

export const flowSchema = z.strictObject({
  slug: slugSchema,
  name: z.string().trim().min(1).max(100),
  aliases: z.array(aliasSchema).max(50).default([]),
  chain: z.array(chainEntrySchema).min(1, 'A chain needs at least one target.'),
  policy: policySchema.prefault({}),
  /** Absent: nobody has said. */
  callerTimeoutSeconds: callerTimeoutSchema.optional(),
  /** Items of the readiness check that are deliberately as they are. */
  exceptions: exceptionsSchema.optional(),
});

const configShape = z.strictObject({
  settings: z.strictObject({ breaker: breakerSettingsSchema.prefault({}) }).prefault({}),
  providers: z.array(providerSchema).default([]),
  targets: z.array(targetSchema).default([]),
  flows: z.array(flowSchema).default([]),
});

/** The declarative form of everything an operator configures: PUT /api/v1/config, SWITCHYARD_CONFIG and the export. */
export const configSchema = configShape
  // Also when the shape has faults: one answer names them all.
  .superRefine(checkReferences, { when: () => true })
  .meta({ id: 'Config' });

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type ConfigProvider = Config['providers'][number];
export type ConfigTarget = Config['targets'][number];
export type ConfigFlow = Config['flows'][number];
export type Adapter = z.output<typeof adapterSchema>;
