/* global describe, it, expect */
import { hashOf } from './chain.mjs';
import { judge } from './oracle.mjs';

const TENANT = 'tenant';
const moment = (second) => `2026-11-22T09:30:${String(second).padStart(2, '0')}.000000Z`;
const of = (world, id) => world.rows.find((row) => row.id === id);

/** Appends an event to a world, hashed as the service does it. */
function append(
  world,
  { id, version, type = 'verification.status_changed', actor = 'provider:sandbox', from, data, ...more },
) {
  const sequence = world.events.length + 1;
  const header = JSON.stringify({
    ...{ actor_id: actor, applied: true, from_status: from, id: `event-${sequence}`, sequence },
    ...{ to_status: data.status, type, verification_id: id, version, ...more },
  });
  const event = {
    ...{ tenant: TENANT, sequence, id: `event-${sequence}`, verificationId: id, version, recordedAt: moment(sequence) },
    ...{ header, body: `{"data":${JSON.stringify(data)},"reason":null}`, salt: '0f'.repeat(16) },
  };
  world.events.push({ ...event, hash: hashOf(world.events.at(-1)?.hash ?? '00'.repeat(32), event) });
}

/** One request that went as it should: asked, started once, decided, acknowledged with the decision. */
function add(world, id, expected) {
  const dataOf = (status, reference) => ({ id, provider_reference: reference, status });
  const [customerId, key, check] = [`customer-${id}`, `key-${id}`, `sbx-${id}`];
  append(world, { id, version: 1, type: 'verification.created', from: null, data: dataOf('pending', null) });
  append(world, { id, version: 2, from: 'pending', data: dataOf(expected, check) });
  const data = dataOf(expected, check);
  world.requests.push({ key, customerId, expected });
  const told = { key, tenant: TENANT, id, version: 2, status: expected, dataText: JSON.stringify(data) };
  world.acknowledgements.push(told);
  world.replays.push({ ...told, replayed: true });
  world.records.push({ tenant: TENANT, key, verificationId: id, state: 'done', version: 2 });
  world.rows.push({
    ...{ tenant: TENANT, id, customerId, provider: 'sandbox', status: expected, awaiting: null, version: 2 },
    ...{ overridden: false, leased: false, lateMs: null, data },
  });
  world.starts.set(id, [id]);
  world.checks.set(id, { id: check, status: expected === 'verified' ? 'approved' : 'declined' });
}

function soundWorld() {
  const empty = { requests: [], acknowledgements: [], replays: [], rows: [], events: [], streams: [], records: [] };
  const world = { ...empty, starts: new Map(), checks: new Map() };
  for (const [id, expected] of [
    ['a', 'verified'],
    ['b', 'failed'],
    ['c', 'verified'],
  ])
    add(world, id, expected);
  return ended(world);
}

function ended(world) {
  world.streams = [{ tenant: TENANT, sequence: world.events.length, hash: world.events.at(-1).hash }];
  return world;
}

/** The world with the events that `change` leaves, numbered and hashed anew: only the story is wrong, not the chain. */
function retold(world, change) {
  const events = world.events.map((event) => ({ ...JSON.parse(event.header), data: JSON.parse(event.body).data }));
  const again = { ...world, events: [] };
  for (const {
    id: _id,
    sequence: _sequence,
    verification_id: id,
    actor_id: actor,
    from_status: from,
    ...rest
  } of change(events)) {
    append(again, { id, actor, from, ...rest });
  }
  return ended(again);
}

