import type { ChainLink } from './chain-state.ts';
import { conditionText } from './state-meta.ts';

const ROLES: Readonly<Record<ChainLink['role'], string>> = {
  primary: 'primary',
  alternate: 'alternate',
  backup: 'backup model',
  disabled: 'disabled',
};

/** The short line under a target: "Open · probe in 12 s", or its role when nothing is wrong. */
export function linkNote(link: ChainLink, now: number | null): string {
  if (link.condition === 'disabled') return 'disabled';
  const above = aboveNote(link);
  const state = conditionText(link.condition, link.deciding, now);
  if (link.condition === 'closed')
    return link.barred ? `${ROLES[link.role]}, not used here` : ROLES[link.role];
  return above === null ? state : `${state} (${shortAbove(link)})`;
}

/** The same for a screen reader, whole: "primary, position 1 of 3. Open · probe in 12 s. Passed over." */
export function linkWords(link: ChainLink, at: number, of: number, now: number | null): string {
  const above = aboveNote(link);
  const state = conditionText(link.condition, link.deciding, now);
  const parts = [
    `, ${ROLES[link.role]}, position ${at + 1} of ${of}`,
    above === null ? state : `${state}, decided by the ${above}`,
    use(link),
  ];
  return `${parts.join('. ')}.`;
}

function use(link: ChainLink): string {
  if (link.carrying) return 'Carrying';
  if (link.barred) return 'A backup model, which this flow does not serve';
  return link.passable ? 'Standing by' : 'Passed over';
}

/** The provider is known from the target: "endpoint us-east". */
function shortAbove({ deciding }: ChainLink): string {
  return deciding?.scope === 'endpoint' ? `endpoint ${deciding.id.replace(/^[^.]*\./, '')}` : 'provider';
}

function aboveNote(link: ChainLink): string | null {
  const scope = link.deciding?.scope;
  return scope === 'endpoint' || scope === 'provider' ? `${scope} ${link.deciding?.id}` : null;
}
