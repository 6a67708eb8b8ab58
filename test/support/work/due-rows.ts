import { addMilliseconds } from '../../../src/platform/clock.js';
import type { TestApp } from '../app.js';

/** Rows that were put into the table as they are, and how. */
export interface PlantedRows {
  readonly ids: readonly string[];
  readonly count: number;
  readonly organizationId: string;
  readonly provider: string;
  /** From the application's present; now unless told. */
  readonly dueInMs?: number;
}

/** Plants pending verifications of one organization's test world; no event, no evidence, nobody asked about them. */
export async function plantDueRows(
  app: TestApp,
  wanted: Omit<PlantedRows, 'ids'> & Partial<PlantedRows>,
): Promise<PlantedRows> {
  const { count, organizationId, provider, dueInMs = 0 } = wanted;
  const now = app.clock.now();
  const values = [
    organizationId,
    provider,
    now,
    addMilliseconds(now, dueInMs),
    addMilliseconds(now, 72 * 3_600_000),
    count,
  ];
  const made = await app.sql<{ id: string }>(
    `insert into customer_verifications.verifications (organization_id, livemode, id, customer_id, provider, verification_type,
        check_type, actor_id, created_at, updated_at, window_ends_at, due_at, status, version, round, overridden, attempts)
      select $1, false, gen_random_uuid(), gen_random_uuid(), $2, 'identity', 'scripted', 'key:test', $3, $3, $5,
        $4::timestamptz - place * interval '1 microsecond', 'pending', 1, 1, false, 0
      from generate_series(0, $6::integer - 1) place returning id`,
    values,
  );
  return { ...wanted, ids: made.map(({ id }) => id) };
}

/** The row's work, as the database has it. */
export async function dueRowIn(app: TestApp, id: unknown): Promise<Record<string, unknown>> {
  const [row] = await app.sql(
    `select due_at, lease_until, attempts, status, reason, version, lease_until > clock_timestamp() as leased
      from customer_verifications.verifications where id = $1`,
    [id],
  );
  if (!row) throw new Error('no such row');
  return row;
}

/** Lets the leases of rows run out, as if their process had died a while ago. */
export async function expireLease(app: TestApp, ids: readonly string[]): Promise<void> {
  await app.sql(
    `update customer_verifications.verifications set lease_until = clock_timestamp() - interval '1 second' where id = any($1::uuid[])`,
    [ids],
  );
}