const RUINED = [
  ['a lost row', 'lost', (world) => ({ ...world, rows: world.rows.filter(({ id }) => id !== 'b') })],
  ['a row of another tenant', 'lost', (world) => (Object.assign(of(world, 'b'), { tenant: 'stranger' }), world)],
  ['a check that is stored nowhere', 'lost', (world) => (world.starts.set('nobody', ['nobody']), world)],
  ['a doubled start', 'billed_twice', (world) => (world.starts.set('b', ['b', 'b:again']), world)],
  ['a start that never was', 'status', (world) => (world.checks.delete('b'), world)],
  [
    'a status that is not the vendor’s',
    'status',
    (world) => (world.checks.set('b', { id: 'sbx-b', status: 'approved' }), world),
  ],
  [
    'the reference of another check',
    'status',
    (world) => (world.checks.set('b', { id: 'sbx-x', status: 'declined' }), world),
  ],
  ['a decision that nobody asked for', 'status', (world) => ((world.requests[1].expected = 'verified'), world)],
  [
    'a key with two verifications',
    'duplicate',
    (world) => (add(world, 'd', 'verified'), (of(world, 'd').customerId = 'customer-b'), ended(world)),
  ],
  [
    'a verification that nobody asked for',
    'duplicate',
    (world) => (add(world, 'd', 'verified'), world.requests.pop(), ended(world)),
  ],
  ['a key that is bound to another', 'duplicate', (world) => ((world.records[1].verificationId = 'a'), world)],
  ['a record that is still open', 'promise', (world) => ((world.records[1].state = 'in_progress'), world)],
  ['no record', 'promise', (world) => (world.records.splice(1, 1), world)],
  ['a request that was never answered', 'promise', (world) => (world.acknowledgements.splice(1, 1), world)],
  ['an answer that never was true', 'promise', (world) => ((world.acknowledgements[1].dataText = '{"id":"b"}'), world)],
  ['an answer of a version to come', 'promise', (world) => ((world.acknowledgements[1].version = 3), world)],
  [
    'a status that the answer cannot lead to',
    'promise',
    (world) => ((world.acknowledgements[0].status = 'pending'), (of(world, 'a').status = 'gone'), world),
  ],
  ['a replay of another verification', 'duplicate', (world) => ((world.replays[1].id = 'a'), world)],
  ['a replay that was done anew', 'duplicate', (world) => ((world.replays[1].replayed = false), world)],
  ['a replay that says something else', 'promise', (world) => ((world.replays[1].dataText = '{"id":"b"}'), world)],
  ['a replay of another version than recorded', 'promise', (world) => ((world.records[1].version = 1), world)],
  ['a request that is not answered again', 'promise', (world) => (world.replays.pop(), world)],
  [
    'a missing first event',
    'history',
    (world) =>
      retold(world, (events) =>
        events.filter(({ type, verification_id: id }) => id !== 'b' || type !== 'verification.created'),
      ),
  ],
  ['two first events', 'history', (world) => retold(world, (events) => [...events.slice(0, 1), ...events])],
  ['a missing last event', 'history', (world) => retold(world, (events) => events.slice(0, -1))],
  ['a version left out', 'history', (world) => ((of(world, 'b').version = 3), world)],
  [
    'a row that differs from its last event',
    'history',
    (world) => ((of(world, 'b').data = { ...of(world, 'b').data, reason: 'x' }), world),
  ],
  [
    'a move that the lifecycle does not know',
    'history',
    (world) =>
      retold(world, (events) =>
        events.map((event) => (event.version === 2 ? { ...event, actor_id: 'system:expiry' } : event)),
      ),
  ],
  [
    'a move from where it was not',
    'history',
    (world) =>
      retold(world, (events) =>
        events.map((event) => (event.version === 2 ? { ...event, from_status: 'failed' } : event)),
      ),
  ],
  [
    'a move by what was not applied',
    'history',
    (world) =>
      retold(world, (events) => events.map((event) => (event.version === 2 ? { ...event, applied: false } : event))),
  ],
  [
    'events of nobody',
    'history',
    (world) => (
      append(world, { id: 'z', version: 1, type: 'verification.created', from: null, data: { status: 'pending' } }),
      ended(world)
    ),
  ],
  ['a missing event', 'chain', (world) => (world.events.splice(2, 1), world)],
  [
    'a changed word',
    'chain',
    (world) => ((world.events[3].body = world.events[3].body.replace('failed', 'verified')), world),
  ],
  [
    'a changed header',
    'chain',
    (world) => ((world.events[3].header = world.events[3].header.replace('true', 'false')), world),
  ],
  ['a stream that ends elsewhere', 'chain', (world) => ((world.streams[0].sequence = 99), world)],
  ['a stream that is gone', 'chain', (world) => ({ ...world, streams: [] })],
  ['time that runs back', 'chain', (world) => ((world.events[4].recordedAt = moment(1)), world)],
  ['a column that says something else than the header', 'chain', (world) => ((world.events[4].version = 7), world)],
  ['a row that somebody still holds', 'stuck', (world) => ((of(world, 'b').leased = true), world)],
  ['work that nobody does', 'stuck', (world) => ((of(world, 'b').lateMs = 60_000), world)],
  ['a wait without an end', 'stuck', (world) => ((of(world, 'b').status = 'pending'), world)],
];

describe('the oracle', () => {
  it('finds nothing wrong with a world in which all agree', () => {
    expect(judge(soundWorld())).toEqual([]);
    expect(judge(retold(soundWorld(), (events) => events))).toEqual([]);
  });

  it.each(RUINED)('finds %s (%s)', (_, kind, ruin) => {
    expect(judge(ruin(soundWorld())).map((fault) => fault.kind)).toContain(kind);
  });
});
