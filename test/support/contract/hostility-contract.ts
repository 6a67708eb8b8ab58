import { HttpFault } from '../../../src/platform/http.js';
import { observationOfFault, ProviderFault } from '../../../src/providers/fault-observation.js';
import type { Observation } from '../../../src/providers/observation.js';
import type { Call, Check } from '../../../src/providers/provider-adapter.js';
import { REASONS, type Reason } from '../../../src/providers/reasons.js';
import { expectWellFormed, soon, TOO_LATE } from './answers-contract.js';
import type { ContractBench, ContractNetwork } from './contract-bench.js';
import { HANGING_ANSWERS, HOSTILE_ANSWERS, startScriptedVendor, type ScriptedVendor } from '../scripted-vendor.js';

const FAULT_REASONS: ReadonlySet<Reason | null> = new Set<Reason>([...REASONS.transient, ...REASONS.operator]);

type Asked = 'start' | 'fetch' | 'findByOurReference' | 'customerAction' | 'cancel' | 'redact' | 'probe';
const QUESTIONS: readonly Asked[] = [
  ...(['start', 'fetch', 'findByOurReference', 'customerAction', 'cancel', 'redact', 'probe'] as const),
];

/** What an adapter makes of a vendor on a bad day: never a decision, never "not found", never another error. */
export function describeHostility(bench: ContractBench, network: ContractNetwork): void {
  const { adapter, contract } = bench;
  const [row] = contract.cases;
  if (row === undefined) throw new Error('a contract needs a case');
  const questions = QUESTIONS.filter((question) => adapter[question] !== undefined);
  const checkFor = (question: Asked): Check => {
    const reference = question === 'start' || question === 'findByOurReference' ? null : network.reference;
    // Of some checks the adapter knows without asking that there is no way to end them.
    const open = contract.cases.find(({ name }) => question === 'cancel' && name === network.cancel?.open);
    return { ...bench.checkOf(open ?? row), reference };
  };
  const secrets = [
    ...(row.privateValues ?? []),
    ...Object.values(network.connectionTo('http://x.invalid').credentials),
  ];

  describe.each(HOSTILE_ANSWERS)('takes %s for a fault', (_name, script) => {
    let hostile: ScriptedVendor;
    beforeAll(async () => {
      hostile = await startScriptedVendor(script);
    });
    afterAll(() => hostile.close());

    it.each(questions)('of %s', async (question) => {
      const check = checkFor(question);
      const call = bench.callOf(check, { connection: network.connectionTo(hostile.url) });
      const outcome = await outcomeOf(ask(bench, question, check, call));
      expectFault(bench, question, outcome, secrets);
      expect(hostile.requests.join()).not.toContain('/followed');
    });
  });

  describe.each(HANGING_ANSWERS)('gives up at its deadline on %s', (_name, script) => {
    it.each(questions)('to %s', async (question) => {
      const hostile = await startScriptedVendor(script);
      const check = checkFor(question);
      const deadline = new AbortController();
      const call = bench.callOf(check, { connection: network.connectionTo(hostile.url), signal: deadline.signal });
      const arrived = hostile.nextRequest();
      const asked = outcomeOf(ask(bench, question, check, call));
      await arrived;
      deadline.abort();
      const settled = await soon(asked);
      await hostile.close();
      expect(settled).not.toBe(TOO_LATE);
      const outcome = await asked;
      expectFault(bench, question, outcome, secrets);
      expect(reasonOf(bench, outcome)).toBe('provider_timeout');
    });
  });

  const refused = contract.refusedReason ?? 'provider_unavailable';
  it.each(questions)(`finds ${refused} where nobody listens, asked for %s`, async (question) => {
    const gone = await startScriptedVendor(() => undefined);
    await gone.close();
    const check = checkFor(question);
    const outcome = await outcomeOf(
      ask(bench, question, check, bench.callOf(check, { connection: network.connectionTo(gone.url) })),
    );
    expectFault(bench, question, outcome, secrets);
    expect(reasonOf(bench, outcome)).toBe(refused);
  });

  describe.each(network.incomplete)('needs an operator without %s', (_lacking, connection) => {
    it.each(questions)('for %s', async (question) => {
      const check = checkFor(question);
      const outcome = await outcomeOf(ask(bench, question, check, bench.callOf(check, { connection })));
      expectFault(bench, question, outcome, secrets);
      expect(reasonOf(bench, outcome)).toBe('provider_not_configured');
    });
  });

  it('sends one request for one question: repeating is not its business', async () => {
    for (const question of questions) {
      const down = await startScriptedVendor((response) => response.writeHead(503).end());
      const check = checkFor(question);
      await outcomeOf(ask(bench, question, check, bench.callOf(check, { connection: network.connectionTo(down.url) })));
      await down.close();
      expect(down.requests.length).toBe(1);
    }
  });

  it(`puts ${contract.privateInUrl === undefined ? 'nothing private' : 'no credentials'} into a URL`, async () => {
    const down = await startScriptedVendor((response) => response.writeHead(503).end());
    for (const question of questions) {
      const check = checkFor(question);
      await outcomeOf(ask(bench, question, check, bench.callOf(check, { connection: network.connectionTo(down.url) })));
    }
    await down.close();
    const { requests = [] } = bench.vendor;
    const asked = [...down.requests, ...requests.map(({ target }) => target)];
    const urls = asked.map((url) => decodeURIComponent(url)).join();
    const seen = secrets.filter((secret) => urls.includes(secret));
    if (contract.privateInUrl === undefined) expect(seen).toEqual([]);
    else expect(seen).toEqual(row.privateValues);
  });
}

type Outcome = { readonly given: unknown } | { readonly thrown: unknown };

async function outcomeOf(asked: Promise<unknown>): Promise<Outcome> {
  try {
    return { given: await asked };
  } catch (thrown) {
    return { thrown };
  }
}

function ask({ adapter }: ContractBench, question: Asked, check: Check, call: Call): Promise<unknown> {
  if (question === 'probe') return adapter.probe?.(call) ?? Promise.reject(new Error('no probe'));
  return adapter[question]?.(check, call) ?? Promise.reject(new Error(`no ${question}`));
}

function expectFault(bench: ContractBench, question: Asked, outcome: Outcome, secrets: readonly string[]): void {
  if ('thrown' in outcome) {
    expect(outcome.thrown instanceof HttpFault || outcome.thrown instanceof ProviderFault).toBe(true);
    const { message, stack = '' } = outcome.thrown as Error;
    for (const secret of secrets) expect(`${message} ${stack}`).not.toContain(secret);
  } else {
    // Only these two have an observation to say it in; elsewhere a value would be taken for an answer.
    expect(['start', 'fetch']).toContain(question);
    const observation = outcome.given as Observation;
    expect(observation.outcome).toBe('pending');
    expect(observation.retry).toBeDefined();
    expectWellFormed(bench, observation);
  }
  expect(FAULT_REASONS).toContain(reasonOf(bench, outcome));
}

function reasonOf({ clock }: ContractBench, outcome: Outcome): Reason | null {
  if ('given' in outcome) return (outcome.given as Observation).reason;
  return observationOfFault(outcome.thrown, clock.now()).reason;
}
