import type { ConfigFileView } from '#lib/contract/config-file.ts';

const SHOWN = 2;

/** What an operator has to know about the file and what is running; null: the file is in force. Pure. */
export function fileNotice(file: Omit<ConfigFileView, 'notice'>): string | null {
  const { name, problem, changes, changedSinceStart, edited } = file;
  if (problem !== null) {
    return `${problem.replace(/\.?$/, '.')} It cannot be put in force like this; what is running stays.`;
  }
  if (changes.length === 0) return null;
  const where = placesWords(changes.map(({ path }) => path));
  if (!changedSinceStart) {
    return `What is running differs from ${name} ${where}. Export it to the file, or put the file in force again.`;
  }
  const next = edited
    ? 'Apply it to put it in force: a restart would not, because the configuration was edited here.'
    : 'Apply it, or restart, to put it in force.';
  return `${name} has changed since Switchyard started, and differs from what is running ${where}. ${next}`;
}

/** "in 1 place (/flows/chat/name)", "in 5 places (/a, /b and 3 more)" */
function placesWords(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN).join(', ');
  const more = paths.length - SHOWN;
  const count = `in ${paths.length} ${paths.length === 1 ? 'place' : 'places'}`;
  return `${count} (${shown}${more > 0 ? ` and ${more} more` : ''})`;
}
