import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, startScriptedVendor } from '../../../test/support/scripted-vendor.js';
import { addMilliseconds } from '../../platform/clock.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { REASONS } from '../reasons.js';
import { SandboxAdapter } from './sandbox.adapter.js';
import { startSandboxVendor, type SandboxVendor } from './sandbox.vendor.js';

const apiKey = 'canary-api-key';
const person = {
  given_name: 'Canary-Erika',
  family_name: 'Canary-Mustermann',
  date_of_birth: '1964-08-12',
  document_number: 'CANARY01X00T47',
  document_type: 'passport',
  issuing_country: 'DE',
};

describe('SandboxAdapter', () => {
  const clock = new ScriptedClock();
  const adapter = new SandboxAdapter({ clock, http: new FetchHttp() });
  let vendor: SandboxVendor;
  let checks = 0;
  beforeAll(async () => {
    vendor = await startSandboxVendor({ clock, apiKey });
  });
  afterAll(() => vendor.close());

  function checkOf(input: JsonObject): Check {
    checks += 1;
    const verificationId = `verification-${String(checks)}`;
    return { verificationId, verificationType: 'identity', checkType: 'document', input, reference: null };
  }

  function callOf(check: Check, change: Partial<Call> = {}): Call {
    const connection = { settings: { base_url: `${vendor.url}/` }, credentials: { api_key: apiKey } };
    return { connection, idempotencyKey: check.verificationId, signal: AbortSignal.timeout(5000), ...change };
  }

  /** As the core does it: a rejection becomes a pending observation. */
  async function start(check: Check, change?: Partial<Call>): Promise<Observation> {
    try {
      return await adapter.start(check, callOf(check, change));
    } catch (error) {
      return observationOfFault(error, clock.now());
    }
  }

  async function fetch(check: Check, reference: string | undefined): Promise<Observation> {
    const known = { ...check, reference: reference ?? null };
    try {
      return await adapter.fetch(known, callOf(known));
    } catch (error) {
      return observationOfFault(error, clock.now());
    }
  }

  const billed = (check: Check): number =>
    vendor.journal().filter((entry) => entry.kind === 'started' && entry.client_reference === check.verificationId)
      .length;

  it.each(REASONS.negative)('plays and reads every no: %s', async (reason) => {
    const observation = await start(checkOf({ scenario: `failed:${reason}` }));
    expect([observation.outcome, observation.reason, observation.providerCode]).toEqual([
      'failed',
      reason,
      reason.toUpperCase(),
    ]);
  });

  it('shows an allow-list of the answer and keeps the whole as evidence', async () => {
    const observation = await start(checkOf({ scenario: 'verified', ...person }));
    expect(observation.payload).toEqual({ status: 'approved', document_type: 'passport', issuing_country: 'DE' });
    expect(observation.answer).toMatchObject({ subject: person, link: null });
  });

  it("takes the vendor's decision time, sequence and end of the pass", async () => {
    const observation = await start(checkOf({ valid_days: 30 }));
    const now = clock.now();
    expect(observation).toMatchObject({
      providerTime: now,
      providerSequence: 1,
      expiresAt: addMilliseconds(now, 30 * 86_400_000),
    });
  });

  it.each([
    ['pending_then_verified', 'verified', 'identity_verified'],
    ['pending_then_failed', 'failed', 'provider_rejected'],
  ])('finds %s decided at the reading that was asked for', async (scenario, outcome, reason) => {
    const check = checkOf({ scenario, decide_after: 3 });
    const { reference } = await start(check);
    const seen = [await fetch(check, reference), await fetch(check, reference), await fetch(check, reference)];
    expect(seen.map((observation) => observation.outcome)).toEqual(['pending', 'pending', outcome]);
    expect(seen[2]).toMatchObject({ reason, providerSequence: 2 });
  });

  it.each([
    ['fault:500', 'provider_unavailable', 'outage', 0],
    ['fault:reset', 'network_error', 'timeout', 0],
    ['fault:garbage', 'provider_response_unrecognised', 'outage', 1],
    ['fault:html', 'provider_response_unrecognised', 'outage', 0],
    ['fault:truncated', 'network_error', 'timeout', 1],
    ['fault:lost_answer', 'network_error', 'timeout', 1],
    ['fault:unknown_status', 'provider_response_unrecognised', 'outage', 1],
    ['fault:wrong_echo', 'provider_response_mismatch', 'outage', 1],
    ['fault:throttle', 'provider_throttled', 'throttle', 0],
    ['fault:unauthorized', 'provider_auth_failed', 'operator', 0],
  ])('is pending after %s: %s', async (scenario, reason, retryClass, bills) => {
    const check = checkOf({ scenario });
    const observation = await start(check);
    expect(observation).toMatchObject({ outcome: 'pending', reason, retry: { class: retryClass } });
    expect(billed(check)).toBe(bills);
  });

  it('waits for a hanging vendor until its deadline, not longer', async () => {
    const check = checkOf({ scenario: 'fault:hang' });
    const observation = await start(check, { signal: AbortSignal.timeout(50) });
    expect(observation).toMatchObject({ outcome: 'pending', reason: 'provider_timeout', retry: { class: 'timeout' } });
  });

  it('hands over how long a throttling vendor asks to wait', async () => {
    expect((await start(checkOf({ scenario: 'fault:throttle' }))).retry).toEqual({
      class: 'throttle',
      afterMs: 30_000,
    });
  });

  it.each(['fault:lost_answer', 'fault:truncated', 'fault:garbage', 'fault:unknown_status', 'fault:wrong_echo'])(
    'finds the check whose answer went wrong by %s, billed once',
    async (scenario) => {
      const check = checkOf({ scenario, then: 'failed:document_fraud' });
      await start(check);
      const found = await adapter.findByOurReference(check, callOf(check));
      expect(found).toMatchObject({ outcome: 'failed', reason: 'document_fraud' });
      expect(billed(check)).toBe(1);
    },
  );

  it.each(['fault:lost_answer', 'fault:garbage'])('starts again after %s without a second bill', async (scenario) => {
    const check = checkOf({ scenario, fault_times: 2 });
    expect([await start(check), await start(check)].map(({ outcome }) => outcome)).toEqual(['pending', 'pending']);
    expect((await start(check)).outcome).toBe('verified');
    expect(billed(check)).toBe(1);
  });

  it('reads on after a fault in reading', async () => {
    const check = checkOf({ scenario: 'fault:500', fault_at: 'fetch', fault_times: 1 });
    const { reference, outcome } = await start(check);
    expect(outcome).toBe('verified');
    expect((await fetch(check, reference)).reason).toBe('provider_unavailable');
    expect((await fetch(check, reference)).outcome).toBe('verified');
  });

  it("does not take another check's answer for its own", async () => {
    const [one, other] = [checkOf({}), checkOf({})];
    const { reference } = await start(other);
    expect(await fetch(one, reference)).toMatchObject({ outcome: 'pending', reason: 'provider_response_mismatch' });
  });

  it('does not take another check of ours for the one with the reference', async () => {
    const check = checkOf({});
    const odd = await startScriptedVendor(answering(200, approved(check.verificationId)));
    const connection = { settings: { base_url: odd.url }, credentials: { api_key: apiKey } };
    const observation = await adapter.fetch({ ...check, reference: 'sbx_2' }, callOf(check, { connection }));
    await odd.close();
    expect(observation).toMatchObject({ outcome: 'pending', reason: 'provider_response_mismatch' });
  });

  it('says nothing about a check that the vendor has forgotten', async () => {
    const observation = await fetch(checkOf({}), 'sbx_0123456789abcdef01234567');
    expect(observation).toMatchObject({ outcome: 'pending', reason: 'provider_response_unrecognised' });
  });

  it('does not claim to have erased what the vendor does not know', async () => {
    const check = { ...checkOf({}), reference: 'sbx_0123456789abcdef01234567' };
    await expect(adapter.redact(check, callOf(check))).rejects.toMatchObject({
      reason: 'provider_response_unrecognised',
    });
  });

  it('gives a fresh page in place of the old one', async () => {
    const check = checkOf({ scenario: 'hosted' });
    const { reference, customerAction } = await start(check);
    const known = { ...check, reference: reference ?? null };
    const fresh = await adapter.customerAction(known, callOf(known));
    const statusOf = async (url = ''): Promise<number> => (await globalThis.fetch(url)).status;
    expect(fresh?.url).not.toBe(customerAction?.url);
    expect([await statusOf(customerAction?.url), await statusOf(fresh?.url)]).toEqual([404, 200]);
  });

  it.each([
    ['a status beside the known ones', { status: 'Approved' }, 'provider_response_unrecognised'],
    ['a decline without a code', { status: 'declined', code: null }, 'provider_response_unrecognised'],
    ['a decline with an unknown code', { status: 'declined', code: 'NEW_CODE' }, 'provider_response_unrecognised'],
    [
      'a positive code in a decline',
      { status: 'declined', code: 'IDENTITY_VERIFIED' },
      'provider_response_unrecognised',
    ],
    ['an impossible date', { decided_at: '2026-02-30T00:00:00.000000Z' }, 'provider_response_unrecognised'],
    ['an id in another form', { id: 'sbx_/../admin' }, 'provider_response_unrecognised'],
    ['a sequence that is no number', { sequence: '1' }, 'provider_response_unrecognised'],
    ['no echo', { client_reference: undefined }, 'provider_response_unrecognised'],
    ["somebody else's echo", { client_reference: 'other' }, 'provider_response_mismatch'],
    ['our echo in other letters', { client_reference: 'VERIFICATION-ECHO' }, 'provider_response_mismatch'],
  ])('leaves pending what comes with %s', async (_name, change, reason) => {
    const check = { ...checkOf({}), verificationId: 'verification-echo' };
    const odd = await startScriptedVendor(answering(200, { ...approved(check.verificationId), ...change }));
    const connection = { settings: { base_url: odd.url }, credentials: { api_key: apiKey } };
    const observation = await start(check, { connection });
    await odd.close();
    expect(observation).toMatchObject({ outcome: 'pending', reason, retry: { class: 'outage' } });
  });

  it('keeps free words of the vendor out of its code', async () => {
    const check = { ...checkOf({}), verificationId: 'verification-words' };
    const answer = { ...approved(check.verificationId), status: 'declined: Erika Mustermann is 12' };
    const odd = await startScriptedVendor(answering(200, answer));
    const observation = await start(check, {
      connection: { settings: { base_url: odd.url }, credentials: { api_key: apiKey } },
    });
    await odd.close();
    expect(observation.providerCode).toBeUndefined();
    expect(observation.answer).toEqual(answer);
  });
});

function approved(clientReference: string): JsonObject {
  return {
    ...{ id: 'sbx_1', client_reference: clientReference, status: 'approved', code: null, sequence: 1 },
    ...{ decided_at: '2026-11-22T09:00:00.000000Z', valid_until: null, subject: null, link: null },
  };
}
