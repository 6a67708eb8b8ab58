/** Every move of a status that there is, by who makes it: the lifecycle's table, written down a second time. */
const MOVES = {
  provider: {
    pending: ['verified', 'failed', 'expired'],
    verified: ['failed', 'expired'],
    failed: ['verified', 'expired'],
    expired: ['verified', 'failed'],
  },
  // The end of a pass or of a window; in a later round the window's end puts back what the round began with.
  clock: { pending: ['expired', 'failed'], verified: ['expired'] },
  override: {
    pending: ['verified', 'failed', 'expired'],
    verified: ['failed', 'expired', 'verified'],
    failed: ['verified'],
    expired: ['verified'],
  },
  recheck: { failed: ['pending'], expired: ['pending'] },
};

/**
 * What is wrong between the rows and their events: each has exactly one first event, versions 1 to the row's without gap, a last event that says
 * what the row says, and no move that the lifecycle does not know.
 * @param {import('./world.mjs').World} world
 * @returns {import('./oracle.mjs').Fault[]}
 */
export function faultsOfHistories({ rows, events }) {
  const byVerification = Map.groupBy(events, ({ verificationId }) => verificationId);
  const known = new Set(rows.map(({ id }) => id));
  const strays = [...byVerification.keys()].filter((id) => !known.has(id));
  return [
    ...strays.map((id) => ({ kind: 'history', text: `${id} has events and no row` })),
    ...rows.flatMap((row) => faultsOfHistory(row, byVerification.get(row.id) ?? [])),
  ];
}

function faultsOfHistory(row, events) {
  const fault = (text) => ({ kind: 'history', text: `${row.id} ${text}` });
  if (events.length === 0) return [fault('has no events')];
  const told = events.map(({ header, body }) => ({ ...JSON.parse(header), ...JSON.parse(body) }));
  const created = told.filter(({ type }) => type === 'verification.created').length;
  const versions = [...new Set(told.map(({ version }) => version))];
  const whole = versions.length === row.version && versions.every((version, index) => version === index + 1);
  return [
    ...(created === 1 && told[0].type === 'verification.created' ? [] : [fault(`was created ${created} times`)]),
    ...(whole ? [] : [fault(`has the version ${row.version} and events of ${versions.join(', ')}`)]),
    ...(canonical(told.at(-1).data) === canonical(row.data) ? [] : [fault('differs from its last event')]),
    ...(new Set(told.map(({ id }) => id)).size === told.length ? [] : [fault('has an event twice')]),
    ...told.slice(1).flatMap((event, index) => faultsOfMove(told[index], event).map(fault)),
  ];
}

function faultsOfMove(before, event) {
  const [from, to] = [before.data.status, event.data.status];
  const place = `at version ${event.version}`;
  if (event.from_status !== from) return [`was ${from} and ${place} is said to have been ${event.from_status}`];
  if (event.applied && event.to_status !== to)
    return [`is ${to} and ${place} is said to have become ${event.to_status}`];
  if (from === to) return [];
  if (!event.applied) return [`became ${to} ${place} by what was not applied`];
  const allowed = MOVES[causeOf(event)]?.[from] ?? [];
  return allowed.includes(to) ? [] : [`went from ${from} to ${to} ${place} by ${event.actor_id}`];
}

function causeOf({ type, actor_id: actorId }) {
  if (type === 'verification.recheck_started') return 'recheck';
  if (actorId === 'system:expiry') return 'clock';
  return actorId.startsWith('provider:') ? 'provider' : 'override';
}

/** JSON text with sorted members: two values that say the same give one text. */
export function canonical(value) {
  return JSON.stringify(value, (_, member) => {
    const plain = typeof member === 'object' && member !== null && !Array.isArray(member);
    return plain ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1))) : member;
  });
}
