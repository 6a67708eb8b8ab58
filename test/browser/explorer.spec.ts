import { ExplorerPage } from './explorer-page.js';
import { type Service, startService } from './service.js';

/** What each example of a create comes to. */
const OUTCOMES: Readonly<Record<string, readonly [status: string, reason: string]>> = {
  vat: ['verified', 'format_valid'],
  vat_wrong: ['failed', 'identifier_checksum_invalid'],
  lei: ['verified', 'format_valid'],
  ein: ['verified', 'format_valid'],
  company_number: ['verified', 'format_valid'],
  iban: ['verified', 'format_valid'],
  mrz: ['verified', 'format_valid'],
  mrz_expired: ['failed', 'document_expired'],
  age: ['verified', 'age_met'],
  manual: ['pending', 'manual_review'],
  sandbox: ['verified', 'identity_verified'],
  sandbox_failed: ['failed', 'document_expired'],
  sandbox_hosted: ['pending', 'awaiting_customer'],
  sandbox_outage: ['pending', 'provider_unavailable'],
};

describe('the explorer', () => {
  let service: Service;
  let explorer: ExplorerPage;
  const opened: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    service = await startService();
    opened.push(() => service.stop());
    explorer = await ExplorerPage.open(service.url);
    opened.push(() => explorer.close());
  });
  afterAll(async () => {
    for (const close of opened.reverse()) await close();
  });

  it('shows every operation', async () => {
    expect(await explorer.page.title()).toBe('Customer verifications');
    expect(await explorer.page.locator('.opblock').count()).toBe(17);
    await explorer.picture('overview');
  });

  it('refuses a call until a key is given', async () => {
    const { status, body } = await explorer.execute('listVerifications');
    expect([status, body.code]).toEqual([401, 'UNAUTHORIZED']);
    // The browser itself reports the 401 on its console.
    explorer.complaints.length = 0;
    await explorer.authorize(service.testKey);
    expect((await explorer.execute('listVerifications')).status).toBe(200);
    await explorer.fold('listVerifications');
  });

  it('offers an example for each of these', async () => {
    expect((await explorer.examples('createVerification')).sort()).toEqual(Object.keys(OUTCOMES).sort());
  });

  it.each(Object.entries(OUTCOMES))('creates a verification from the example %s', async (name, [status, reason]) => {
    await explorer.chooseExample('createVerification', name);
    const answer = await explorer.execute('createVerification');
    expect([answer.status, answer.body.data.status, answer.body.data.reason]).toEqual([201, status, reason]);
    expect(answer.headers).toContain(`location: /v1/verifications/${String(answer.body.data.id)}`);
    if (name === 'vat') await explorer.picture('create', 'createVerification');
  });

  it('fills the id of the new verification in, and reads it, its history and its evidence', async () => {
    await explorer.chooseExample('createVerification', 'vat');
    const { data } = (await explorer.execute('createVerification')).body;
    const got = await explorer.execute('getVerification');
    expect([got.status, got.body.data]).toEqual([200, data]);
    const history = await explorer.execute('listVerificationHistory');
    expect(history.body.data).toMatchObject([
      { type: 'verification.created' },
      { type: 'verification.status_changed' },
    ]);
    const evidence = await explorer.execute('listVerificationEvidence');
    expect(evidence.body.data[0].content).toEqual({ vat_number: 'DE143454214' });
    await explorer.picture('read', 'getVerification');
    for (const read of ['getVerification', 'listVerificationHistory', 'listVerificationEvidence'])
      await explorer.fold(read);
  });

  it('overrides with each example', async () => {
    for (const [example, status] of [
      ['decline', 'failed'],
      ['accept', 'verified'],
      ['accept_until', 'verified'],
    ] as const) {
      await explorer.chooseExample('overrideVerification', example);
      const { status: answered, body } = await explorer.execute('overrideVerification');
      expect([answered, body.data.status]).toEqual([200, status]);
    }
    await explorer.picture('override', 'overrideVerification');
    await explorer.fold('overrideVerification');
  });

  it('gets a fresh URL for the customer', async () => {
    await explorer.chooseExample('createVerification', 'sandbox_hosted');
    const first = (await explorer.execute('createVerification')).body.customer_action.url;
    const { status, body } = await explorer.execute('issueCustomerAction');
    expect([status, body.customer_action.type]).toEqual([200, 'redirect']);
    expect(body.customer_action.url).not.toBe(first);
  });

  it.each(['listVerifications', 'listProviders', 'getLiveness', 'getReadiness'])('answers %s', async (operationId) => {
    expect((await explorer.execute(operationId)).status).toBe(200);
    await explorer.fold(operationId);
  });

  it('has loaded nothing from elsewhere and found nothing to complain about', async () => {
    await explorer.picture('all');
    expect(explorer.complaints).toEqual([]);
  });
});
