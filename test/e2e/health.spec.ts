import request from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';

describe('health and documentation', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('says that the process runs, without a key', async () => {
    await request(app.url).get('/health/live').expect(200, { status: 'ok' });
  });

  it('says that the process can work, and keeps saying so', async () => {
    await request(app.url).get('/health/ready').expect(200, { status: 'ok' });
    await request(app.url).get('/health/ready').expect(200, { status: 'ok' });
  });

  it('is not ready while the schema is older than the build', async () => {
    await app.sql('delete from customer_verifications.migrations');
    const other = await startTestApp({ database: app.database });
    const answer = await request(other.url).get('/health/ready').expect(503);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['retry-after']).toMatch(/^[1-9][0-9]*$/);
    expect(answer.body).toMatchObject({ code: 'SERVICE_UNAVAILABLE', detail: 'The database has not been migrated.' });
    await request(other.url).get('/health/live').expect(200);
    await other.close();
  });

  it.each([
    ['/docs', 'text/html'],
    ['/docs/openapi.json', 'application/json'],
    ['/docs/openapi.yaml', 'text/yaml'],
  ])('serves %s as %s, without a key', async (path, type) => {
    const answer = await request(app.url).get(path).redirects(1).expect(200);
    expect(answer.headers['content-type']).toContain(type);
  });
});
