import type { RunOutcome } from '#lib/engine/run-types.ts';
import type { EngineFlow } from '#lib/engine/types.ts';
import type { Answer } from './answer.ts';
import { createCallTarget } from './attempt.ts';
import type { Calls } from './calls.ts';
import type { Exchange } from './exchange.ts';
import type { FlowEntry } from './snapshot-index.ts';

/** Takes a request along its flow's chain. `engineFlow`: the flow's own, or a stricter reading of it. */
export function runCalls(
  exchange: Exchange,
  flow: FlowEntry,
  engineFlow: EngineFlow,
  calls: Calls,
): Promise<RunOutcome<Answer>> {
  const { services, stakes, startedAt, signal } = exchange;
  return services.engine.run(
    {
      flow: engineFlow,
      stream: calls.decoder !== null,
      stakes,
      needs: calls.needs,
      startedAt,
      signal,
      once: calls.once ?? null,
      unfit: ({ slug }) => {
        const target = flow.targets.get(slug);
        return target === undefined ? null : calls.unfit(target);
      },
    },
    createCallTarget(services, flow, calls),
  );
}
