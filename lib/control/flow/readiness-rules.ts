import {
  EXCEPTABLE_ITEMS,
  type ExceptableItem,
  READINESS_ITEMS,
  type Readiness,
  type ReadinessItem,
  type ReadinessItemId,
} from '#lib/contract/readiness.ts';
import { judgeBackup, judgeOtherVendor } from './readiness-chain.ts';
import type { ReadinessFacts } from './readiness-facts.ts';
import { judgeRetries, judgeTimeouts } from './readiness-limits.ts';
import { judgeBadge, judgeBreakers } from './readiness-signals.ts';
import type { Finding } from './readiness-words.ts';

interface Rule {
  title: string;
  why: string;
  judge: (facts: ReadinessFacts) => Finding;
}

const RULES: Readonly<Record<ReadinessItemId, Rule>> = {
  backup: {
    title: 'There is a backup',
    why: 'When the only target that may answer fails, every user gets an error.',
    judge: judgeBackup,
  },
  other_vendor: {
    title: 'A backup is at another vendor',
    why: 'Vendors go down whole, with all of their regions and models.',
    judge: judgeOtherVendor,
  },
  retries_bounded: {
    title: 'Retries leave room for the backup',
    why: 'Retries that use up the calls or the time keep a request from its backup; without a budget they add load to an outage.',
    judge: judgeRetries,
  },
  breaker_on: {
    title: 'Breakers decide',
    why: 'Without its breaker every request waits for a target that is known to be down; held closed or open, it no longer follows what happens.',
    judge: judgeBreakers,
  },
  badge: {
    title: 'Answers of a backup model are marked',
    why: 'Another model answers differently: users who are not told take it for the product getting worse.',
    judge: judgeBadge,
  },
  timeouts: {
    title: 'Limits are shorter than what callers wait',
    why: 'A caller that gives up first sees an error, however well the failover would have ended.',
    judge: judgeTimeouts,
  },
};

/** What a flow still lacks to survive its provider. Pure: the same facts give the same answer. */
export function judgeReadiness(facts: ReadinessFacts): Readiness {
  const items = READINESS_ITEMS.map((id) => judgeItem(id, facts));
  return {
    flow: facts.slug,
    name: facts.name,
    ready: items.every(({ state }) => state !== 'missing'),
    items,
  };
}

function judgeItem(id: ReadinessItemId, facts: ReadinessFacts): ReadinessItem {
  const { title, why, judge } = RULES[id];
  const { ok, text, fix } = judge(facts);
  const reason = isExceptable(id) ? (facts.exceptions[id] ?? null) : null;
  const exception = ok ? null : reason;
  const state = ok ? 'ok' : exception === null ? 'missing' : 'excepted';
  return { id, state, title, finding: text, why, exception, fix: state === 'missing' ? fix : null };
}

function isExceptable(id: ReadinessItemId): id is ExceptableItem {
  return EXCEPTABLE_ITEMS.some((one) => one === id);
}
