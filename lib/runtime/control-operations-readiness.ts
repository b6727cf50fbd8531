import { getFlowReadiness, listReadiness } from '#lib/control/flow/readiness.ts';
import { pageOfAll } from './control-list-page.ts';
import type { Handlers } from './control-operations.ts';

export function readinessHandlers(): Handlers<'readiness'> & Pick<Handlers<'flows'>, 'flows.readiness'> {
  return {
    'flows.readiness': ({ ctx, params }) => getFlowReadiness({ ctx, input: params }),
    'readiness.list': async ({ ctx, query }) => pageOfAll(await listReadiness({ ctx }), query),
  };
}
