'use client';

import { useState } from 'react';
import type { ListedModel } from '#lib/contract/test-call.ts';
import { type ProviderTestInput, useOnboard, useProviderTest } from '../api/onboarding.ts';
import { useFlows, useProviders, useTargets } from '../api/resources.ts';
import {
  type Existing,
  emptyDraft,
  type FlowDraft,
  type OnboardingDraft,
  onboardingBody,
  plannedChain,
  plannedTargets,
  providerPart,
} from './onboarding-draft.ts';
import { accountFaults, bodyFaults, faultAt, refusedAt, saidAbout } from './onboarding-faults.ts';
import type { Vendor } from './vendors.ts';

const NONE: readonly never[] = [];

/** All that the page of a new provider knows: what is written, what the vendor said, what is still wrong with it. */
export function useOnboarding(vendor: Vendor) {
  const [draft, setDraft] = useState<OnboardingDraft>(() => emptyDraft(vendor));
  const [tried, setTried] = useState<'test' | 'create' | null>(null);
  // The account is good enough to go on with: it was tested, or somebody chose not to.
  const [open, setOpen] = useState(false);
  const test = useProviderTest();
  const ask = useProviderTest();
  const create = useOnboard();
  const existing = useExisting();
  const planned = plannedTargets(draft, existing);
  const chain = plannedChain(planned, existing, draft.flow);
  const body = onboardingBody(draft, existing);
  const faults =
    tried === null ? [] : tried === 'test' ? accountFaults(draft, body) : bodyFaults(draft, body);

  const change = (next: (known: OnboardingDraft) => Partial<OnboardingDraft>) => {
    create.reset();
    setDraft((known) => ({ ...known, ...next(known) }));
  };
  const forgetTests = () => {
    test.reset();
    ask.reset();
  };
  return {
    draft,
    existing,
    planned,
    chain,
    test,
    ask,
    create,
    open,
    /** Another account: what the vendor said about the last one is void. */
    changeAccount: (part: Partial<OnboardingDraft>) => {
      change(() => part);
      forgetTests();
    },
    /** Starts over. */
    changeVendor: (next: Vendor) => {
      change(() => emptyDraft(next));
      forgetTests();
      setTried(null);
      setOpen(false);
    },
    changeModels: (models: ListedModel[]) => {
      change(() => ({ models }));
      ask.reset();
    },
    changeFlow: (part: Partial<FlowDraft>) => change(({ flow }) => ({ flow: { ...flow, ...part } })),
    /** What is wrong with a field, by its path in the body; null: nothing that is known. */
    problem: (path: string): string | null =>
      faultAt(faults, path) ??
      saidAbout(path, test.data) ??
      refusedAt(create.error, path) ??
      refusedAt(test.error, path),
    runTest: (model: string | null) => {
      setTried('test');
      if (accountFaults(draft, body).length > 0) return;
      test.mutate(testInput(draft, existing, model), {
        onSuccess: ({ ok }) => {
          if (!ok) return;
          setOpen(true);
          if (model !== null) change(({ models }) => ({ models: withModel(models, model) }));
        },
      });
    },
    runAsk: ({ id, deployment }: ListedModel) => {
      const input = testInput(draft, existing, id);
      ask.mutate(deployment === null ? input : { ...input, deployment });
    },
    goOn: () => {
      setTried('test');
      if (accountFaults(draft, body).length === 0) setOpen(true);
    },
    save: () => {
      setTried('create');
      if (bodyFaults(draft, body).length === 0) create.mutate(body);
    },
  };
}

export type Onboarder = ReturnType<typeof useOnboarding>;

function useExisting(): Existing {
  return {
    providers: useProviders().data ?? NONE,
    targets: useTargets().data ?? NONE,
    flows: useFlows().data ?? NONE,
  };
}

function testInput(draft: OnboardingDraft, existing: Existing, model: string | null): ProviderTestInput {
  const { kind, endpoint, credential } = providerPart(draft, existing);
  const { baseUrl, region } = endpoint;
  return {
    kind,
    baseUrl,
    ...(region === undefined ? {} : { region }),
    ...(credential === undefined ? {} : { credential }),
    ...(model === null ? {} : { model }),
  };
}

function withModel(models: readonly ListedModel[], id: string): ListedModel[] {
  if (models.some((model) => model.id === id)) return [...models];
  return [...models, { id, deployment: null, name: null, contextWindow: null, prices: null }];
}
