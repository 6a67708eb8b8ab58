import { instant } from '../../../src/platform/clock.js';
import type { Observation } from '../../../src/providers/observation.js';
import type { Check } from '../../../src/providers/provider-adapter.js';
import { PENDING_REASONS, REASONS, type Reason } from '../../../src/providers/reasons.js';
import type { ContractBench, ContractCase } from './contract-bench.js';

/** Time that runs out at the provider's; the other codes of this group are for the core alone. */
const PROVIDER_TIME: readonly Reason[] = ['session_expired', 'cancelled', 'pass_outlived', 'lei_lapsed', 'abandoned'];
const GROUPS: Readonly<Record<Exclude<Observation['outcome'], 'pending'>, readonly Reason[]>> = {
  verified: REASONS.positive,
  failed: REASONS.negative,
  expired: [...PROVIDER_TIME, 'document_expired'],
};

/** What an adapter makes of good answers. */
export function describeAnswers(bench: ContractBench): void {
  describe.each(bench.contract.cases.map((row) => [row.name, row] as const))('observes %s', (_name, row) => {
    describeCase(bench, row);
  });
  describeManyChecks(bench);
}

function describeCase(bench: ContractBench, row: ContractCase): void {
  const { adapter, contract } = bench;
  const started = async (): Promise<{ check: Check; observation: Observation }> => {
    const check = bench.checkOf(row);
    const observation = await adapter.start(check, bench.callOf(check));
    return { check: { ...check, reference: observation.reference ?? null }, observation };
  };

  it('with the outcome and reason that it stands for', async () => {
    const { observation } = await started();
    expect([observation.outcome, observation.reason]).toEqual([row.outcome, row.reason]);
    expect(observation.leavesOpen).toBe(row.leavesOpen);
  });

  it('in an observation that keeps its rules', async () => {
    const { check, observation } = await started();
    expectWellFormed(bench, observation);
    if (contract.referenceIsOurs !== true) expect(observation.reference).not.toBe(check.verificationId);
  });

  it('without private values, links or our credentials in what is shown', async () => {
    const { observation } = await started();
    const { answer: _evidence, customerAction, ...shown } = observation;
    const secrets = [...(row.privateValues ?? []), ...Object.values(bench.vendor.connection.credentials)];
    for (const secret of secrets) expect(JSON.stringify(shown)).not.toContain(secret);
    if (customerAction !== undefined)
      expect(JSON.stringify(observation.answer ?? null)).not.toContain(customerAction.url);
    expect(JSON.stringify(observation.payload ?? {})).not.toMatch(/https?:\/\//);
  });

  it('alike when the same start is repeated', async () => {
    if (!adapter.capabilities.idempotentStart) return;
    const { check, observation } = await started();
    const again = await adapter.start({ ...check, reference: null }, bench.callOf(check));
    expect([again.outcome, again.reference]).toEqual([observation.outcome, observation.reference]);
    if (bench.vendor.billed) expect(bench.vendor.billed(check.verificationId)).toBe(1);
  });

  it('alike when the same start is asked five times at once', async () => {
    if (!adapter.capabilities.idempotentStart) return;
    const check = bench.checkOf(row);
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => adapter.start(check, bench.callOf(check))));
    expect(new Set(all.map(({ outcome, reference }) => `${outcome} ${String(reference)}`)).size).toBe(1);
    if (bench.vendor.billed) expect(bench.vendor.billed(check.verificationId)).toBe(1);
  });

  it('again when it is fetched', async () => {
    if (adapter.fetch === undefined) return;
    const { check, observation } = await started();
    const fetched = await adapter.fetch(check, bench.callOf(check));
    expectWellFormed(bench, fetched);
    expect([fetched.outcome, fetched.reason, fetched.reference]).toEqual([
      row.outcome,
      row.reason,
      observation.reference,
    ]);
    expect(fetched.providerTime).toBe(observation.providerTime);
  });

  it('again when it is found by our reference', async () => {
    if (adapter.findByOurReference === undefined) return;
    const { check, observation } = await started();
    const found = await adapter.findByOurReference({ ...check, reference: null }, bench.callOf(check));
    expect(found).not.toBeNull();
    if (found === null) return;
    expectWellFormed(bench, found);
    expect([found.outcome, found.reference]).toEqual([row.outcome, observation.reference]);
  });

  it('with an observation time of its own at each asking', async () => {
    const { observation } = await started();
    bench.clock.advance(1000);
    const { observation: later } = await started();
    expect(later.observedAt > observation.observedAt).toBe(true);
  });

  it(`and ${row.redirects === true ? 'sends the customer to a page' : 'leaves the customer alone'}`, async () => {
    const { check, observation } = await started();
    expect(observation.customerAction !== undefined).toBe(row.redirects === true);
    if (adapter.customerAction === undefined) return;
    const fresh = await adapter.customerAction(check, bench.callOf(check));
    expect(fresh !== null).toBe(row.redirects === true);
    if (fresh === null) return;
    expect(fresh.url).toMatch(/^https?:\/\//);
    if (fresh.expiresAt !== null) expect(instant(fresh.expiresAt) > bench.clock.now()).toBe(true);
  });

  it(`and ${row.endedByErasure === undefined ? 'keeps it' : 'ends'} when the vendor erases the person`, async () => {
    if (adapter.redact === undefined || adapter.fetch === undefined) return;
    const { check } = await started();
    expect(await adapter.redact(check, bench.callOf(check))).toBe(adapter.capabilities.redact);
    const after = await adapter.fetch(check, bench.callOf(check));
    const { outcome, reason } = row.endedByErasure ?? row;
    expect([after.outcome, after.reason]).toEqual([outcome, reason]);
    if (adapter.capabilities.fetch === 'rerun') return;
    for (const value of row.privateValues ?? []) expect(JSON.stringify(after)).not.toContain(value);
  });

  it('settles at once when the deadline has passed already, without a start that somebody pays', async () => {
    const check = bench.checkOf(row);
    const asked = adapter.start(check, bench.callOf(check, { signal: AbortSignal.abort() }));
    expect(await soon(asked.catch((error: unknown) => error))).not.toBe(TOO_LATE);
    if (bench.vendor.billed) expect(bench.vendor.billed(check.verificationId)).toBe(0);
  });
}

