import { z } from 'zod';
import { SIMULATED_FORMATS, type SimulatorSettings } from '#lib/contract/simulator.ts';

const port = z.int().min(0).max(65_535);

/** SimulatorSettings as they arrive over IPC. */
export const simulatorSettingsSchema: z.ZodType<SimulatorSettings> = z.object({
  controlPort: port,
  controlToken: z.string().min(1),
  endpoints: z.array(
    z.object({
      provider: z.string(),
      endpoint: z.string(),
      format: z.enum(SIMULATED_FORMATS),
      port,
      models: z.array(z.string()),
    }),
  ),
  traffic: z
    .object({
      gatewayUrl: z.string(),
      apiKey: z.string(),
      requestsPerMinute: z.record(z.string(), z.number().min(0)),
    })
    .nullable(),
});
