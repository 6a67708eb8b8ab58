import { randomBytes, randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import { connect, deliver, DEPLOYMENT, inboxOf } from '../support/peers/scripted-callbacks.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { refusalOf } from '../support/verification-requests.js';

const HINTS = [{ eventId: 'event', reference: 'reference' }];

describe('a callback that nobody genuine sent', () => {
  let app: TestApp;

  beforeAll(async () => {
    const adapters = [new ScriptedAdapter({ callbacks: true }), new ScriptedAdapter({}, 'deaf')];
    app = await startTestApp({ adapters, connections: { scripted: DEPLOYMENT } });
  });
  afterAll(() => app.close());

  it('is not found at an address that is nobody’s, whoever it names', async () => {
    const deaf = { provider: 'deaf', token: await connect(app, await app.tenant(), ['one-secret'], 'deaf') };
    const answers = await Promise.all([
      deliver(app, HINTS, { token: randomBytes(32).toString('base64url') }),
      deliver(app, HINTS, { token: DEPLOYMENT.callbackToken.slice(1) }),
      deliver(app, HINTS, { provider: 'unknown' }),
      deliver(app, HINTS, { provider: 'constructor' }),
      deliver(app, HINTS, { provider: 'deaf' }),
      deliver(app, HINTS, deaf),
    ]);
    const told = answers.map(({ status, body: { title, detail, code } }) => ({ status, title, detail, code }));
    expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(told[0]).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it.each(['', 'wrong', 'one-secre', 'ONE-SECRET'])('is refused with the signature %j', async (secret) => {
    expect(refusalOf(await deliver(app, HINTS, { secret }))).toEqual([401, 'UNAUTHORIZED']);
    expect(await inboxOf(app)).toEqual([]);
  });

  it.each([[[]], [['']], [['', '']]])('is refused where the connection has the secrets %j', async (secrets) => {
    const token = await connect(app, await app.tenant(), secrets);
    for (const secret of ['', 'undefined', 'one-secret']) {
      expect(refusalOf(await deliver(app, HINTS, { token, secret }))).toEqual([401, 'UNAUTHORIZED']);
    }
    expect(await inboxOf(app)).toEqual([]);
  });

  it('with another organization’s secret is refused', async () => {
    const [one, other] = [await app.tenant(), await app.tenant()];
    const token = await connect(app, one, ['one']);
    await connect(app, other, ['other']);
    expect(refusalOf(await deliver(app, HINTS, { token, secret: 'other' }))).toEqual([401, 'UNAUTHORIZED']);
  });

  it('with a secret that has been replaced is refused a second later', async () => {
    const tenant = await app.tenant();
    const first = await connect(app, tenant, ['old']);
    expect((await deliver(app, HINTS, { token: first, secret: 'old' })).status).toBe(200);
    const second = await connect(app, tenant, ['new']);
    app.clock.advance(1_001);
    expect((await deliver(app, HINTS, { token: first, secret: 'old' })).status).toBe(404);
    expect((await deliver(app, HINTS, { token: second, secret: 'old' })).status).toBe(401);
    await app.sql('delete from customer_verifications.callback_inbox');
  });

  it('costs no write, ten thousand times over', async () => {
    /** Where every row stands and which transaction wrote it: no write leaves that as it was. */
    const footprint = async (): Promise<unknown[]> => {
      const tables = await app.sql<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'customer_verifications' order by 1`,
      );
      expect(tables.length).toBeGreaterThan(8);
      const rows = tables.map(({ name }) => app.sql(`select ctid::text, xmin::text from ${name} order by ctid`));
      return Promise.all(rows);
    };
    const token = await connect(app, await app.tenant(), ['theirs']);
    const before = await footprint();
    const kinds = [{ secret: 'forged' }, { token, secret: 'forged' }, { token: 'nobody' }];
    const send = async (worker: number): Promise<number[]> => {
      const statuses: number[] = [];
      for (let count = 0; count < 200; count += 1) {
        const body = JSON.stringify([{ eventId: randomUUID(), reference: randomUUID() }]);
        statuses.push((await deliver(app, body, kinds[(worker + count) % 3])).status);
      }
      return statuses;
    };
    const statuses = (await Promise.all(Array.from({ length: 50 }, (_, worker) => send(worker)))).flat();
    expect(statuses).toHaveLength(10_000);
    expect(new Set(statuses)).toEqual(new Set([401, 404]));
    expect(await footprint()).toEqual(before);
  }, 120_000);

  it('leaves no token in the log', () => {
    expect(app.logs.join('\n')).toContain('provider-callbacks');
    expect(app.logs.join('\n')).not.toContain(DEPLOYMENT.callbackToken);
  });
});
