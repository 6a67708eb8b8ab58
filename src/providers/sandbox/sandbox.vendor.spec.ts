import { connect } from 'node:net';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { SandboxVendorDriver, type ShownCheck } from '../../../test/support/sandbox-vendor-driver.js';

const person = { given_name: 'Canary-Erika', date_of_birth: '1964-08-12' };

describe('the sandbox vendor', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  beforeEach(() => vendor.run());
  afterEach(() => vendor.close());

  describe('starts', () => {
    it('one check for one key, billed once, however often and however parallel', async () => {
      const all = await Promise.all(Array.from({ length: 20 }, () => vendor.start('a')));
      expect(new Set(all.map(({ id }) => id)).size).toBe(1);
      expect(vendor.started()).toMatchObject([{ client_reference: 'ref-a', idempotency_key: 'a', billable: true }]);
    });

    it('another check for another key, so that a double start shows in the journal', async () => {
      await vendor.start('a', { client_reference: 'ref' });
      await vendor.start('b', { client_reference: 'ref' });
      expect(vendor.started().map((entry) => ('client_reference' in entry ? entry.client_reference : null))).toEqual([
        'ref',
        'ref',
      ]);
    });

    it('nothing for a known key with another body', async () => {
      await vendor.start('a');
      const body = { client_reference: 'ref-a', type: 'age/document' };
      expect((await vendor.ask('POST', '/v1/checks', body, { 'idempotency-key': 'a' })).status).toBe(409);
      expect(vendor.started().length).toBe(1);
    });

    it('the same check when members come in another order', async () => {
      const one = await vendor.start('a', { scenario: 'review' });
      const body = { scenario: 'review', type: 'identity/document', client_reference: 'ref-a' };
      const other = (await (
        await vendor.ask('POST', '/v1/checks', body, { 'idempotency-key': 'a' })
      ).json()) as ShownCheck;
      expect(other.id).toBe(one.id);
    });

    it.each<[string, unknown, Record<string, string>, number]>([
      ['no key', { client_reference: 'r', type: 't' }, {}, 400],
      ['an empty key', { client_reference: 'r', type: 't' }, { 'idempotency-key': '' }, 400],
      ['a key of 256 characters', { client_reference: 'r', type: 't' }, { 'idempotency-key': 'k'.repeat(256) }, 400],
      ['no body', undefined, { 'idempotency-key': 'k' }, 400],
      ['no JSON', '{"client_reference":', { 'idempotency-key': 'k' }, 400],
      ['null', 'null', { 'idempotency-key': 'k' }, 400],
      ['an array', [], { 'idempotency-key': 'k' }, 400],
      [
        'an unknown scenario',
        { client_reference: 'r', type: 't', scenario: 'verify' },
        { 'idempotency-key': 'k' },
        400,
      ],
      ['an unknown member', { client_reference: 'r', type: 't', extra: 1 }, { 'idempotency-key': 'k' }, 400],
      ['a deep body', '['.repeat(30_000), { 'idempotency-key': 'k' }, 400],
      ['65 KiB', `"${'x'.repeat(65 * 1024)}"`, { 'idempotency-key': 'k' }, 413],
      [
        'another API key',
        { client_reference: 'r', type: 't' },
        { 'idempotency-key': 'k', authorization: 'Bearer x' },
        401,
      ],
      ['no API key', { client_reference: 'r', type: 't' }, { 'idempotency-key': 'k', authorization: '' }, 401],
    ])('nothing with %s', async (_name, body, headers, status) => {
      expect((await vendor.ask('POST', '/v1/checks', body, headers)).status).toBe(status);
      expect(vendor.started()).toEqual([]);
    });
  });

  describe('reads', () => {
    it.each([
      'GET /',
      'GET /v1/checks',
      'GET /v1/checks/',
      'GET /v1/checks/sbx_..%2f',
      'PUT /v1/checks',
      'GET //',
      'GET /hosted/x',
    ])('nothing at %s', async (route) => {
      const [method = '', path = ''] = route.split(' ');
      expect((await vendor.ask(method, path)).status).toBeGreaterThanOrEqual(400);
    });

    it('by client reference, newest first', async () => {
      const [one, two] = [
        await vendor.start('a', { client_reference: 'r' }),
        await vendor.start('b', { client_reference: 'r' }),
      ];
      const { data } = (await (await vendor.ask('GET', '/v1/checks?client_reference=r')).json()) as {
        data: ShownCheck[];
      };
      expect(data.map(({ id }) => id)).toEqual([two.id, one.id]);
    });

    it('nothing for an unknown client reference', async () => {
      expect(await (await vendor.ask('GET', '/v1/checks?client_reference=r')).json()).toEqual({ data: [] });
    });

    it('without deciding when the search finds a check: only readings by id count', async () => {
      const { id } = await vendor.start('a', { scenario: 'pending_then_verified', decide_after: 1 });
      await vendor.ask('GET', '/v1/checks?client_reference=ref-a');
      expect((await vendor.read(id)).status).toBe('approved');
      expect(vendor.journal().filter((entry) => entry.kind === 'changed').length).toBe(1);
    });

    it('the subject until it is erased', async () => {
      const { id } = await vendor.start('a', { subject: person });
      expect((await vendor.read(id))['subject']).toEqual(person);
      expect((await vendor.ask('DELETE', `/v1/checks/${id}`)).status).toBe(204);
      expect(await vendor.read(id)).toMatchObject({ subject: null, redacted: true, status: 'approved' });
    });
  });

  describe('decides by script', () => {
    it.each(['processing', 'in_review', 'awaiting_customer', 'approved', 'declined', 'expired'])(
      '%s',
      async (status) => {
        const { id } = await vendor.start('a', { scenario: 'review' });
        await vendor.ask('POST', `/v1/checks/${id}/decision`, { status });
        expect(await vendor.read(id)).toMatchObject({ status, sequence: 2 });
      },
    );

    it('with a time of its own, so that late news can be told', async () => {
      const { id } = await vendor.start('a', { scenario: 'review' });
      const decided_at = '2020-01-01T00:00:00.000000Z';
      await vendor.ask('POST', `/v1/checks/${id}/decision`, { status: 'declined', code: 'SELFIE_FRAUD', decided_at });
      expect(await vendor.read(id)).toMatchObject({ status: 'declined', code: 'SELFIE_FRAUD', decided_at });
    });

    it('nothing for a decision that it does not know', async () => {
      const { id } = await vendor.start('a', { scenario: 'review' });
      expect((await vendor.ask('POST', `/v1/checks/${id}/decision`, { status: 'verified' })).status).toBe(400);
      expect((await vendor.read(id)).status).toBe('in_review');
    });
  });

  it('holds no more checks than it is told, the oldest goes first', async () => {
    await vendor.run({ maxChecks: 2, maxJournalEntries: 3 });
    const ids = [(await vendor.start('a')).id, (await vendor.start('b')).id, (await vendor.start('c')).id];
    const found = await Promise.all(ids.map((id) => vendor.ask('GET', `/v1/checks/${id}`)));
    expect(found.map(({ status }) => status)).toEqual([404, 200, 200]);
    expect(vendor.journal().length).toBe(3);
  });

  it('survives bytes that are no HTTP, and clients that go away', async () => {
    const port = Number(new URL(vendor.url).port);
    for (const bytes of [
      '\0\x01nonsense\r\n\r\n',
      'POST /v1/checks HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{"half',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
        socket
          .on('error', () => undefined)
          .on('close', () => {
            resolve();
          });
        socket.resume();
      });
    }
    expect((await vendor.start('a')).status).toBe('approved');
  });

  it('ends hanging requests when it closes, and may be closed twice', async () => {
    const hanging = vendor.start('a', { scenario: 'fault:hang' });
    hanging.catch(() => undefined);
    await vendor.start('b');
    await vendor.stop();
    await vendor.stop();
    await expect(hanging).rejects.toThrow();
  });
});
