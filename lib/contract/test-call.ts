import type { Failure } from '../engine/types.ts';
import type { Prices, ProviderKind } from './config.ts';

/** A call that finds out whether a provider can be reached and called with a key; nothing of it is stored. */
export interface TestCall {
  kind: ProviderKind;
  baseUrl: string;
  region: string | null;
  /** In clear: it only ever travels over IPC and is never logged. */
  credential: string | null;
  /** null: the provider's list of models is asked for; otherwise this model is asked one tiny question. */
  model: string | null;
  deployment: string | null;
}

/** A model as its vendor lists it; null: the list does not say. */
export interface ListedModel {
  /** What a target's `model` is to be. */
  id: string;
  /** Azure: the deployment's name, where it is another than the model's. */
  deployment: string | null;
  name: string | null;
  contextWindow: number | null;
  /** US dollars per million tokens. */
  prices: Prices | null;
}

/** What a test call came to. */
export interface TestResult {
  ok: boolean;
  /** null: nothing was sent, because nothing could be. */
  how: 'list' | 'completion' | null;
  latencyMs: number;
  /** False: this vendor has no list to choose from, so that the model's name has to be known. */
  listable: boolean;
  models: ListedModel[];
  failure: Failure | null;
}

/** A target's own call as the gateway made it: what the engine counted is what the list of targets shows. */
export interface TargetTestResult {
  ok: boolean;
  /** It left a sample on the target's breaker, as any request does. */
  counted: boolean;
  /** Why it was not made, or not counted; null: it was. */
  note: string | null;
  latencyMs: number;
  /** To look up in Activity; null: not recorded. */
  requestId: string | null;
  failure: Failure | null;
}

/** A new key that its vendor refuses while the one before it still answers. */
export interface KeyRefusal {
  /** `provider` or `provider.endpoint` */
  credentialId: string;
  sinceWallMs: number;
}
