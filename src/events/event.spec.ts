import fc from 'fast-check';
import { instantOfEpoch } from '../platform/clock.js';
import { canonicalJson, type JsonObject } from '../platform/json.js';
import { bodyText, EVENT_TYPES, EVENT_VALUES, eventValues, headerParts, type NewEvent } from './event.js';

const times = fc.tuple(fc.nat(253_402_300_799_999), fc.nat(999)).map(([ms, us]) => instantOfEpoch(ms, us));
const statuses = fc.constantFrom('pending', 'verified', 'failed', 'expired');

const events: fc.Arbitrary<NewEvent> = fc.record({
  id: fc.uuid(),
  type: fc.constantFrom(...EVENT_TYPES),
  verificationId: fc.uuid(),
  version: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  actorId: fc.string({ unit: 'grapheme' }).map((text) => `user:${text}`),
  occurredAt: times,
  fromStatus: fc.option(statuses),
  toStatus: statuses,
  reason: fc.option(fc.string({ unit: 'grapheme' })),
  applied: fc.boolean(),
  data: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()).map((data) => canonicalJson(data as JsonObject)),
});

describe('an event', () => {
  it('has a header and a body that are canonical JSON, whatever it is about', () => {
    const law = fc.property(
      events,
      times,
      fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
      (event, recordedAt, sequence) => {
        const { head, tail } = headerParts(event);
        const header = `${head}${recordedAt}","sequence":${String(sequence)}${tail}`;
        const read = JSON.parse(header) as JsonObject;
        expect(canonicalJson(read)).toBe(header);
        expect(read).toEqual({
          ...{ actor_id: event.actorId, applied: event.applied, from_status: event.fromStatus, id: event.id },
          ...{ occurred_at: event.occurredAt, recorded_at: recordedAt, sequence: Number(sequence) },
          ...{
            to_status: event.toStatus,
            type: event.type,
            verification_id: event.verificationId,
            version: event.version,
          },
        });
        const body = bodyText(event);
        expect(canonicalJson(JSON.parse(body) as JsonObject)).toBe(body);
      },
    );
    fc.assert(law);
  });

  it('never says in its header what redaction must reach', () => {
    const free = 'words of a person';
    const [event] = fc.sample(events, 1) as [NewEvent];
    const { head, tail } = headerParts({ ...event, reason: free, data: JSON.stringify({ reason: free }) });
    expect(head + tail).not.toContain(free);
  });

  it('has a salt of its own', () => {
    const [event] = fc.sample(events, 1) as [NewEvent];
    const salts = Array.from({ length: 100 }, () => eventValues(event).at(-1) as Buffer);
    expect(new Set(salts.map((salt) => salt.toString('hex'))).size).toBe(100);
    expect(salts.every((salt) => salt.length === 16)).toBe(true);
    expect(eventValues(event)).toHaveLength(EVENT_VALUES);
  });
});
