import type { Statement } from '../../database/index.js';
import { APPEND_EVENT, changeColumns, EVENT_VALUES } from '../../events/index.js';
import { evidenceInserts, evidenceValueCount } from '../../evidence/index.js';
import { claimTexts, completeText } from '../idempotency/idempotency.statements.js';
import { type ListShape, listText } from './list.statement.js';
import { FIELDS, TABLE, WHOLE } from './verification.columns.js';

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

  /** Claims a row's work, due at once and, where `$6`, the first question of a new ladder; the caller holds the row's lock. */
  claim(): Statement {
    return this.#once(
      'verifications_claim',
      () => `update ${TABLE} set due_at = $4::timestamptz, attempts = attempts + 1,
          ladder_from = case when $6::boolean then attempts else ladder_from end,
          lease_until = clock_timestamp() + $5::integer * interval '1 millisecond'
        where ${this.ownRows} and id = $3 returning attempts, ladder_from`,
    );
  }

  /** Says that a start may have reached the provider at `$6`, where it surely had not and `$4` is the claim; should nobody live to hear of it, it is asked about at `$5`. */
  openStart(): Statement {
    return this.#once(
      'verifications_open_start',
      () => `update ${TABLE} set start_refused = false, started_at = $6::timestamptz, due_at = least($5::timestamptz, window_ends_at)
        where ${this.ownRows} and id = $3 and attempts = $4::integer and start_refused returning id`,
    );
  }

  /** Gives a claimed row back, due at `$5`: `$4` is the claim, which was no step of the ladder; where `$6`, no start was sent. */
  defer(): Statement {
    return this.#once(
      'verifications_defer',
      () => `update ${TABLE} set due_at = $5::timestamptz, lease_until = null, ladder_from = ladder_from + 1,
          start_refused = start_refused or $6::boolean
        where ${this.ownRows} and id = $3 and attempts = $4::integer and lease_until is not null returning id`,
    );
  }

  /** The vendor has been told, or need not be: `$4` is the claim. What is left is the end of a pass, also of one that was given meanwhile. */
  closed(): Statement {
    return this.#once(
      'verifications_closed',
      () => `update ${TABLE} set left_open = false, due_at = case status when 'verified' then expires_at end, lease_until = null
        where ${this.ownRows} and id = $3 and attempts = $4::integer and left_open returning id`,
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

/** Where the parameters of each part begin, behind those of the row. */
function layout(rowValues: number, evidence: WriteShape['evidence']): { event: number; evidence: number; key: number } {
  const event = rowValues + 1;
  const afterEvent = event + EVENT_VALUES;
  const kept = evidence === 'none' ? 0 : evidenceValueCount(evidence === 'with_new_key');
  return { event, evidence: afterEvent, key: afterEvent + kept };
}

function createText(shape: WriteShape): string {
  const at = layout(12, shape.evidence);
  const ctes = [
    // The key first: of two creates with one key the second waits here, then stores nothing.
    ...(shape.keyed ? claimTexts(at.key, '$9') : []),
    `created as (
      insert into ${TABLE} (organization_id, livemode, id, customer_id, provider, verification_type, check_type, actor_id,
        created_at, updated_at, window_ends_at, due_at, lease_until, status, version, round, overridden, attempts, start_refused)
      select $1::uuid, $2::boolean, $3::uuid, $4::uuid, $5::text, $6::text, $7::text, $8::text,
        $9::timestamptz, $9::timestamptz, $10::timestamptz, $9::timestamptz,
        clock_timestamp() + $11::integer * interval '1 millisecond', 'pending', 1, 1, false, 1, $12::boolean
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
  const at = layout(29, shape.evidence);
  const ctes = [
    `changed as (
      update ${TABLE} set version = $4::integer + 1, updated_at = $5::timestamptz, status = $6, reason = $7, actor_id = $8,
        verified_at = $9::timestamptz, expires_at = $10::timestamptz, provider_reference = $11, result_payload = $12::json,
        last_checked_at = $13::timestamptz, awaiting = $14, round = $15::integer, overridden = $16::boolean, word_key = $17,
        reference_key = $18, began = $19::json, window_ends_at = $20::timestamptz, passed_at = $29::timestamptz,
        due_at = case when ${OURS} then $21::timestamptz else due_at end,
        attempts = case when ${OURS} then greatest(attempts, $22::integer) else attempts end,
        awaiting_key = $25, ladder_from = case when ${OURS} then $26::integer else ladder_from end,
        start_refused = case when ${OURS} then $27::boolean else start_refused end,
        left_open = case when ${OURS} then $28::boolean else left_open end,
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
