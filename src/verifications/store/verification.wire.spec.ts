import fc from 'fast-check';
import { instantOfEpoch } from '../../platform/clock.js';
import { canonicalJson, type JsonObject } from '../../platform/json.js';
import { verificationOfWire, type WireFields, wireText } from './verification.wire.js';

const times = fc.tuple(fc.nat(253_402_300_799_999), fc.nat(999)).map(([ms, us]) => instantOfEpoch(ms, us));
const names = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,63}$/);
const words = fc.string({ unit: 'grapheme' });

const verifications: fc.Arbitrary<WireFields> = fc.record({
  actorId: words,
  checkType: names,
  createdAt: times,
  customerId: fc.uuid(),
  expiresAt: fc.option(times),
  id: fc.uuid(),
  lastCheckedAt: fc.option(times),
  organizationId: fc.uuid(),
  provider: names,
  providerReference: fc.option(words),
  reason: fc.option(words),
  resultPayloadText: fc.option(
    fc
      .dictionary(words, fc.jsonValue())
      .map((payload) => canonicalJson(JSON.parse(JSON.stringify(payload)) as JsonObject)),
  ),
  status: fc.constantFrom('pending', 'verified', 'failed', 'expired'),
  updatedAt: times,
  verificationType: names,
  verifiedAt: fc.option(times),
});

describe('the wire form', () => {
  it('is canonical JSON of exactly the 16 fields', () => {
    const law = fc.property(verifications, (verification) => {
      const text = wireText(verification);
      const read = JSON.parse(text) as JsonObject;
      expect(canonicalJson(read)).toBe(text);
      expect(Object.keys(read)).toHaveLength(16);
      expect(read).toMatchObject({
        ...{ actor_id: verification.actorId, reason: verification.reason, expires_at: verification.expiresAt },
        ...{ provider_reference: verification.providerReference, verified_at: verification.verifiedAt },
      });
    });
    fc.assert(law);
  });

  it('comes back byte for byte from what it was read into', () => {
    const law = fc.property(verifications, fc.boolean(), fc.nat(), (verification, livemode, version) => {
      const text = wireText(verification);
      const read = verificationOfWire(text, livemode, version);
      expect(wireText(read)).toBe(text);
      expect(read).toMatchObject({ livemode, version });
    });
    fc.assert(law);
  });
});
