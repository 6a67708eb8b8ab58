import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';

describe('POST /v1/verifications', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  it('answers with the decided verification, its address and its version', async () => {
    const body = {
      customer_id: randomUUID(),
      provider: 'offline',
      verification_type: 'business_entity',
      input: { vat_number: 'DE143454214' },
    };
    const answer = await app.call(tenant, 'POST', '/v1/verifications', { body });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ status: 'verified', reason: 'format_valid', check_type: 'vat_format' });
    expect(answer.headers.get('location')).toBe(`/v1/verifications/${String(answer.body.data.id)}`);
    expect(answer.headers.get('etag')).toBe('"2"');
  });
});
