import { randomUUID } from 'node:crypto';
import { epochMilliseconds } from '#app/platform/clock.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { VERIFICATIONS } from '../support/verification-requests.js';
import { startViesVendor, type ViesVendor } from '../vendors/vies/vies.vendor.js';

const MINUTE_MS = 60_000;
const GERMAN = Array.from({ length: 12 }, (_, index) => `DE1000000${String(index + 10)}`);
const POLISH = Array.from({ length: 6 }, (_, index) => `PL50000000${String(index + 10)}`);
/** Answers that a member state is away, in the service's own words. */
const AWAY = { errors: ['MS_UNAVAILABLE'] };

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
}

describe('a member state that is down for an hour', () => {
  const clock = new ScriptedClock();
  let vendor: ViesVendor;
  let app: TestApp;
  let tenants: TestTenant[];
  /** When the service was asked about each member state. */
  const asked = new Map<string, number[]>();

  beforeAll(async () => {
    vendor = await startViesVendor();
    const vies = { settings: { base_url: vendor.url }, credentials: {} };
    // Long enough that no question is still on its way when the clock moves.
    app = await startTestApp({ clock, connections: { vies }, options: { waitMs: 5_000 } });
    tenants = [await app.tenant({ livemode: true }), await app.tenant({ livemode: true })];
    for (const number of GERMAN) vendor.put(number, AWAY);
    for (const number of POLISH) vendor.put(number);
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  const create = async (number: string, index: number): Promise<Shown> => {
    const body = {
      ...{ customer_id: randomUUID(), provider: 'vies', verification_type: 'business_entity' },
      input: { vat_number: number },
    };
    const answer = await app.call(tenants[index % 2] ?? null, 'POST', VERIFICATIONS, { body });
    expect(answer.status).toBe(201);
    return answer.body.data as Shown;
  };
  const read = async ({ id }: Shown, index: number): Promise<Shown> =>
    (await app.call(tenants[index % 2] ?? null, 'GET', `${VERIFICATIONS}/${id}`)).body.data as Shown;
  const readAll = (all: readonly Shown[]): Promise<Shown[]> => Promise.all(all.map(read));
  /** Lets time pass in small steps, as a worker finds it, and notes what the vendor is asked. */
  const pass = async (minutes: number): Promise<void> => {
    const end = epochMilliseconds(clock.now()) + minutes * MINUTE_MS;
    while (epochMilliseconds(clock.now()) < end) {
      clock.advance(5_000);
      await work();
    }
  };
  const work = async (): Promise<void> => {
    const before = vendor.requests.length;
    await app.work();
    note(before);
  };
  const note = (before: number): void => {
    for (const { json } of vendor.requests.slice(before)) {
      const { countryCode } = json as { countryCode: string };
      asked.set(countryCode, [...(asked.get(countryCode) ?? []), epochMilliseconds(clock.now())]);
    }
  };

  it('has its checks wait, keeps nobody else’s, and has all of them answered after', async () => {
    const german: Shown[] = [];
    for (const [index, number] of GERMAN.entries()) german.push(await create(number, index));
    note(0);
    await pass(5);
    const polish: Shown[] = [];
    for (const [index, number] of POLISH.entries()) {
      const before = vendor.requests.length;
      polish.push(await create(number, index));
      note(before);
      await pass(0.5);
    }
    expect((await readAll(polish)).map(({ status }) => status)).toEqual(POLISH.map(() => 'verified'));
    const waiting = await readAll(german);
    expect(new Set(waiting.map(({ status }) => status))).toEqual(new Set(['pending']));
    expect(
      waiting.filter(({ reason }) => reason !== 'member_state_unavailable' && reason !== 'provider_throttled'),
    ).toEqual([]);

    await pass(50);
    expect(new Set((await readAll(german)).map(({ status }) => status))).toEqual(new Set(['pending']));
    // An hour without an answer: a trial now and then, not a question for each check and step.
    expect(asked.get('DE')?.length).toBeLessThan(60);

    for (const number of GERMAN) vendor.put(number);
    await pass(75);
    expect((await readAll(german)).map(({ status, reason }) => [status, reason])).toEqual(
      GERMAN.map(() => ['verified', 'vat_registered']),
    );
    // All registers together: the service counts by address.
    expect(mostInASecond([...asked.values()].flat())).toBe(1);
  }, 120_000);
});

/** The most questions in any second. */
function mostInASecond(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
}
