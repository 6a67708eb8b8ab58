import type { PlayedVendor } from '../../vendors/played-vendor.js';
import { dumpOf } from '../database-dump.js';
import { pathOf, refusalOf } from '../verification-requests.js';
import { type Begun, HostedBench, type HostedVendor, type Shown } from './hosted-bench.js';
import { describeHostedSecrecySuite, type HostedSecrets } from './hosted-secrecy-suite.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** How a hosted vendor differs from others. */
export interface HostedFlow<V extends PlayedVendor> extends HostedVendor<V>, HostedSecrets {
  /** The request that begins a check, as method and path; its answer holds the reference at `referenceAt`. */
  readonly begins: RegExp;
  readonly referenceAt?: readonly string[];
  /** What the address of the page looks like. */
  readonly page: RegExp;
  /** A page that is asked for later: another, the same, or none. */
  readonly pageLater: 'fresh' | 'same' | 'none';
  /** The reason of a pass; `identity_verified` unless told. */
  readonly passes?: string;
  /** The reason of a pass that the vendor takes back later; null: it never does. */
  readonly takenBack: string | null;
  /** How many checks the vendor has for that verification. */
  billed(vendor: V, verificationId: string): number;
}

/** The flow of a hosted vendor, through HTTP: from create to the end, whatever becomes of callbacks and answers. */
export function describeHostedSuite<V extends PlayedVendor>(name: string, flow: HostedFlow<V>): void {
  describe(name, () => {
    let bench: HostedBench<V>;
    const on = (): HostedBench<V> => bench;
    beforeAll(async () => {
      bench = await HostedBench.start(flow);
    });
    afterAll(() => bench.close());
    // What the vendor's own limit lets through in a minute is enough for each of these.
    // What earlier checks are asked about may have spent what a vendor answers at once.
    beforeEach(async () => {
      await bench.later(MINUTE);
      bench.app.clock.advance(MINUTE);
    });
    decisions(on, flow);
    answersOnTheWay(on, flow);
    pages(on, flow);
    describeHostedSecrecySuite(on, flow);
  });
}

type On<V extends PlayedVendor> = () => HostedBench<V>;

function referenceOf({ provider_reference }: Shown): string {
  return String(provider_reference);
}

function decisions<V extends PlayedVendor>(on: On<V>, flow: HostedFlow<V>): void {
  const { page, passes = 'identity_verified', takenBack } = flow;
  it('goes from the page by callback to verified, and where the vendor takes that back, to failed', async () => {
    const { data, customer_action: action } = await on().create();
    expect(data).toMatchObject({ status: 'pending', reason: 'awaiting_customer' });
    expect(action?.url).toMatch(page);
    on().decide(referenceOf(data), 'approved');
    expect(await on().callBack(referenceOf(data))).toBe(200);
    await on().later(0);
    expect(await on().read(data)).toMatchObject({ status: 'verified', reason: passes });
    if (takenBack === null) return;
    await on().later(DAY);
    on().decide(referenceOf(data), 'declined');
    expect(await on().callBack(referenceOf(data))).toBe(200);
    await on().later(2 * SECOND);
    expect(await on().read(data)).toMatchObject({ status: 'failed', reason: takenBack });
    expect(await on().statuses(data)).toEqual(['pending', 'verified', 'failed']);
  });

  it('is asked about where its callback is forged, and the genuine one lost', async () => {
    const { data } = await on().create();
    on().decide(referenceOf(data), 'approved');
    expect(await on().callBack(referenceOf(data), true)).toBe(401);
    await on().later(0);
    expect(await on().read(data)).toMatchObject({ status: 'pending' });
    for (let hours = 0; hours < 24 && (await on().read(data))['status'] === 'pending'; hours += 1) {
      await on().later(60 * MINUTE);
    }
    expect(await on().statuses(data)).toEqual(['pending', 'verified']);
  });
}

function answersOnTheWay<V extends PlayedVendor>(on: On<V>, flow: HostedFlow<V>): void {
  const { begins, referenceAt = ['id'], billed } = flow;
  /** Begins a check whose callback, decided already, comes before the answer to the start. */
  const overtaken = async (then: 'arrives' | 'lost'): Promise<Begun> => {
    const heard: number[] = [];
    on().relay.holdNext(begins, async (answer) => {
      const reference = referenceAt.reduce<unknown>((at, step) => (at as Shown)[step], JSON.parse(answer)) as string;
      on().decide(reference, 'approved');
      heard.push(await on().callBack(reference));
      return then;
    });
    const begun = await on().create();
    expect(heard).toEqual([200]);
    return begun;
  };

  it('is verified by a callback that overtakes the answer to the start', async () => {
    const { data } = await overtaken('arrives');
    await on().later(2 * SECOND);
    expect(await on().read(data)).toMatchObject({ status: 'verified' });
    expect(billed(on().vendor, String(data['id']))).toBe(1);
  });

  it('is verified by the callback of a start whose answer is lost, and was begun once', async () => {
    const { data } = await overtaken('lost');
    expect(data).toMatchObject({ status: 'pending', provider_reference: null });
    await on().later(2 * SECOND);
    expect(await on().read(data)).toMatchObject({ status: 'verified' });
    expect(billed(on().vendor, String(data['id']))).toBe(1);
  });

  it('is begun once where the answer to the start is lost and no callback comes: found again, or left alone', async () => {
    on().relay.holdNext(begins, () => Promise.resolve('lost'));
    const { data } = await on().create();
    expect(data).toMatchObject({ status: 'pending', provider_reference: null });
    for (let hours = 0; hours < 12; hours += 1) await on().later(60 * MINUTE);
    expect(billed(on().vendor, String(data['id']))).toBe(1);
    const found = await on().read(data);
    expect(found['reason']).toBe(on().finds ? 'awaiting_customer' : 'start_outcome_unknown');
    expect(found['provider_reference'] !== null).toBe(on().finds);
  });
}

function pages<V extends PlayedVendor>(on: On<V>, { page, pageLater }: HostedFlow<V>): void {
  it('gives the page again as the vendor does, none once it is decided, and keeps its address nowhere', async () => {
    const { data, customer_action: first } = await on().create();
    // Vendors with a limit are not asked three times at once.
    on().app.clock.advance(MINUTE);
    const ask = () => on().app.call(on().tenant, 'POST', pathOf(data, '/customer-action'));
    const again = await ask();
    const url = (again.body as Partial<Begun>).customer_action?.url;
    if (pageLater === 'none') expect(refusalOf(again)).toEqual([409, 'NO_CUSTOMER_ACTION']);
    else expect([url === first?.url, page.test(url ?? '')]).toEqual([pageLater === 'same', true]);
    on().app.clock.advance(MINUTE);
    on().decide(referenceOf(data), 'approved');
    expect(refusalOf(await ask())).toEqual([409, 'NO_CUSTOMER_ACTION']);
    const stored = await dumpOf(on().app);
    expect(stored.filter((line) => line.includes(first?.url ?? 'https:'))).toEqual([]);
    expect(on().app.logs.filter((line) => first && line.includes(first.url))).toEqual([]);
  });
}
