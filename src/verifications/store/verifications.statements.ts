import type { Statement } from '../../database/index.js';
import { APPEND_EVENT, changeColumns, EVENT_VALUES } from '../../events/index.js';
import { evidenceInserts, evidenceValueCount } from '../../evidence/index.js';
import { claimTexts, completeText } from '../idempotency/idempotency.statements.js';

const TABLE = 'customer_verifications.verifications';

/** Under its own name, which ORDER BY would then mean: order by the qualified column, or no index serves and text decides. */
const time = (column: string): string => `(${column} at time zone 'UTC')::text as ${column}`;

/** The columns of the 16 fields, and the version. Times and JSON as text: nothing is parsed on the way out. */
const FIELDS = [
  'organization_id, id, customer_id, provider, verification_type, check_type, status, actor_id, reason, provider_reference',
  'result_payload::text as result_payload, version, livemode',
  ...['created_at', 'updated_at', 'verified_at', 'last_checked_at', 'expires_at'].map(time),
].join(', ');

/** Besides the fields, what the reducer and the work need. */
const WHOLE = `${FIELDS}, round, awaiting, overridden, word_key, reference_key, began, attempts, ${time('window_ends_at')}, ${time('due_at')},
  lease_until > clock_timestamp() as leased`;

/** Which filters a list has; each combination is a statement of its own, so that each has a plan of its own. */
export interface ListShape {
  readonly customerId: boolean;
  readonly status: boolean;
  readonly verificationType: boolean;
  readonly after: boolean;
  /** Never together with `cursor`, which lies before that time already: a scan begins at one of the two, maybe the farther. */
  readonly before: boolean;
  readonly cursor: boolean;
}

/** What a writing statement carries besides the row and its event. */
export interface WriteShape {
  readonly evidence: 'none' | 'with_new_key' | 'with_stored_key';
  /** Whether an idempotency record is claimed (create) or completed (everything else). */
  readonly keyed: boolean;
}

/**
 * The SQL of the hot paths, made once for each shape. The tenant's columns are the first two parameters everywhere;
 * `ownRows` is the application's own filter, in front of the row-level policies.
 */
export class VerificationsStatements {
  readonly #made = new Map<string, Statement>();

  constructor(private readonly ownRows: string) {}

  get(): Statement {
    return this.#once('verifications_get', () => `select ${FIELDS} from ${TABLE} where ${this.ownRows} and id = $3`);
  }

  /** Locks the row until the end of the transaction. */
  lock(): Statement {
    return this.#once(
      'verifications_lock',
      () => `select ${WHOLE} from ${TABLE} where ${this.ownRows} and id = $3 for update`,
    );
  }

  /** The newest pass of a customer for a type that holds at `$5`. */
  current(): Statement {
    return this.#once(
      'verifications_current',
      () =>
        `select ${FIELDS} from ${TABLE} where ${this.ownRows} and customer_id = $3 and verification_type = $4
          and status = 'verified' and (expires_at is null or expires_at > $5::timestamptz)
        order by verifications.created_at desc, verifications.id desc limit 1`,
    );
  }

  list(shape: ListShape): Statement {
    const flags = Object.values(shape).map((flag) => (flag ? '1' : '0'));
    return {
      ...this.#once(`verifications_list_${flags.join('')}`, () => listText(this.ownRows, shape)),
      ordered: true,
    };
  }

  /** Row, first event, evidence and idempotency record in one statement; no row comes back when the key is taken. */
  create(shape: WriteShape): Statement {
    return this.#once(`verifications_create_${nameOf(shape)}`, () => createText(shape));
  }

  /** A change with its event, and whether it completed the key's record; no row comes back when the version is no longer `$4`. */
  apply(shape: WriteShape): Statement {
    return this.#once(`verifications_apply_${nameOf(shape)}`, () => applyText(this.ownRows, shape));
  }

  /** Claims a row's work, due at once; the caller holds the row's lock. */
  claim(): Statement {
    return this.#once(
      'verifications_claim',
      () => `update ${TABLE} set due_at = $4::timestamptz, attempts = attempts + 1,
          lease_until = clock_timestamp() + $5::integer * interval '1 millisecond'
        where ${this.ownRows} and id = $3 returning attempts`,
    );
  }

  /** An event that changes nothing; the caller holds the row's lock. */
  note(keyed: boolean): Statement {
    return this.#once(`verifications_note${keyed ? '_keyed' : ''}`, () => noteText(keyed));
  }

  #once(name: string, text: () => string): Statement {
    let statement = this.#made.get(name);
    if (!statement) this.#made.set(name, (statement = { name, text: text() }));
    return statement;
  }
}

