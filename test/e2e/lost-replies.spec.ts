import type { DataSource } from 'typeorm';
import { Database, type SqlRow, type SqlValue, type Statement, type TenantScope } from '#app/database/index.js';
import type { Transaction } from '#app/database/index.js';
import { instant } from '#app/platform/clock.js';
import { pause } from '#app/platform/deadline.js';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { BEHIND_POOLER } from '../support/database.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

/** Doors behind which a commit succeeds and its reply is lost, whenever the test says so. */
class LossyDoors extends Database {
  /** How many replies of which work get lost. */
  lost = { create: 0, apply: 0 };
  /** How many transactions are refused before they begin. */
  refused = 0;

  override async one<Row extends SqlRow>(
    scope: TenantScope,
    statement: Statement,
    values: readonly SqlValue[],
  ): Promise<Row[]> {
    const rows = await super.one<Row>(scope, statement, values);
    if (statement.name.startsWith('verifications_create')) this.#lose('create');
    return rows;
  }

  override async tenant<Result>(scope: TenantScope, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    if (this.refused > 0) {
      this.refused -= 1;
      throw Object.assign(new Error('the database system is starting up'), { code: '57P03' });
    }
    const result = await super.tenant(scope, work);
    this.#lose('apply');
    return result;
  }

  #lose(what: 'create' | 'apply'): void {
    if (this.lost[what] === 0) return;
    this.lost[what] -= 1;
    throw new Error('Connection terminated unexpectedly');
  }
}

describe('a commit whose reply is lost', () => {
  const vendor = new ScriptedAdapter();
  let doors: LossyDoors;
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    const made = (dataSource: DataSource): Database =>
      (doors = new LossyDoors(dataSource, { namedStatements: !BEHIND_POOLER }));
    app = await startTestApp({ adapters: [vendor], doors: made, options: { waitMs: 5_000 } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const verified = (): Observation => ({
    outcome: 'verified',
    reason: 'identity_verified',
    observedAt: instant(app.clock.now()),
    answer: { said: 'yes' },
  });
  const body = manualRequest({ provider: 'scripted' });
  const create = (headers: Record<string, string>): Promise<TestAnswer> =>
    app.call(tenant, 'POST', VERIFICATIONS, { body, headers });
  const kept = async (id: string): Promise<unknown[]> => {
    const history = await app.call(tenant, 'GET', pathOf({ id }, '/history'));
    const evidence = await app.sql('select kind from customer_verifications.evidence where verification_id = $1', [id]);
    const types = (history.body.data as { type: string }[]).map(({ type }) => type);
    return [types, evidence.map(({ kind }) => kind as unknown)];
  };
  const once = [['verification.created', 'verification.status_changed'], ['answer']];

  it.each([
    ['without a key', {}],
    ['with a key', { 'idempotency-key': 'reply-of-create' }],
  ])('of the row is no error, and the provider is asked once: %s', async (_, headers) => {
    const [before, starting] = [vendor.starts.length, vendor.nextStart()];
    doors.lost.create = 1;
    const answering = create(headers);
    (await starting).answer(verified());
    const answer = await answering;
    expect([answer.status, answer.body.data.status, vendor.starts.length - before]).toEqual([201, 'verified', 1]);
    expect(await kept(answer.body.data.id as string)).toEqual(once);
  });

  it.each([
    ['without a key', {}],
    ['with a key', { 'idempotency-key': 'reply-of-apply' }],
  ])('of the answer is no error, and nothing is written twice: %s', async (_, headers) => {
    const starting = vendor.nextStart();
    const answering = create(headers);
    const { answer: say } = await starting;
    doors.lost.apply = 2;
    say(verified());
    const answer = await answering;
    expect([answer.status, answer.body.data.status]).toEqual([201, 'verified']);
    expect(await kept(answer.body.data.id as string)).toEqual(once);
    if (!('idempotency-key' in headers)) return;
    const again = await create(headers);
    expect([again.status, again.body.data]).toEqual([201, answer.body.data]);
  });

  it('is none of an answer that comes amid a failover: it is recorded when the database is back', async () => {
    const starting = vendor.nextStart();
    const { status, body: begun } = await create({ prefer: 'respond-async' });
    const { answer: say } = await starting;
    // Some five seconds' worth.
    doors.refused = 5;
    say({ ...verified(), reference: 'paid-for' });
    const read = async (): Promise<Record<string, unknown>> =>
      (await app.call(tenant, 'GET', pathOf(begun.data as { id: string }))).body.data as Record<string, unknown>;
    const deadline = AbortSignal.timeout(20_000);
    while (!deadline.aborted && (await read())['status'] === 'pending') await pause(100);
    expect([status, doors.refused]).toEqual([202, 0]);
    expect(await read()).toMatchObject({ status: 'verified', provider_reference: 'paid-for' });
    expect(await kept(String(begun.data.id))).toEqual(once);
  });

  it('is none of a start that nobody else can find out about, also where its process is told to end meanwhile', async () => {
    const blind = new ScriptedAdapter({ fetch: 'by_reference', idempotentStart: false }, 'blind');
    let own!: LossyDoors;
    const made = (dataSource: DataSource): Database =>
      (own = new LossyDoors(dataSource, { namedStatements: !BEHIND_POOLER }));
    const ending = await startTestApp({ adapters: [blind], doors: made, database: app.database, clock: app.clock });
    const starting = blind.nextStart();
    const request = { body: manualRequest({ provider: 'blind' }), headers: { prefer: 'respond-async' } };
    const { body: begun } = await ending.call(tenant, 'POST', VERIFICATIONS, request);
    const { answer: say } = await starting;
    own.refused = 5;
    say({ ...verified(), reference: 'paid-for' });
    await ending.close();
    expect(own.refused).toBe(0);
    const { data } = (await app.call(tenant, 'GET', pathOf(begun.data as { id: string }))).body;
    expect(data).toMatchObject({ status: 'verified', provider_reference: 'paid-for' });
  });
});
