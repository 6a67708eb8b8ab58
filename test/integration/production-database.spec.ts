import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDataSource } from '#app/database/index.js';
import { assertProductionDatabase } from '#app/schema/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('a database of production', () => {
  let app: TestApp;
  let dataSource: DataSource;

  beforeAll(async () => {
    app = await startTestApp();
    dataSource = await createDataSource({ url: app.database.appUrl, poolSize: 1, entities: [] }).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await app.close();
  });

  it('is migrated, and its role is bound by the policies', async () => {
    await expect(assertProductionDatabase(dataSource)).resolves.toBeUndefined();
  });

  it('is refused while it holds keys of a development server, and taken once they are revoked', async () => {
    const { keyId, organizationId } = await app.tenant();
    await app.sql(`update customer_verifications.api_keys set principal_id = 'development' where id = $1`, [keyId]);
    const refusal = {
      name: 'DatabaseRefusal',
      message: expect.stringContaining(`id ${keyId}, organization ${organizationId}`),
    };
    await expect(assertProductionDatabase(dataSource)).rejects.toMatchObject(refusal);
    await app.sql('update customer_verifications.api_keys set revoked_at = now() where id = $1', [keyId]);
    await expect(assertProductionDatabase(dataSource)).resolves.toBeUndefined();
  });

  it('is refused while it lacks a migration', async () => {
    const name = randomUUID();
    await app.sql('update customer_verifications.migrations set name = $1', [name]);
    await expect(assertProductionDatabase(dataSource)).rejects.toMatchObject({
      name: 'DatabaseRefusal',
      message: expect.stringContaining('npm run migrate'),
    });
  });
});
