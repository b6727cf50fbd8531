import type { Failure } from '../engine/types.ts';
import { bedrockProblem } from './bedrock/address.ts';
import { credentialProblem } from './credential-problem.ts';
import { vertexProblem } from './gemini/vertex-address.ts';
import type { UpstreamTarget } from './types.ts';

/** Why a target cannot be called at all as it is configured, in words for its operator; null: it can. */
export function targetFailure(target: UpstreamTarget): Failure | null {
  const { kind, credential } = target;
  if (kind !== 'bedrock' && kind !== 'vertex') return null;
  const unreadable = credential === null ? null : credentialProblem(kind, credential);
  if (unreadable !== null) return configured('auth', 'unreadable_credential', unreadable);
  const problem = kind === 'bedrock' ? bedrockProblem(target) : vertexProblem(target);
  return problem === null ? null : configured('model_not_found', 'incomplete_endpoint', problem);
}

function configured(cls: Failure['class'], code: string, message: string): Failure {
  return { class: cls, status: null, code, message, retryAfterMs: null };
}
