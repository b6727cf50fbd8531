import { adapterWords } from './adapter-draft.ts';
import { adapterKey, type DraftEntry, sameAdapter } from './chain-draft.ts';
import type { FlowContent } from './draft-content.ts';
import {
  inFormOrder,
  type PolicyValue,
  policyLabel,
  policyLeaves,
  policyValueWords,
} from './policy-changes.ts';
import type { PolicyDraft } from './policy-draft.ts';

/** Two changes of one content: what both began from, what somebody else made of it, and what this person did. */
export interface ThreeWays {
  base: FlowContent;
  theirs: FlowContent;
  mine: FlowContent;
}

export type Side = 'theirs' | 'mine';

/** One field that somebody changed. Values are in words. */
export interface MergeField {
  /** "policy.mode", "chain", "chain.claude.enabled" */
  path: string;
  label: string;
  base: string;
  theirs: string;
  mine: string;
  /** Whose counts by itself; `conflict`: both changed it, each to something else. */
  state: Side | 'both' | 'conflict';
}

/** Every field that at least one side changed. @param nameOf a target's name */
export function mergeFields(ways: ThreeWays, nameOf: (slug: string) => string): MergeField[] {
  return [orderField(ways, nameOf), ...entryFields(ways, nameOf), ...policyFields(ways)].filter(
    (field) => field !== null,
  );
}

/**
 * The content with everything that only one side changed, and for each conflict what was chosen; without a choice, mine. A target
 * that one side removed while the other changed it is a conflict about the order, so no edit is lost without a word.
 */
export function merge(ways: ThreeWays, choices: ReadonlyMap<string, Side>): FlowContent {
  const side = (field: { path: string; state: MergeField['state'] }): Side =>
    field.state === 'conflict'
      ? (choices.get(field.path) ?? 'mine')
      : field.state === 'theirs'
        ? 'theirs'
        : 'mine';
  const order = orderField(ways, (slug) => slug);
  const from = order === null ? ways.mine : ways[side(order)];
  const fields = entryFields(ways, (slug) => slug);
  const sideOf = (path: string): Side => {
    const field = fields.find((each) => each.path === path);
    return field === undefined ? 'mine' : side(field);
  };
  return {
    chain: from.chain.map(({ target }) => ({
      target,
      enabled: entryOf(ways, sideOf(`chain.${target}.enabled`), target)?.enabled ?? true,
      adapter: entryOf(ways, sideOf(`chain.${target}.adapter`), target)?.adapter ?? null,
    })),
    policy: mergedPolicy(ways, side),
  };
}

/** The entry of the wanted side, or of the only side that has the target. */
function entryOf(ways: ThreeWays, side: Side, target: string): DraftEntry | undefined {
  const has = (content: FlowContent) => content.chain.find((entry) => entry.target === target);
  return has(ways[side]) ?? has(ways.theirs) ?? has(ways.mine);
}

function orderField(ways: ThreeWays, nameOf: (slug: string) => string): MergeField | null {
  const order = ({ chain }: FlowContent) => chain.map(({ target }) => target).join(' ');
  const [base, theirs, mine] = [order(ways.base), order(ways.theirs), order(ways.mine)];
  const words = ({ chain }: FlowContent) => chain.map(({ target }) => nameOf(target)).join(', ');
  const changed = stateOf(base, theirs, mine);
  const lost = theirs !== mine && removedWhileChanged(ways);
  const state = lost ? 'conflict' : changed;
  if (state === null) return null;
  return {
    path: 'chain',
    label: lost
      ? 'Targets and their order: one was removed here and changed there'
      : 'Targets and their order',
    base: words(ways.base),
    theirs: words(ways.theirs),
    mine: words(ways.mine),
    state,
  };
}

/** Whether one side took a target out that the other side changed. */
function removedWhileChanged({ base, theirs, mine }: ThreeWays): boolean {
  return base.chain.some((before) => {
    const [t, m] = [theirs, mine].map(({ chain }) => chain.find((entry) => entry.target === before.target));
    if ((t === undefined) === (m === undefined)) return false;
    const left = t ?? m;
    return (
      left !== undefined && (left.enabled !== before.enabled || !sameAdapter(left.adapter, before.adapter))
    );
  });
}

/** Switches and prompt rules of the targets that both sides have. */
function entryFields(ways: ThreeWays, nameOf: (slug: string) => string): MergeField[] {
  return ways.mine.chain.flatMap(({ target }) => {
    const [base, theirs, mine] = [ways.base, ways.theirs, ways.mine].map(({ chain }) =>
      chain.find((entry) => entry.target === target),
    );
    if (theirs === undefined || mine === undefined) return [];
    const name = nameOf(target);
    const field = (path: string, label: string, words: (entry: DraftEntry) => string, key = words) => {
      const state = stateOf(base === undefined ? undefined : key(base), key(theirs), key(mine));
      const said = base === undefined ? 'not in the chain' : words(base);
      return state === null
        ? []
        : [{ path, label, base: said, theirs: words(theirs), mine: words(mine), state }];
    };
    return [
      ...field(`chain.${target}.enabled`, name, ({ enabled }) => (enabled ? 'enabled' : 'disabled')),
      ...field(`chain.${target}.adapter`, `Prompt rules for ${name}`, rulesWords, ({ adapter }) =>
        adapterKey(adapter),
      ),
    ];
  });
}

function rulesWords({ adapter }: DraftEntry): string {
  const words = adapterWords(adapter);
  return words.length === 0 ? 'none' : words.join('; ');
}

function policyFields(ways: ThreeWays): MergeField[] {
  const [base, theirs, mine] = [ways.base, ways.theirs, ways.mine].map(({ policy }) => policyLeaves(policy));
  return inFormOrder([...(mine?.keys() ?? [])]).flatMap((path) => {
    const [was, their, my] = [base?.get(path), theirs?.get(path), mine?.get(path)];
    const state = stateOf(was, their, my);
    if (state === null || was === undefined || their === undefined || my === undefined) return [];
    const words = (value: PolicyValue) => policyValueWords(path, value);
    return [
      {
        path: `policy.${path}`,
        label: policyLabel(path),
        base: words(was),
        theirs: words(their),
        mine: words(my),
        state,
      },
    ];
  });
}

function mergedPolicy(ways: ThreeWays, side: (field: MergeField) => Side): PolicyDraft {
  const theirs = new Set(
    policyFields(ways).flatMap((field) =>
      side(field) === 'theirs' ? [field.path.slice('policy.'.length)] : [],
    ),
  );
  return withLeavesOf(ways.mine.policy, ways.theirs.policy, (path) => theirs.has(path));
}

/** A policy with the leaves that are wanted taken from another one. */
function withLeavesOf(own: PolicyDraft, other: PolicyDraft, wanted: (path: string) => boolean): PolicyDraft {
  const theirs = policyLeaves(other);
  const leaf = (path: string, value: unknown) => (wanted(path) ? (theirs.get(path) ?? value) : value);
  const parts = Object.entries(own).map(([part, value]) => [
    part,
    typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value).map(([field, inner]) => [field, leaf(`${part}.${field}`, inner)]),
        )
      : leaf(part, value),
  ]);
  // The keys are those of `own`, and each leaf is that of one of two policies.
  return Object.fromEntries(parts) as PolicyDraft;
}

/** Who changed it; null: nobody. */
function stateOf<T>(base: T, theirs: T, mine: T): MergeField['state'] | null {
  if (theirs === mine) return theirs === base ? null : 'both';
  if (theirs === base) return 'mine';
  return mine === base ? 'theirs' : 'conflict';
}