function nameOf({ evidence, keyed }: WriteShape): string {
  return `${evidence}${keyed ? '_keyed' : ''}`;
}

function listText(ownRows: string, shape: ListShape): string {
  let parameter = 3;
  const next = (): string => `$${String((parameter += 1))}`;
  const filters = [
    shape.customerId && `customer_id = ${next()}`,
    shape.status && `status = ${next()}`,
    shape.verificationType && `verification_type = ${next()}`,
    shape.after && `created_at >= ${next()}::timestamptz`,
    shape.before && `created_at < ${next()}::timestamptz`,
    shape.cursor && `(created_at, id) < (${next()}::timestamptz, ${next()}::uuid)`,
  ].filter((filter) => filter !== false);
  const where = [ownRows, ...filters].join(' and ');
  return `select ${FIELDS} from ${TABLE} where ${where} order by verifications.created_at desc, verifications.id desc limit $3`;
}

/** Where the parameters of each part begin, behind those of the row. */
function layout(rowValues: number, evidence: WriteShape['evidence']): { event: number; evidence: number; key: number } {
  const event = rowValues + 1;
  const afterEvent = event + EVENT_VALUES;
  const kept = evidence === 'none' ? 0 : evidenceValueCount(evidence === 'with_new_key');
  return { event, evidence: afterEvent, key: afterEvent + kept };
}

function createText(shape: WriteShape): string {
  const at = layout(11, shape.evidence);
  const ctes = [
    // The key first: of two creates with one key the second waits here, then stores nothing.
    ...(shape.keyed ? claimTexts(at.key, '$9') : []),
    `created as (
      insert into ${TABLE} (organization_id, livemode, id, customer_id, provider, verification_type, check_type, actor_id,
        created_at, updated_at, window_ends_at, due_at, lease_until, status, version, round, overridden, attempts)
      select $1::uuid, $2::boolean, $3::uuid, $4::uuid, $5::text, $6::text, $7::text, $8::text,
        $9::timestamptz, $9::timestamptz, $10::timestamptz, $9::timestamptz,
        clock_timestamp() + $11::integer * interval '1 millisecond', 'pending', 1, 1, false, 1
      ${shape.keyed ? 'from claimed' : ''}
      returning organization_id, livemode, id
    )`,
    ...evidenceText(shape, 'created', at.evidence),
    `change as (select organization_id, livemode, ${changeColumns(at.event)} from created)`,
  ];
  return `with ${ctes.join(', ')}, ${APPEND_EVENT}`;
}

/** Work of a row that somebody else has claimed since is theirs: only who holds the fence, or needs none, says what is due next. */
const OURS = '($24::integer is null or attempts = $24::integer)';

function applyText(ownRows: string, shape: WriteShape): string {
  const at = layout(24, shape.evidence);
  const ctes = [
    `changed as (
      update ${TABLE} set version = $4::integer + 1, updated_at = $5::timestamptz, status = $6, reason = $7, actor_id = $8,
        verified_at = $9::timestamptz, expires_at = $10::timestamptz, provider_reference = $11, result_payload = $12::json,
        last_checked_at = $13::timestamptz, awaiting = $14, round = $15::integer, overridden = $16::boolean, word_key = $17,
        reference_key = $18, began = $19::json, window_ends_at = $20::timestamptz,
        due_at = case when ${OURS} then $21::timestamptz else due_at end,
        attempts = case when ${OURS} then $22::integer else attempts end,
        lease_until = case when ${OURS} then clock_timestamp() + $23::integer * interval '1 millisecond' else lease_until end
      where ${ownRows} and id = $3 and version = $4::integer
      returning organization_id, livemode, id
    )`,
    ...evidenceText(shape, 'changed', at.evidence),
    shape.keyed && completeText(at.key, 'changed', '$4::integer + 1'),
    `change as (select organization_id, livemode, ${changeColumns(at.event)} from changed)`,
  ].filter((cte) => cte !== false);
  return `with ${ctes.join(', ')}, ${APPEND_EVENT}${shape.keyed ? ', exists (select from completed) as completed' : ''}`;
}

function noteText(keyed: boolean): string {
  const at = layout(2, 'none');
  const change = `change as (select $1::uuid as organization_id, $2::boolean as livemode, ${changeColumns(at.event)})`;
  const ctes = keyed ? [change, completeText(at.key, 'change', 'change.version')] : [change];
  return `with ${ctes.join(', ')}, ${APPEND_EVENT}`;
}

function evidenceText({ evidence }: WriteShape, source: string, first: number): string[] {
  return evidence === 'none' ? [] : [evidenceInserts(source, first, evidence === 'with_new_key')];
}
