import { z } from 'zod';

/** What a simulated vendor can be told to do wrong. Each speaks that vendor's real wire format. */
export const FAULTS = [
  'rate_limit',
  'rate_limit_no_hint',
  'server_error',
  'overloaded',
  'slow_first_token',
  'silence',
  'reset',
  'cut_stream',
  'stalled_stream',
  'malformed_event',
  'stream_error',
  'late_error',
  'truncated_stream',
  'odd_framing',
  'empty_answer',
  'html_answer',
  'bad_gateway',
  'gateway_timeout',
  'rate_limit_too_big',
  'auth',
  'permission',
  'quota',
  'model_not_found',
  'context_overflow',
  'content_filter',
  'unsupported',
  'invalid_request',
  'payload_too_large',
  'model_output',
  'prefill_refused',
] as const;
export const faultSchema = z.enum(FAULTS);
export type Fault = z.output<typeof faultSchema>;

export const faultRuleSchema = z
  .strictObject({
    /** A simulated provider's slug. */
    provider: z.string(),
    /** Endpoint slug; absent: every region. */
    endpoint: z.string().optional(),
    /** Model name; absent: every model. */
    model: z.string().optional(),
    fault: faultSchema,
    /** Share of calls that meet the fault, 0..1. */
    share: z.number().gt(0).max(1).default(1),
    /** rate_limit: the Retry-After sent, s. */
    retryAfterSeconds: z.number().min(1).max(600).optional(),
    /** slow_first_token: how late, ms. */
    delayMs: z.number().min(0).max(600_000).optional(),
  })
  .meta({ id: 'FaultRule' });
export type FaultRule = z.output<typeof faultRuleSchema>;

/** A rule in force. */
export const activeFaultSchema = faultRuleSchema
  .extend({ id: z.string(), sinceWallMs: z.number() })
  .meta({ id: 'ActiveFault' });
export type ActiveFault = z.output<typeof activeFaultSchema>;

/** Whose API a simulated endpoint speaks; `gemini` is spoken under Vertex's paths as well. */
export const SIMULATED_FORMATS = ['openai', 'azure', 'anthropic', 'gemini', 'bedrock', 'ollama'] as const;
export type SimulatedFormat = (typeof SIMULATED_FORMATS)[number];

/** One simulated vendor's server. */
export interface SimulatedEndpoint {
  provider: string;
  endpoint: string;
  format: SimulatedFormat;
  port: number;
  models: string[];
}

/** All the simulator process needs; sent by control, kept by nobody else. */
export interface SimulatorSettings {
  /** Loopback port of its control API. */
  controlPort: number;
  /** Bearer token of its control API. */
  controlToken: string;
  endpoints: SimulatedEndpoint[];
  /** The gentle generator; null: none. */
  traffic: { gatewayUrl: string; apiKey: string; requestsPerMinute: Record<string, number> } | null;
}

export const simulatorViewSchema = z
  .strictObject({
    running: z.boolean(),
    providers: z.array(
      z.strictObject({
        slug: z.string(),
        name: z.string(),
        endpoints: z.array(
          z.strictObject({ slug: z.string(), region: z.string().nullable(), models: z.array(z.string()) }),
        ),
      }),
    ),
    faults: z.array(activeFaultSchema),
    traffic: z.boolean(),
  })
  .meta({ id: 'Simulator' });
export type SimulatorView = z.output<typeof simulatorViewSchema>;
