import { randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import {
  created,
  faultyFields,
  manualRequest,
  membersIn,
  override,
  refusalOf,
  vatRequest,
  VERIFICATIONS,
} from '../support/verification-requests.js';

const START = '2026-11-22T09:30:00';
const customer = randomUUID();

/** Ids of eight rows, oldest first: two customers, two types, four statuses, one microsecond apart from the third on. */
async function fill(app: TestApp, tenant: TestTenant): Promise<string[]> {
  const ids: string[] = [];
  for (let row = 0; row < 8; row += 1) {
    const of = { customer_id: row % 2 === 0 ? customer : randomUUID() };
    const data = await created(app, tenant, row < 4 ? manualRequest(of) : vatRequest(of));
    if (row === 1) await override(app, tenant, data, { status: 'failed' });
    if (row === 2) await override(app, tenant, data, { status: 'expired' });
    const at = `${START}.00000${String(row)}Z`;
    await app.sql('update customer_verifications.verifications set created_at = $1 where id = $2', [at, data.id]);
    ids.push(data.id);
  }
  return ids;
}

describe('GET /v1/verifications', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let ids: string[];

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
    ids = await fill(app, tenant);
  });
  afterAll(() => app.close());

  const list = (query: Record<string, string> | string = '', who = tenant): Promise<TestAnswer> => {
    const text = new URLSearchParams(query).toString();
    return app.call(who, 'GET', `${VERIFICATIONS}${text === '' ? '' : `?${text}`}`);
  };
  const rowsOf = (answer: TestAnswer): number[] => membersIn(answer, 'id').map((id) => ids.indexOf(String(id)));

  it('shows the newest first, and by id where the time is one', async () => {
    expect(rowsOf(await list())).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    const other = await app.tenant();
    const same = [await created(app, other), await created(app, other), await created(app, other)];
    const shown = membersIn(await list('', other), 'id');
    expect(shown).toEqual(
      same
        .map(({ id }) => String(id))
        .sort()
        .reverse(),
    );
  });

  it.each([
    [{ customer_id: customer }, [6, 4, 2, 0]],
    [{ customer_id: customer.toUpperCase() }, [6, 4, 2, 0]],
    [{ status: 'verified' }, [7, 6, 5, 4]],
    [{ status: 'failed' }, [1]],
    [{ status: 'pending' }, [3, 0]],
    [{ verification_type: 'identity' }, [3, 2, 1, 0]],
    [{ verification_type: 'unheard_of' }, []],
    [{ customer_id: customer, status: 'verified' }, [6, 4]],
    [{ customer_id: customer, verification_type: 'identity' }, [2, 0]],
    [{ status: 'pending', verification_type: 'identity' }, [3, 0]],
    [{ customer_id: customer, status: 'pending', verification_type: 'identity' }, [0]],
    [{ occurred_after: `${START}.000005Z` }, [7, 6, 5]],
    [{ occurred_before: `${START}.000002Z` }, [1, 0]],
    [{ occurred_after: `${START}.000002Z`, occurred_before: `${START}.000005Z` }, [4, 3, 2]],
    [{ occurred_after: '2026-11-22T10:30:00.000006+01:00' }, [7, 6]],
    [{ occurred_after: `${START}.000003Z`, customer_id: customer, status: 'verified' }, [6, 4]],
    [{ occurred_after: `${START}.000006Z`, verification_type: 'business_entity' }, [7, 6]],
    [{ occurred_before: `${START}.000005Z`, status: 'verified' }, [4]],
    [{ occurred_after: `${START}.000005Z`, occurred_before: `${START}.000005Z` }, []],
    [{ occurred_after: `${START}.000006Z`, occurred_before: `${START}.000001Z` }, []],
    [{ occurred_before: '0001-01-01T00:00:00Z' }, []],
    [{ occurred_after: '9999-12-31T23:59:59.999999Z' }, []],
  ])('filters by %j, page by page too', async (filter, rows) => {
    const answer = await list(filter);
    expect([answer.status, rowsOf(answer)]).toEqual([200, rows]);
    expect(answer.body).toMatchObject({ next_cursor: null, has_more: false });
    const walked: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list({ ...(filter as Record<string, string>), limit: '2', ...(cursor && { cursor }) });
      walked.push(...rowsOf(page));
      expect(page.body.has_more).toBe(page.body.next_cursor !== null);
      cursor = page.body.next_cursor;
    }
    expect(walked).toEqual(rows);
  });

  it('gives an empty page with all its members where nothing is there', async () => {
    const answer = await list('', await app.tenant());
    expect(answer.text).toBe('{"data":[],"next_cursor":null,"has_more":false}');
    expect(answer.headers.get('link')).toBeNull();
  });

  it('links to the next page with the same filters', async () => {
    const first = await list({ customer_id: customer, limit: '1' });
    const link = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const next = await app.call(tenant, 'GET', link);
    expect([next.status, rowsOf(next)]).toEqual([200, [4]]);
    expect(new URLSearchParams(link.split('?')[1]).get('cursor')).toBe(first.body.next_cursor);
    expect((await list({ customer_id: customer, limit: '4' })).headers.get('link')).toBeNull();
  });

  it.each([
    ['1', 1],
    ['8', 8],
    ['100', 8],
  ])('takes limit=%s', async (limit, count) => {
    expect((await list({ limit })).body.data).toHaveLength(count);
  });

  it.each([
    '0',
    '101',
    '1e1',
    ' 10',
    '10 ',
    '',
    '+5',
    '-1',
    '010',
    '1.0',
    '0x10',
    '１０',
    '1000000000000000000000',
    'NaN',
    '5,5',
  ])('refuses limit=%j', async (limit) => {
    const { status, body } = await list({ limit });
    expect([status, body.code, body.fields]).toEqual([
      400,
      'VALIDATION_ERROR',
      [{ field: 'limit', code: 'OUT_OF_RANGE', message: expect.any(String) }],
    ]);
  });

  it('pages by 25 unless told', async () => {
    const other = await app.tenant();
    for (let row = 0; row < 26; row += 1) await created(app, other);
    const { body } = await list('', other);
    expect([body.data.length, body.has_more]).toEqual([25, true]);
  });

  it.each([
    ['customer_id', ['', 'x', `{${customer}}`, `urn:uuid:${customer}`, customer.replaceAll('-', ''), ` ${customer}`]],
    ['status', ['', 'Verified', 'VERIFIED', 'unknown', 'verified,failed', 'pending\0']],
    ['verification_type', ['', 'Identity', 'a b', '-a', 'a'.repeat(65), '%', "' or 1=1 --", '\0']],
    [
      'occurred_after',
      [
        ...['', '2023-02-29T00:00:00Z', '2026-01-01T24:00:00Z', 'infinity', '-infinity', 'now', 'today', 'epoch'],
        ...['2026-06-30T23:59:60Z', '2026-01-01T00:00:00', '2026-01-01', '2026-1-1T00:00:00Z', '1767225600'],
        ...[
          '2026-01-01T00:00:00.1234567Z',
          '2026-01-01 00:00:00Z',
          '2026-01-01T00:00:00+24:00',
          '0000-01-01T00:00:00Z',
        ],
      ],
    ],
    ['occurred_before', ['2026-02-30T00:00:00Z', '+012026-01-01T00:00:00Z', '2026-01-01T00:00:00z', 'yesterday']],
    ['cursor', ['', 'a b', '"', 'x'.repeat(513)]],
  ])('refuses a %s that is none, and names it without repeating it', async (name, values) => {
    for (const value of values) {
      const answer = await list({ [name]: value });
      expect([value, ...refusalOf(answer)]).toEqual([value, 400, 'VALIDATION_ERROR']);
      expect(faultyFields(answer)).toEqual([name]);
    }
  });

  it.each([
    [`occurred_after=2026-01-01T00:00:00+01:00`, ['occurred_after']],
    ['status=verified&status=verified', ['status']],
    ['status=verified&sort=asc', ['sort']],
    ['Status=verified', ['Status']],
    ['status[]=verified', ['*']],
    ['customer_id=x&status=y&limit=z', ['customer_id', 'status', 'limit']],
    ['status=%ff', ['query']],
    ['status=%zz', ['query']],
    ['__proto__=1', ['__proto__']],
    ['=1', ['*']],
  ])('refuses ?%s and names %j', async (query, fields) => {
    const answer = await app.call(tenant, 'GET', `${VERIFICATIONS}?${query}`);
    expect(refusalOf(answer)).toEqual([400, 'VALIDATION_ERROR']);
    expect(faultyFields(answer)).toEqual(fields);
  });

  describe('a cursor', () => {
    it.each([
      [
        'changed in its last character',
        (cursor: string) => `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`,
      ],
      ['changed in its first character', (cursor: string) => `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`],
      ['cut short', (cursor: string) => cursor.slice(0, -4)],
      ['made longer', (cursor: string) => `${cursor}AAAA`],
      ['of nothing', () => 'AAAA'],
    ])('%s is refused', async (_, change) => {
      const { body } = await list({ limit: '2' });
      const { status, body: problem } = await list({ limit: '2', cursor: change(body.next_cursor) });
      expect([status, problem.code]).toEqual([400, 'INVALID_CURSOR']);
    });

    it('holds for its tenant, its world, its list and its filters alone', async () => {
      const organizationId = tenant.organizationId;
      const live = await app.tenant({ organizationId, livemode: true });
      const { body } = await list({ limit: '2' });
      const cursor = body.next_cursor;
      const [shown] = body.data;
      const history = `${VERIFICATIONS}/${String(shown.id)}/history?cursor=${String(cursor)}`;
      const refused = [
        await list({ cursor }, await app.tenant()),
        await list({ cursor }, live),
        await list({ cursor, status: 'verified' }),
        await list({ cursor, occurred_after: '2020-01-01T00:00:00Z' }),
        await app.call(tenant, 'GET', history),
      ];
      expect(refused.map(refusalOf)).toEqual(refused.map(() => [400, 'INVALID_CURSOR']));
      const colleague = await app.tenant({ organizationId });
      expect(rowsOf(await list({ cursor, limit: '3' }, colleague))).toEqual([5, 4, 3]);
    });

    it('goes on where it stood while rows come and go', async () => {
      const other = await app.tenant();
      const old: string[] = [];
      for (let row = 0; row < 6; row += 1) {
        old.unshift((await created(app, other)).id);
        app.clock.advance(1);
      }
      const first = (await list({ limit: '2' }, other)).body;
      app.clock.advance(1);
      await created(app, other);
      await app.sql('delete from customer_verifications.verifications where id = $1', [old[1]]);
      const rest = await list({ cursor: first.next_cursor }, other);
      expect(membersIn(rest, 'id')).toEqual(old.slice(2));
    });
  });
});
