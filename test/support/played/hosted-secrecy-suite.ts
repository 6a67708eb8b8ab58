import type { PlayedVendor } from '../../vendors/played-vendor.js';
import { dumpOf, foundIn } from '../database-dump.js';
import type { TestAnswer } from '../app.js';
import { pathOf, VERIFICATIONS } from '../verification-requests.js';
import { NOWHERE, ODD_ANSWERS } from './canary-answers.js';
import type { HostedBench } from './hosted-bench.js';

const MINUTE = 60_000;

/** What of a person and its page the vendor is told, and tells. */
export interface HostedSecrets {
  /** What the evidence holds, and nothing else: of the input, and of the answer to a check that has passed. */
  readonly told: readonly string[];
  /** What not even the evidence holds: tokens, secrets, addresses. */
  readonly nowhere: readonly string[];
}

/** Tests that what is about the person stands in the evidence alone, and the way to its page in no place at all. The last ones: odd answers may be left. */
export function describeHostedSecrecySuite<V extends PlayedVendor>(
  on: () => HostedBench<V>,
  secrets: HostedSecrets,
): void {
  const { told, nowhere } = secrets;
  const pages: string[] = [];
  /** Whatever was answered to those without the scope for evidence; but the page itself, which the answer to a create is for. */
  const answers: string[] = [];
  const ask = async (method: string, path: string): Promise<TestAnswer> => {
    const answer = await on().app.call(on().tenant, method, path);
    answers.push([answer.text, ...[...answer.headers].flat()].join('\n'));
    return answer;
  };
  const begin = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { data, customer_action: action } = await on().create();
    if (action) pages.push(action.url);
    answers.push(JSON.stringify(data));
    return data;
  };
  const lookAt = async (shown: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const below of ['', '/history?limit=100']) await ask('GET', pathOf(shown, below));
  };

  it('keeps what is about the person in the evidence alone, and the way to the page nowhere', async () => {
    const data = await begin();
    const reference = String(data['provider_reference']);
    await on().later(MINUTE);
    // What was asked about meanwhile may have spent what a vendor answers at once.
    on().app.clock.advance(MINUTE);
    const again = await on().app.call(on().tenant, 'POST', pathOf(data, '/customer-action'));
    const url = (again.body as { readonly customer_action?: { readonly url: string } }).customer_action?.url;
    if (url !== undefined) pages.push(url);
    on().decide(reference, 'approved');
    if (on().callsBack) expect(await on().callBack(reference)).toBe(200);
    await on().later(MINUTE);
    await ask('POST', pathOf(data, '/recheck'));
    await on().later(MINUTE);
    await lookAt(data);
    const { text } = await on().app.call(on().tenant, 'GET', pathOf(data, '/evidence'));
    expect(foundIn(text, [...told])).toEqual(told);
    expect(foundIn(text, [...nowhere, ...pages])).toEqual([]);
  });

  it('keeps odd answers from being told too', async () => {
    const { provider } = on();
    for (const odd of ODD_ANSWERS) {
      // A vendor that has answered oddly is asked all the same.
      await on().app.sql('delete from customer_verifications.provider_gates');
      on().app.clock.advance(5_000);
      const before = on().vendor.requests.length;
      on().vendor.misbehave(odd);
      const data = await begin();
      expect(on().vendor.requests.length).toBeGreaterThan(before);
      on().vendor.misbehave(odd);
      await ask('POST', pathOf(data, '/recheck'));
      await ask('POST', `/v1/provider-connections/${provider}/test`);
      await lookAt(data);
    }
    await on().later(120 * MINUTE);
    await ask('GET', `${VERIFICATIONS}?limit=100`);
  });

  it('has said none of it in answers, logs and the database', async () => {
    const all = [...told, ...nowhere, ...NOWHERE, ...pages];
    expect(answers.length).toBeGreaterThan(50);
    expect(answers.flatMap((answer) => foundIn(answer, all))).toEqual([]);
    expect(on().app.logs.filter((line) => foundIn(line, all).length > 0)).toEqual([]);
    const lines = await dumpOf(on().app);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter((line) => foundIn(line, all).length > 0)).toEqual([]);
  });
}