function describeManyChecks(bench: ContractBench): void {
  const { adapter, contract } = bench;

  it('mixes nothing up when all its cases run at once, three times over', async () => {
    const rows = [...contract.cases, ...contract.cases, ...contract.cases];
    const checks = rows.map((row) => bench.checkOf(row));
    const seen = await Promise.all(checks.map((check) => adapter.start(check, bench.callOf(check))));
    expect(seen.map(({ outcome, reason }) => [outcome, reason])).toEqual(
      rows.map(({ outcome, reason }) => [outcome, reason]),
    );
    const references = seen.flatMap(({ reference }) => reference ?? []);
    if (contract.referenceIsSubjects !== true) expect(new Set(references).size).toBe(references.length);
  });

  it('knows nothing of a check that it never got', async () => {
    if (adapter.findByOurReference === undefined) return;
    for (const row of contract.cases.slice(0, 1)) {
      const check = bench.checkOf(row);
      expect(await adapter.findByOurReference(check, bench.callOf(check))).toBeNull();
    }
  });

  it('answers the same from a second instance, so nothing is kept in the first', async () => {
    for (const row of contract.cases.slice(0, 3)) {
      const check = bench.checkOf(row);
      const first = await adapter.start(check, bench.callOf(check));
      if (adapter.fetch === undefined || first.reference === undefined) continue;
      const again = await adapter.fetch({ ...check, reference: first.reference }, bench.callOf(check));
      expect(again.outcome).toBe(row.outcome);
    }
  });
}

/** The rules that hold for every observation, whatever it says. */
export function expectWellFormed({ clock }: ContractBench, observation: Observation): void {
  const { outcome, reason, observedAt, providerTime, expiresAt, providerSequence, retry } = observation;
  if (outcome === 'pending')
    expect([reason === null || PENDING_REASONS.has(reason), providerTime]).toEqual([true, undefined]);
  else expect(GROUPS[outcome]).toContain(reason);
  if (outcome !== 'pending')
    expect([observation.awaiting, retry, observation.customerAction]).toEqual([undefined, undefined, undefined]);
  // A pass that our side ends at the vendor would be none, and of what waits nothing is decided.
  if (observation.leavesOpen !== undefined) expect(['failed', 'expired']).toContain(outcome);
  expect(observedAt).toBe(clock.now());
  for (const time of [providerTime, expiresAt]) if (time !== undefined) expect(instant(time)).toBe(time);
  if (expiresAt !== undefined && providerTime !== undefined) expect(expiresAt >= providerTime).toBe(true);
  if (providerSequence !== undefined) expect(Number.isSafeInteger(providerSequence)).toBe(true);
  if (retry?.afterMs !== undefined) expect(retry.afterMs >= 0 && Number.isFinite(retry.afterMs)).toBe(true);
  expect(observation.reference).not.toBe('');
  expect(observation.providerCode ?? 'x').toMatch(/^[\x21-\x7e]{1,64}$/);
  // What cannot become JSON and come back cannot become a row or evidence.
  expect(JSON.parse(JSON.stringify(observation))).toEqual(observation);
  expect(Object.values(observation)).not.toContain(undefined);
  expect(JSON.stringify(observation.payload ?? {}).length).toBeLessThan(8192);
}

/** What stands for a promise that was not settled in time. */
export const TOO_LATE = Symbol('too late');

/** What a promise gives within a second; {@link TOO_LATE} afterwards. */
export function soon(promise: Promise<unknown>): Promise<unknown> {
  const late = new Promise((resolve) => setTimeout(resolve, 1000, TOO_LATE).unref());
  return Promise.race([promise, late]);
}
