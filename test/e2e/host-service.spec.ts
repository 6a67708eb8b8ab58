import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import {
  addMilliseconds,
  type AppError,
  type Instant,
  type RequestContext,
  type Status,
  type VerificationsService,
} from 'customer-verifications';
import { type HostApplication, type HostOptions, startHost } from '../host/host-application.js';
import { LedgerEvent } from '../host/ledger-event.entity.js';
import { LetterAdapter } from '../host/letter.adapter.js';
import { contextOf } from '../host/staff.js';
import { ScriptedClock } from '../support/scripted-clock.js';

const DAY_MS = 86_400_000;
const VAT = { provider: 'offline', verificationType: 'business_entity', input: { vat_number: 'DE143454214' } };

function somebody(organizationId: string = randomUUID()): RequestContext {
  return contextOf({ name: 'ada', organizationId });
}

async function codeOf(refused: Promise<unknown>): Promise<string> {
  return refused.then(
    () => 'nothing was refused',
    (error: unknown) => (error as AppError).code,
  );
}

async function inHost(options: HostOptions, visit: (host: HostApplication) => Promise<void>): Promise<void> {
  const host = await startHost({ http: false, ...options });
  await visit(host).finally(() => host.close());
}

describe('the service in a host application', () => {
  let host: HostApplication;
  let service: VerificationsService;

  beforeAll(async () => {
    host = await startHost({ http: false, manner: 'forRoot' });
    service = host.payouts.verifications;
  });
  afterAll(() => host.close());

  it('creates, reads, lists, decides and tells the history, in process', async () => {
    const ctx = somebody();
    const customerId = randomUUID();
    const { verification, httpStatus } = await service.create(ctx, { customerId, ...VAT });
    expect(httpStatus).toBe(201);
    expect(verification).toMatchObject({ status: 'verified', reason: 'format_valid', customerId });
    expect(await service.get(ctx, verification.id)).toMatchObject({ id: verification.id, status: 'verified' });
    const decided = await service.override(ctx, verification.id, { status: 'failed', reason: 'a forged invoice' });
    expect(decided.verification).toMatchObject({ status: 'failed', actorId: ctx.actor.id, version: 3 });
    const { items, nextCursor } = await service.list(ctx, { customerId, status: 'failed' });
    expect([items.map(({ id }) => id), nextCursor]).toEqual([[verification.id], null]);
    const history = await service.history(ctx, verification.id);
    expect(history.items.map(({ text }) => (JSON.parse(text) as { to_status: string }).to_status)).toEqual([
      'pending',
      'verified',
      'failed',
    ]);
  });

  it('refuses with stable codes', async () => {
    const ctx = somebody();
    const { verification } = await service.create(ctx, { customerId: randomUUID(), ...VAT });
    const { id } = verification;
    const request = { customerId: randomUUID(), ...VAT };
    expect(await codeOf(service.get(somebody(), id))).toBe('NOT_FOUND');
    expect(await codeOf(service.history(somebody(), id))).toBe('NOT_FOUND');
    expect(await codeOf(service.override(somebody(), id, { status: 'failed' }))).toBe('NOT_FOUND');
    expect(await codeOf(service.override(ctx, id, { status: 'verified' }))).toBe('INVALID_STATE_TRANSITION');
    const stale = service.override(ctx, id, { status: 'failed' }, { precondition: (version) => version === 1 });
    expect(await codeOf(stale)).toBe('VERSION_CONFLICT');
    expect(await codeOf(service.create(ctx, { ...request, provider: 'nobody' }))).toBe('UNKNOWN_PROVIDER');
    expect(await codeOf(service.create(ctx, { ...request, customerId: 'c-17' }))).toBe('VALIDATION_ERROR');
    // The host's contexts are live ones.
    expect(await codeOf(service.create(ctx, { ...request, provider: 'sandbox' }))).toBe('UNKNOWN_PROVIDER');
  });

  it('refuses what the types let through, by the name of the field', async () => {
    const ctx = somebody();
    const { verification } = await service.create(ctx, { customerId: randomUUID(), ...VAT });
    const { id } = verification;
    expect(await service.get(ctx, id.toUpperCase())).toMatchObject({ id });
    const refused: [string, Promise<unknown>][] = [
      ['id', service.get(ctx, 'c-17')],
      ['id', service.history(ctx, `{${id}}`)],
      ['id', service.evidence(ctx, '')],
      ['id', service.override(ctx, 'c-17', { status: 'failed' })],
      ['id', service.customerAction(ctx, 'c-17')],
      ['customer_id', service.current(ctx, 'c-17', 'identity')],
      ['verification_type', service.current(ctx, randomUUID(), 'a\0')],
      ['customer_id', service.list(ctx, { customerId: 'c-17' })],
      ['status', service.list(ctx, { status: 'lost' as Status })],
      ['occurred_after', service.list(ctx, { occurredAfter: 'yesterday' as Instant })],
      ['occurred_before', service.list(ctx, { occurredBefore: '2026-02-29T00:00:00.000000Z' as Instant })],
      ['limit', service.list(ctx, {}, { limit: 101 })],
      ['limit', service.history(ctx, id, { limit: 0 })],
      ['limit', service.evidence(ctx, id, { limit: 1.5 })],
      ['status', service.override(ctx, id, { status: 'lost' as Status })],
      ['reason', service.override(ctx, id, { status: 'failed', reason: '' })],
      ['reason', service.override(ctx, id, { status: 'failed', reason: 'x'.repeat(501) })],
      ['reason', service.override(ctx, id, { status: 'failed', reason: 'a\0b' })],
      ['expires_at', service.override(ctx, id, { status: 'verified', expiresAt: 'never' as Instant })],
      ['idempotency-key', service.customerAction(ctx, id, { idempotencyKey: '' })],
      ['idempotency-key', service.override(ctx, id, { status: 'failed' }, { idempotencyKey: 'k'.repeat(256) })],
    ];
    const fields = await Promise.all(
      refused.map(async ([, one]) =>
        one.then(
          () => [],
          (error: unknown) => (error as AppError).details.fields,
        ),
      ),
    );
    expect(fields.map((found) => found?.map(({ field }) => field))).toEqual(refused.map(([field]) => [field]));
  });

  it('takes an idempotency key as an argument', async () => {
    const ctx = somebody();
    const request = { customerId: randomUUID(), ...VAT };
    const first = await service.create(ctx, request, { idempotencyKey: 'order 17' });
    const again = await service.create(ctx, request, { idempotencyKey: 'order 17' });
    expect([first.replayed, again.replayed]).toEqual([false, true]);
    expect(again.verification.id).toBe(first.verification.id);
    expect((await service.list(ctx)).items).toHaveLength(1);
    const other = { ...request, customerId: randomUUID() };
    expect(await codeOf(service.create(ctx, other, { idempotencyKey: 'order 17' }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await service.create(somebody(), other, { idempotencyKey: 'order 17' })).replayed).toBe(false);
  });

  it('says by what a customer is verified, and until when, to the organization that knows it', async () => {
    const ctx = somebody();
    const customerId = randomUUID();
    expect(await service.current(ctx, customerId, 'business_entity')).toBeNull();
    expect(await host.payouts.pay(ctx, customerId)).toBeNull();
    const until = addMilliseconds(host.clock.now(), DAY_MS);
    const { verification } = await service.create(ctx, { customerId, ...VAT });
    await service.override(ctx, verification.id, { status: 'verified', expiresAt: until });
    const pass = await service.current(ctx, customerId, 'business_entity');
    expect(pass).toMatchObject({ id: verification.id, checkType: 'vat_format', status: 'verified', expiresAt: until });
    expect(await host.payouts.pay(ctx, customerId)).toBe(`paid on vat_format until ${until}`);
    expect(await service.current(ctx, customerId, 'identity')).toBeNull();
    expect(await service.current(ctx, randomUUID(), 'business_entity')).toBeNull();
    expect(await service.current(somebody(), customerId, 'business_entity')).toBeNull();
    expect(await service.current({ ...ctx, livemode: false }, customerId, 'business_entity')).toBeNull();
  });

  it('ends a pass at its very moment, and falls back on an older one that still holds', async () => {
    const ctx = somebody();
    const customerId = randomUUID();
    const long = await service.create(ctx, { customerId, ...VAT });
    host.clock.advance(1);
    const short = await service.create(ctx, { customerId, ...VAT });
    const until = addMilliseconds(host.clock.now(), 2 * DAY_MS);
    await service.override(ctx, short.verification.id, { status: 'verified', expiresAt: until });
    const current = async (): Promise<string | undefined> =>
      (await service.current(ctx, customerId, 'business_entity'))?.id;
    host.clock.advance(2 * DAY_MS - 1);
    expect(await current()).toBe(short.verification.id);
    host.clock.advance(1);
    expect(await current()).toBe(long.verification.id);
    await service.override(ctx, long.verification.id, { status: 'failed' });
    expect(await current()).toBeUndefined();
  });

  it("leaves a transaction of the host alone, and the host's connections without a tenant", async () => {
    const ctx = somebody();
    const request = { customerId: randomUUID(), ...VAT };
    const ledger = host.dataSource.getRepository(LedgerEvent);
    const kept = host.dataSource.transaction(async (manager) => {
      await manager.insert(LedgerEvent, { note: 'rolled back' });
      await service.create(ctx, request);
      throw new Error('the host changes its mind');
    });
    await expect(kept).rejects.toThrow('the host changes its mind');
    await host.dataSource.transaction(async (manager) => {
      await manager.insert(LedgerEvent, { note: 'committed' });
      await codeOf(service.get(ctx, randomUUID()));
      await manager.insert(LedgerEvent, { note: 'committed' });
    });
    expect(await ledger.countBy({ note: 'rolled back' })).toBe(0);
    expect(await ledger.countBy({ note: 'committed' })).toBe(2);
    expect((await service.list(ctx)).items).toHaveLength(1);
    const setting = `select nullif(current_setting('customer_verifications.organization_id', true), '') as tenant`;
    const looks = Array.from({ length: 8 }, () => host.dataSource.query<{ tenant: string | null }[]>(setting));
    expect((await Promise.all(looks)).flat().filter(({ tenant }) => tenant !== null)).toEqual([]);
  });

  it('works through a pool of one connection', async () => {
    await inHost({ poolSize: 1 }, async ({ payouts: { verifications } }) => {
      const ctx = somebody();
      const request = { customerId: randomUUID(), ...VAT };
      const works = Array.from({ length: 12 }, async (_, index) => {
        const keys = { idempotencyKey: `key ${String(index % 6)}` };
        const found = await verifications.create(ctx, request, keys).catch((error: unknown) => error as AppError);
        return 'code' in found ? found.code : verifications.get(ctx, found.verification.id);
      });
      await Promise.all(works);
      expect((await verifications.list(ctx)).items.map(({ status }) => status)).toEqual(Array(6).fill('verified'));
    });
  });

  it('speaks to a provider of the host, and finishes what it asked before the host stops', async () => {
    const clock = new ScriptedClock();
    const letters = new LetterAdapter(clock);
    const stopping = await startHost({ http: false, adapters: [letters], options: { waitMs: 0 } });
    const service2 = stopping.payouts.verifications;
    const ctx = somebody();
    const request = { customerId: randomUUID(), provider: 'letter', verificationType: 'address' };
    const { verification } = await service2.create(ctx, request);
    expect([verification.status, letters.sent]).toEqual(['pending', [verification.id]]);
    const action = await service2.customerAction(ctx, verification.id);
    expect(action.customerAction?.url).toBe('https://letters.example/one');
    const silent = once(stopping.nest.getHttpServer(), 'close');
    const stopped = stopping.nest.close();
    await silent;
    await setImmediate();
    letters.openLetterbox();
    await stopped;
    expect(stopping.dataSource.isInitialized).toBe(false);
    await stopping.dataSource.initialize();
    expect(await service2.get(ctx, verification.id)).toMatchObject({ status: 'verified', reason: 'identity_verified' });
    await stopping.dataSource.destroy();
    await stopping.database.drop();
  });
});
