import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { ListShape } from '#app/verifications/store/list.statement.js';
import { VerificationsStatements } from '#app/verifications/store/verifications.statements.js';
import { CURRENT_SCHEMA } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const ROWS = 50_000;
const LIMIT = 101;
/** 101 rows through an index and the pages of the table behind it; what a filter skips included. */
const MOST_BLOCKS = 450;

const FLAGS = ['customerId', 'status', 'verificationType', 'after', 'before', 'cursor'] as const;
const SHAPES = Array.from(
  { length: 2 ** FLAGS.length },
  (_, bits) => Object.fromEntries(FLAGS.map((flag, bit) => [flag, (bits & (1 << bit)) !== 0])) as unknown as ListShape,
).filter(({ before, cursor }) => !(before && cursor));

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

const nameOf = (shape: ListShape): string => FLAGS.filter((flag) => shape[flag]).join(' ') || 'nothing';

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

describe('a list in an organization of 50,000 rows', () => {
  let base: TestDatabase;
  let client: pg.Client;
  const organizationId = randomUUID();
  const customerId = '00000000-0000-4000-8000-000000000999';
  const statements = new VerificationsStatements('organization_id = $1 and livemode = $2');

  beforeAll(async () => {
    base = await createTestDatabase(CURRENT_SCHEMA);
    const admin = new pg.Client({ connectionString: base.adminUrl });
    await admin.connect();
    await admin.query(`set session_replication_role = replica`);
    // Ten small organizations beside the large one, each with a test world; 499 customers and one who has a quarter of all rows, about
    // whom a plan for every customer knows nothing.
    await admin.query(
      `insert into customer_verifications.verifications (organization_id, livemode, id, customer_id, provider, verification_type, check_type,
          status, actor_id, created_at, updated_at, version, round, overridden, window_ends_at, attempts)
        select case when n <= $2 then $1::uuid else ('00000000-0000-4000-9000-' || lpad((n % 10)::text, 12, '0'))::uuid end, n % 20 <> 19 or n <= $2,
          gen_random_uuid(), case when n % 4 = 0 then $3 else '00000000-0000-4000-8000-' || lpad((n % 500)::text, 12, '0') end::uuid, 'manual',
          (array['identity', 'age', 'business_entity'])[1 + n % 3], 'review', (array['pending', 'verified', 'verified', 'failed', 'expired'])[1 + n % 5],
          'key:x', timestamptz '2026-01-01' + n * interval '1 microsecond', now(), 1, 1, false, now(), 0
        from generate_series(1, $2 + 10000) n`,
      [organizationId, ROWS, customerId],
    );
    await admin.query('vacuum analyze customer_verifications.verifications');
    await admin.end();
    client = new pg.Client({ connectionString: base.appUrl });
    await client.connect();
    await client.query(
      `set customer_verifications.organization_id = '${organizationId}'; set customer_verifications.livemode = 'true'`,
    );
  });
  afterAll(async () => {
    await client.end();
    await base.drop();
  });

  const second = (row: number): string => `2026-01-01T00:00:00.${String(row).padStart(6, '0')}Z`;

  async function planOf(shape: ListShape, depth: number): Promise<PlanNode> {
    const place = ROWS - depth;
    const given: [boolean, unknown[]][] = [
      [shape.customerId, [customerId]],
      [shape.status, ['verified']],
      [shape.verificationType, ['age']],
      [shape.after, [second(10)]],
      // Without a cursor the end of the time window is what leads deep into the list.
      [shape.before, [second(place)]],
      [shape.cursor, [second(place), randomUUID()]],
    ];
    const values = [organizationId, true, LIMIT, ...given.flatMap(([wanted, parts]) => (wanted ? parts : []))];
    const { name, text, ordered } = statements.list(shape);
    await client.query(`set enable_sort = ${ordered === true ? 'off' : 'on'}; prepare ${name} as ${text}`);
    const literals = values.map((value) => (typeof value === 'string' ? pg.escapeLiteral(value) : String(value)));
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, buffers, timing off, format json) execute ${name} (${literals.join(', ')})`,
    );
    await client.query(`deallocate ${name}`);
    const [row] = rows as [{ 'QUERY PLAN': [{ Plan: PlanNode }] }];
    return row['QUERY PLAN'][0].Plan;
  }

  describe.each(['force_generic_plan', 'force_custom_plan'])('with %s', (mode) => {
    beforeAll(() => client.query(`set plan_cache_mode = ${mode}`));

    it.each(SHAPES.map((shape) => [nameOf(shape), shape] as const))(
      'by %s reads an index in order, a deep page like the first',
      async (_, shape) => {
        for (const depth of [0, 25_000, 49_000]) {
          const plan = await planOf(shape, depth);
          const nodes = nodesOf(plan);
          const kinds = nodes.map((node) => node['Node Type']);
          expect(kinds.filter((kind) => !/^(Limit|Index Scan|Index Only Scan|Result)$/.test(kind))).toEqual([]);
          const blocks = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
          expect({ depth, blocks, few: blocks < MOST_BLOCKS }).toEqual({ depth, blocks, few: true });
        }
      },
    );
  });
});
