import { callable, isBackupModel, primaryOf } from './readiness-chain.ts';
import type { ReadinessFacts, ReadinessLink } from './readiness-facts.ts';
import { allOf, editFlow, type Finding, seconds } from './readiness-words.ts';

/** The backup that matters most gets a call and the time for it, whatever happens before; and retries are paid for. */
export function judgeRetries(facts: ReadinessFacts): Finding {
  const { retry } = facts.policy;
  const fix = editFlow(facts, 'Edit the policy');
  const bounds = `A request makes at most ${retry.maxAttempts} ${retry.maxAttempts === 1 ? 'call' : 'calls'}, ${retryWords(retry.maxPerTarget)}`;
  if (retry.maxPerTarget > 0 && retry.budgetPerSuccess === 0) {
    const text = `${bounds}, but successes earn no retry (the budget is 0): in an outage none is left for anybody.`;
    return { ok: false, text, fix };
  }
  const way = wayToBackup(facts);
  if (way === null) return { ok: true, text: `${bounds}. There is no backup to leave room for.`, fix: null };
  const { backup, before, goneSeconds, patienceSeconds } = way;
  const names = allOf(before.map(({ slug }) => slug));
  if (retry.maxAttempts <= before.length) {
    const text = `${bounds}, and ${backup.slug} comes after ${names}: when they fail, it is never called.`;
    return { ok: false, text, fix };
  }
  const { totalSeconds } = facts.policy.timeouts;
  const hang = before.length === 1 ? `${names} hangs` : `${names} hang`;
  const arrival = `When ${hang}, a streamed request comes to ${backup.slug} after ${seconds(goneSeconds)}`;
  if (goneSeconds + facts.policy.timeouts.firstTokenSeconds > totalSeconds) {
    const text = `${arrival}${patienceWords(patienceSeconds)}, and is over after ${seconds(totalSeconds)}: too little is left to answer in.`;
    return { ok: false, text, fix };
  }
  return { ok: true, text: `${bounds}. ${arrival} of ${seconds(totalSeconds)}.`, fix: null };
}

/** The gateway has answered, with a failover too, before its callers stop waiting. */
export function judgeTimeouts(facts: ReadinessFacts): Finding {
  const { callerTimeoutSeconds: callers } = facts;
  const { firstTokenSeconds, totalSeconds } = facts.policy.timeouts;
  const fix = editFlow(facts, 'Edit the policy');
  if (callers === null) {
    return {
      ok: false,
      text: `A request may take ${seconds(totalSeconds)}. Nobody has said how long the callers of this flow wait.`,
      fix: { label: 'Say how long they wait', href: `/flows/${facts.slug}#callers` },
    };
  }
  const wait = `callers wait ${seconds(callers)}`;
  if (totalSeconds >= callers) {
    const text = `A request may take ${seconds(totalSeconds)}, and ${wait}: they give up before the gateway does.`;
    return { ok: false, text, fix };
  }
  const begins = `A request ends after ${seconds(totalSeconds)} at the latest, and ${wait}.`;
  const [first, next] = callable(facts);
  if (first === undefined || next === undefined) return { ok: true, text: begins, fix: null };
  const { goneSeconds: gone, patienceSeconds } = wayTo(facts, [first], next);
  if (gone + firstTokenSeconds > callers) {
    const text = `When ${first.slug} hangs, ${next.slug} is called after ${seconds(gone)}${patienceWords(patienceSeconds)} and has ${seconds(firstTokenSeconds)} to begin, but ${wait}: one failover does not fit.`;
    return { ok: false, text, fix };
  }
  return {
    ok: true,
    text: `${begins} When ${first.slug} hangs, ${next.slug} is called after ${seconds(gone)}.`,
    fix: null,
  };
}

/** The way to the first backup in another vendor, or else to the first at all; null: there is none. */
function wayToBackup(
  facts: ReadinessFacts,
): (Way & { backup: ReadinessLink; before: ReadinessLink[] }) | null {
  const able = callable(facts);
  const vendor = primaryOf(facts)?.vendor.id;
  const elsewhere = able.findIndex((link) => link.vendor.id !== vendor);
  const at = elsewhere > 0 ? elsewhere : 1;
  const backup = able[at];
  if (backup === undefined) return null;
  const before = able.slice(0, at);
  return { backup, before, ...wayTo(facts, before, backup) };
}

interface Way {
  /** What is gone at the latest when the target is called, while all before it are silent. */
  goneSeconds: number;
  /** The part of it that is patience with the primary, which is given before the first backup model only. */
  patienceSeconds: number;
}

function wayTo(facts: ReadinessFacts, before: readonly ReadinessLink[], target: ReadinessLink): Way {
  const silence = before.reduce((sum, { firstTokenSeconds }) => sum + firstTokenSeconds, 0);
  const asked = [...before, target].some((link) => isBackupModel(facts, link));
  const patienceSeconds = asked ? facts.policy.primaryPatience.seconds : 0;
  return { goneSeconds: silence + patienceSeconds, patienceSeconds };
}

function retryWords(maxPerTarget: number): string {
  if (maxPerTarget === 0) return 'with no retry of a target';
  return `with at most ${maxPerTarget} ${maxPerTarget === 1 ? 'retry' : 'retries'} of a target`;
}

function patienceWords(extra: number): string {
  return extra === 0 ? '' : ` (${seconds(extra)} of it are patience with the primary)`;
}
