import { randomUUID } from 'node:crypto';
import { VerificationDoor } from '#app/verifications/verification-door.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { created } from '../support/verification-requests.js';

const RECORDS = 'customer_verifications.idempotency_records';

describe('a change that completes a key', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  it.each([
    ['says that it did', 'in_progress', null, true],
    ['says that somebody else had, and leaves their version', 'done', 1, false],
  ])('%s', async (_, state, version, completed) => {
    const { id } = await created(app, tenant);
    const { organizationId, livemode } = tenant;
    const key = randomUUID();
    await app.sql(
      `insert into ${RECORDS} (organization_id, livemode, key, fingerprint, verification_id, version, http_status, state, lease_until, created_at)
        values ($1, $2, $3, '', $4, $5, 201, $6, now(), now())`,
      [organizationId, livemode, key, id, version, state],
    );
    const verdict = { status: 'failed', reason: null, actorId: 'key:test', verifiedAt: null, expiresAt: null } as const;
    const completion = { key, httpStatus: 200 };
    const door = app.nest.get(VerificationDoor, { strict: false });
    const passage = await door.pass({ organizationId, livemode }, id, { kind: 'override', verdict }, { completion });
    expect(passage).toMatchObject({ kind: 'changed', completed });
    const [record] = await app.sql(`select state, version from ${RECORDS} where key = $1`, [key]);
    const changed = passage?.kind === 'changed' ? passage.verification.version : 0;
    expect(record).toEqual({ state: 'done', version: completed ? changed : 1 });
  });

  it('says so of one that completes none', async () => {
    const { id } = await created(app, tenant);
    const { organizationId, livemode } = tenant;
    const verdict = { status: 'failed', reason: null, actorId: 'key:test', verifiedAt: null, expiresAt: null } as const;
    const door = app.nest.get(VerificationDoor, { strict: false });
    const passage = await door.pass({ organizationId, livemode }, id, { kind: 'override', verdict });
    expect(passage).toMatchObject({ kind: 'changed', completed: false });
  });
});
