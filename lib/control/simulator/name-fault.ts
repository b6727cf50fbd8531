import type { FaultRule } from '#lib/contract/simulator.ts';
import { endpointId } from '#lib/contract/slug.ts';

/** "server error at openai-sim.us-east, model gpt-4o, for 50 % of the calls" */
export function nameFault({ provider, endpoint, model, fault, share }: FaultRule): string {
  const where = endpoint === undefined ? provider : endpointId(provider, endpoint);
  const which = model === undefined ? '' : `, model ${model}`;
  const howMany = share === 1 ? '' : `, for ${Math.round(share * 100)} % of the calls`;
  return `${fault.replaceAll('_', ' ')} at ${where}${which}${howMany}`;
}
