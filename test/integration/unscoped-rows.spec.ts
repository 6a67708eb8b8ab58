import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDataSource } from '#app/database/data-source.js';
import { Database, type Statement } from '#app/database/index.js';
import { ENTITIES } from '#app/schema/index.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { created, manualRequest, override, vatRequest, VERIFICATIONS } from '../support/verification-requests.js';

const DUE: Statement = { name: 'test_due', text: 'select id from customer_verifications.verifications' };
const WRAPPED: Statement = {
  name: 'test_wrapped',
  text: 'select verification_id from customer_verifications.data_keys',
};
const KEYS: Statement = { name: 'test_keys', text: 'select key from customer_verifications.idempotency_records' };

describe('without a tenant', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let source: DataSource;
  let door: Database;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
    source = await createDataSource({ url: app.database.appUrl, poolSize: 1, entities: ENTITIES }).initialize();
    door = new Database(source, { namedStatements: false });
  });
  afterAll(async () => {
    await source.destroy();
    await app.close();
  });

  it('due work is seen, and no row that has nothing due', async () => {
    const [due, idle] = [await created(app, tenant), await created(app, tenant)];
    await override(app, tenant, idle, { status: 'failed' });
    await app.sql('update customer_verifications.verifications set due_at = now() where id = $1', [due.id]);
    expect(await door.unscoped('due_work', DUE, [])).toEqual([{ id: due.id }]);
    expect(await door.unscoped('old_keys', DUE, [])).toEqual([]);
  });

  it('keys are seen once their time is over, and for no other purpose', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    for (const key of [old, young]) {
      await app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest(), headers: { 'idempotency-key': key } });
    }
    const age = `update customer_verifications.idempotency_records set created_at = now() - $2::interval where key = $1`;
    await app.sql(age, [old, '7 days 1 minute']);
    await app.sql(age, [young, '6 days 23 hours']);
    expect(await door.unscoped('old_keys', KEYS, [])).toEqual([{ key: old }]);
    expect(await door.unscoped('due_work', KEYS, [])).toEqual([]);
  });

  it('data keys are seen by a rotation alone, and destroyed ones never', async () => {
    const [kept, destroyed] = [await created(app, tenant, vatRequest()), await created(app, tenant, vatRequest())];
    const destroy = 'update customer_verifications.data_keys set wrapped_key = null where verification_id = $1';
    await app.sql(destroy, [destroyed.id]);
    expect(await door.unscoped('key_rotation', WRAPPED, [])).toEqual([{ verification_id: kept.id }]);
    expect(await door.unscoped('due_work', WRAPPED, [])).toEqual([]);
    expect(await door.unscoped('key_rotation', DUE, [])).toEqual([]);
  });
});
