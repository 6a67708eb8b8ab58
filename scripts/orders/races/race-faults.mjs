import { historyFaults } from '../history.mjs';

/**
 * What is wrong with a row after its race.
 * @param {import('./race.mjs').Race} race
 * @param {import('../history.mjs').Story} story
 * @param {import('../history.mjs').Deeds} deeds
 * @returns {string[]}
 */
export function raceFaults({ version, outcomes }, story, deeds) {
  return [
    ...outcomes.flatMap((outcome) => outcome.fault ?? overrideFaults(outcome, story, version)),
    ...historyFaults(story, deeds),
    ...countFaults(outcomes, deeds),
    ...workFaults(story),
  ];
}

/** An acknowledged override has its event, and one that named a version came right behind it. */
function overrideFaults({ override, version, replayed }, { events }, before) {
  if (!override || version === undefined) return [];
  const { actor_id: actorId, status } = events.find((event) => event.version === version)?.data ?? {};
  const faults = [];
  // A twin is acknowledged by what the other one did.
  const its = actorId === override.actorId || replayed;
  if (!its || status !== override.status) faults.push(`the override that made version ${version} is lost`);
  if (override.matched !== undefined && !replayed && version !== before + 1)
    faults.push(`an override of version ${override.matched} made version ${version}`);
  return faults;
}

/** As many overrides as were acknowledged, replays aside. */
function countFaults(outcomes, deeds) {
  const made = ({ override, version, replayed }) => override !== undefined && version !== undefined && !replayed;
  const acknowledged = outcomes.filter(made).length;
  const done = [...deeds.values()].filter(({ happening }) => happening.kind === 'override').length;
  return acknowledged === done ? [] : [`${acknowledged} overrides acknowledged, ${done} done`];
}

/** What still waits has its next question, what passes has its end, and nobody is left with the row in hand. */
function workFaults({ row, memory }) {
  const waits = row.status === 'pending' && memory.awaiting !== 'review';
  const ends = row.status === 'verified' && row.expiresAt !== null;
  const faults = [];
  if ((waits || ends) && memory.due_at === null) faults.push(`${row.status}, and never due`);
  if (ends && memory.due_at > memory.expires_at) faults.push('due after the end of its pass');
  if (waits && memory.due_at > memory.window_ends_at) faults.push('due after the end of its window');
  if (memory.leased) faults.push('still leased');
  return faults;
}
