import { addMilliseconds } from '../../dist/src/platform/clock.js';
import { canonicalJson } from '../../dist/src/platform/json.js';
import { initialState } from '../../dist/src/verifications/lifecycle/state.js';
import { reduce } from '../../dist/src/verifications/lifecycle/reducer.js';
import { TRANSITIONS } from '../../dist/src/verifications/lifecycle/lifecycle.js';
import { wireText } from '../../dist/src/verifications/store/verification.wire.js';
import { WINDOW_HOURS } from './application.mjs';

const CAUSES = { observation: 'provider', override: 'override', recheck: 'recheck', clock: 'window' };
const CLOCK = ['window', 'outlived'];

/**
 * What happened to a row by each version: as whoever passed the door was told.
 * @typedef {Map<number, { happening: object, now: string }>} Deeds
 */

/**
 * One verification as the database has it.
 * @typedef {object} Story
 * @property {object} row the verification
 * @property {Record<string, unknown>} memory all columns
 * @property {{ version: number, header: Record<string, unknown>, data: object, dataText: string }[]} events oldest first
 */

/**
 * Reads row and events.
 * @param {import('pg').Pool} owner
 * @param {import('./application.mjs').OrdersApplication} application
 * @param {object} scope
 * @param {string} id
 * @returns {Promise<Story>}
 */
export async function storyOf(owner, { repository }, scope, id) {
  const [row, memory, events] = await Promise.all([
    repository.find(scope, id),
    owner.query(
      `select to_jsonb(v) || jsonb_build_object('leased', coalesce(lease_until > clock_timestamp(), false)) as columns from customer_verifications.verifications v
        where organization_id = $1 and livemode = $2 and id = $3`,
      [scope.organizationId, scope.livemode, id],
    ),
    owner.query(
      `select version, header::json as header, (body::json) -> 'data' as data, ((body::json) -> 'data')::text as data_text
        from customer_verifications.events
        where organization_id = $1 and livemode = $2 and verification_id = $3 order by sequence`,
      [scope.organizationId, scope.livemode, id],
    ),
  ]);
  const told = events.rows.map(({ data_text: dataText, ...event }) => ({ ...event, dataText }));
  return { row, memory: memory.rows[0].columns, events: told };
}

/**
 * What is wrong with a story, whatever the order was: versions without a gap, a last event that says what the row says, moves of the
 * table alone, and at each version the state that the pure reducer makes of what happened so far.
 * @param {Story} story
 * @param {Deeds} deeds
 * @returns {string[]}
 */
export function historyFaults({ row, events }, deeds) {
  const versions = events.map(({ version }) => version);
  const faults = [];
  if (versions.some((version, index) => version !== index + 1)) faults.push(`versions ${versions.join(' ')}`);
  if (versions.at(-1) !== row.version) faults.push(`version ${row.version} with events up to ${versions.at(-1)}`);
  if (events.at(-1)?.dataText !== wireText(row)) faults.push('the last event differs from the row');
  for (const version of deeds.keys()) {
    if (version > row.version) faults.push(`version ${version} was acknowledged and is lost`);
  }
  return faults.length > 0 ? faults : [...moveFaults(events, deeds), ...replayFaults(events, deeds)];
}

/** How many changes of status there were. */
export function movesIn({ events }) {
  return events.filter(({ data }, index) => index > 0 && data.status !== events[index - 1].data.status).length;
}

function moveFaults(events, deeds) {
  return events.slice(1).flatMap(({ version, header, data }, index) => {
    const from = events[index].data.status;
    const deed = deeds.get(version);
    if (deed === undefined) return [`version ${version} is nobody's`];
    const found = [];
    // An event that was only recorded says what the provider said; the status of the row is in its data.
    if (header.from_status !== from || (header.applied && header.to_status !== data.status))
      found.push(`version ${version} says ${header.from_status} -> ${header.to_status}, is ${from} -> ${data.status}`);
    if (!reachable(from, CAUSES[deed.happening.kind]).includes(data.status))
      found.push(`illegal move ${from} -> ${data.status} by ${deed.happening.kind} (version ${version})`);
    return found;
  });
}

/** What the clock does goes before and after; in between there is the move of the happening, if it was applied. */
function reachable(from, cause) {
  return [CLOCK, [cause], CLOCK].reduce(
    (reached, causes) => [
      ...reached,
      ...TRANSITIONS.filter(
        ({ from: start, by }) => reached.includes(start) && by.some((one) => causes.includes(one)),
      ).flatMap(({ to }) => to),
    ],
    [from],
  );
}

/** The row must be what the same happenings, one after the other in the order of their events, make of it. */
function replayFaults(events, deeds) {
  const { actor_id: creator, created_at: createdAt } = events[0].data;
  let state = initialState(creator, addMilliseconds(createdAt, WINDOW_HOURS * 3_600_000));
  for (const { version, data } of events.slice(1)) {
    const { happening, now } = deeds.get(version);
    const reduction = reduce(state, happening, now);
    if (reduction.kind === 'refused') return [`version ${version} by ${happening.kind} would be refused in this order`];
    state = reduction.state;
    const [made, shown] = [fieldsOfState(state), fieldsOfData(data)];
    if (made !== shown) return [`version ${version} by ${happening.kind} is ${shown}, but one by one ${made}`];
  }
  return [];
}

function fieldsOfState({ verdict, lastCheckedAt, providerReference, resultPayload }) {
  const { status, reason, actorId, verifiedAt, expiresAt } = verdict;
  return JSON.stringify([
    status,
    reason,
    actorId,
    verifiedAt,
    expiresAt,
    lastCheckedAt,
    providerReference,
    resultPayload,
  ]);
}

function fieldsOfData({ status, reason, actor_id, verified_at, expires_at, ...data }) {
  const payload = data.result_payload && canonicalJson(data.result_payload);
  const checked = [data.last_checked_at, data.provider_reference, payload];
  return JSON.stringify([status, reason, actor_id, verified_at, expires_at, ...checked]);
}
