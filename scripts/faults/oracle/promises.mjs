/** Where a status can lead to, in any number of moves. */
const REACHABLE = {
  pending: ['pending', 'verified', 'failed', 'expired'],
  verified: ['verified', 'failed', 'expired', 'pending'],
  failed: ['failed', 'verified', 'expired', 'pending'],
  expired: ['expired', 'verified', 'failed', 'pending'],
};

/**
 * What became of what the consumer was told: every acknowledged verification is there, was at that version what was said, and stands where
 * that can lead to; no request has two.
 * @param {import('./world.mjs').World} world
 * @returns {import('./oracle.mjs').Fault[]}
 */
export function faultsOfPromises({ requests, acknowledgements, replays, rows, events, records }) {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const eventOf = new Map(events.map((event) => [`${event.verificationId} ${event.version}`, event]));
  const recordOf = new Map(records.map((record) => [`${record.tenant} ${record.key}`, record]));
  return [
    ...acknowledgements.flatMap((told) => faultsOfAcknowledgement(told, rowOf.get(told.id), eventOf)),
    ...acknowledgements.flatMap((told) => faultsOfRecord(told, recordOf.get(`${told.tenant} ${told.key}`))),
    ...faultsOfReplays({ acknowledgements, replays, records, eventOf }),
    ...faultsOfDuplicates({ requests, acknowledgements, rows }),
  ];
}

function faultsOfAcknowledgement({ id, tenant, version, status, dataText }, row, eventOf) {
  if (row === undefined || row.tenant !== tenant) return [{ kind: 'lost', text: `${id} was acknowledged and is lost` }];
  const faults = [];
  const event = eventOf.get(`${id} ${version}`);
  if (event === undefined || !event.body.startsWith(`{"data":${dataText},`))
    faults.push({ kind: 'promise', text: `${id} was not at version ${version} what was acknowledged` });
  if (row.version < version) faults.push({ kind: 'promise', text: `${id} went back behind version ${version}` });
  if (!REACHABLE[status]?.includes(row.status))
    faults.push({ kind: 'promise', text: `${id} is ${row.status} and was acknowledged as ${status}` });
  return faults;
}

function faultsOfRecord({ key, id }, record) {
  if (record === undefined) return [{ kind: 'promise', text: `${key} was used and has no record` }];
  if (record.verificationId !== id) return [{ kind: 'duplicate', text: `${key} gave ${id} and is bound to another` }];
  return record.state === 'done' ? [] : [{ kind: 'promise', text: `${key} was answered and its record is open` }];
}

/**
 * A replay says what its record says, and that is what was acknowledged; where the answer could not be noted down, because the database was
 * away just then, it is what was true when somebody came back.
 */
function faultsOfReplays({ acknowledgements, replays, records, eventOf }) {
  const [toldOf, recordOf] = [acknowledgements, records].map((list) => new Map(list.map((each) => [each.key, each])));
  const silent = acknowledgements.length - new Set(replays.map(({ key }) => key)).size;
  const faults = silent === 0 ? [] : [{ kind: 'promise', text: `${silent} requests were not answered a second time` }];
  for (const { key, id, version, dataText, replayed } of replays) {
    const [told, record, event] = [toldOf.get(key), recordOf.get(key), eventOf.get(`${id} ${version}`)];
    const fault = (kind, text) => faults.push({ kind, text: `${key}, sent once more, ${text}` });
    if (told?.id !== id) fault('duplicate', `gave another verification`);
    if (!replayed) fault('duplicate', `was not taken for a replay`);
    if (record?.version !== version || !event?.body.startsWith(`{"data":${dataText},`))
      fault('promise', 'said something else');
    if (told?.version === version && told.dataText !== dataText) fault('promise', 'said it in other words');
    if (told?.version > version) fault('promise', 'went back');
  }
  return faults;
}

function faultsOfDuplicates({ requests, acknowledgements, rows }) {
  const faults = [];
  const named = Map.groupBy(acknowledgements, ({ key }) => key);
  const stored = Map.groupBy(rows, ({ customerId }) => customerId);
  for (const { key, customerId } of requests) {
    const ids = new Set([...(named.get(key) ?? []), ...(stored.get(customerId) ?? [])].map(({ id }) => id));
    if (ids.size > 1) faults.push({ kind: 'duplicate', text: `${key} gave ${ids.size} verifications` });
    if (!named.has(key)) faults.push({ kind: 'promise', text: `${key} was never acknowledged` });
  }
  const asked = new Set(requests.map(({ customerId }) => customerId));
  const strays = rows.filter(({ customerId }) => !asked.has(customerId));
  return [...faults, ...strays.map(({ id }) => ({ kind: 'duplicate', text: `${id} was asked for by nobody` }))];
}
