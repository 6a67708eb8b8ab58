import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, HOSTILE_ANSWERS } from '../../../test/support/scripted-vendor.js';
import { startViesVendor, type ViesVendor } from '../../../test/vendors/vies/vies.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import { REASONS } from '../reasons.js';
import { ViesAdapter } from './vies.adapter.js';
import { VIES_CONNECTION } from './vies.connection.js';

const clock = new ScriptedClock('2026-01-31T00:00:00.000000Z');
const adapter = new ViesAdapter({ clock, http: new FetchHttp() });
const number = 'DE143454214';
let vendor: ViesVendor;

beforeAll(async () => {
  vendor = await startViesVendor();
});
afterAll(() => vendor.close());

function ask({ settings }: { readonly settings: JsonObject }): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'business_entity',
    checkType: 'vat_number',
    input: { vat_number: number },
    reference: null,
  };
  const connection = { settings: { base_url: vendor.url, ...settings }, credentials: {} };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

describe("the organization's own number", () => {
  const settings = { requester_country: 'PL', requester_vat: 'PL 774-000-14-54' };
  beforeEach(() => {
    vendor.put(number);
  });

  it('gives a consultation number, another one each time', async () => {
    vendor.put('PL7740001454');
    const [one, other] = [await ask({ settings }), await ask({ settings })];
    expect(one).toMatchObject({
      outcome: 'verified',
      reference: expect.stringMatching(/^WAPI\w{12}$/) as unknown,
      payload: { requester: 'accepted', consultation_number: 'issued' },
    });
    expect(other.reference).not.toBe(one.reference);
    expect(one.answer).toMatchObject({
      question: { requesterMemberStateCode: 'PL', requesterNumber: '7740001454' },
      answer: { requestIdentifier: one.reference },
    });
  });

  it.each([
    ['verified', 'vat_registered', {}],
    ['failed', 'vat_not_registered', { valid: false }],
    ['pending', 'member_state_unavailable', { errors: ['MS_UNAVAILABLE'] }],
  ])('is left out where it is refused: %s all the same', async (outcome, reason, entry) => {
    vendor.put('PL7740001454', { valid: false });
    vendor.put(number, entry);
    const before = vendor.requests.length;
    const { payload, reference, ...said } = await ask({ settings });
    expect(said).toMatchObject({ outcome, reason });
    expect(reference).toBeUndefined();
    if (outcome !== 'pending') expect(payload).toMatchObject({ requester: 'rejected', consultation_number: 'missing' });
    const asked = vendor.requests.slice(before).map(({ json }) => Object.keys(json as JsonObject));
    expect(asked).toEqual([
      ['countryCode', 'vatNumber', 'requesterMemberStateCode', 'requesterNumber'],
      ['countryCode', 'vatNumber'],
    ]);
  });

  it.each(HOSTILE_ANSWERS)('says nothing about the subject when it is asked again: %s', async (_name, script) => {
    const errorWrappers = [{ error: 'INVALID_REQUESTER_INFO' }];
    vendor.misbehave(answering(200, { actionSucceed: false, errorWrappers }));
    vendor.misbehave(script);
    const observation = await ask({ settings }).catch((error: unknown) => observationOfFault(error, clock.now()));
    expect(observation.outcome).toBe('pending');
    expect([...REASONS.transient, ...REASONS.operator]).toContain(observation.reason);
  });
});

describe("a number of the organization's that can be none", () => {
  const own = (requester_country: string, requester_vat: string, environment: string) => ({
    requester_country,
    requester_vat,
    environment,
  });

  it.each([
    ['too short', own('DE', '12', 'live'), false],
    ['of another country', own('PL', 'DE143454214', 'live'), false],
    ['of Greece, in either way', own('GR', 'EL 12345678', 'live'), true],
    ['of the test service, live', own('DE', '100', 'live'), false],
    ['of the test service', own('DE', '100', 'sandbox'), true],
  ])('is told before anybody is asked about: %s', (_name, settings, isTaken) => {
    expect(VIES_CONNECTION.settings.safeParse(settings).success).toBe(isTaken);
  });

  it.each(['INVALID_INPUT', 'VOW-ERR-2600'])('is not charged to the one that is asked about: %s', async (error) => {
    vendor.put(number);
    vendor.misbehave(answering(200, { actionSucceed: false, errorWrappers: [{ error }] }));
    const settings = { requester_country: 'PL', requester_vat: '7740001454' };
    expect(await ask({ settings })).toMatchObject({ outcome: 'verified', payload: { requester: 'rejected' } });
  });
});
