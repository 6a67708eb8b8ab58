import type { Statement } from '../database/index.js';
import { turnText } from './turn.statement.js';

const TABLE = 'customer_verifications.provider_gates';
/** Far more gates than a deployment has shut at once: a bound for the worst day. */
const MOST_SHUT = 2_000;

const statement = (name: string, text: string): Statement => ({ name: `gates_${name}`, text });
const time = (column: string): string => `(${column} at time zone 'UTC')::text as ${column}`;

/** The SQL of gates. `$1`, `$2` are the deployment's scope, `$3`, `$4` provider and partition, but for `shut`. */
export interface GateStatements {
  /** Every gate that is shut at `$4`, and the circuits that were to be tried since `$3`. */
  readonly shut: Statement;
  /** Opens a circuit until `$5`, for `$6`, at `$7`, unless one is open that was to be tried since `$8`: then no row comes back. */
  readonly open: Statement;
  /** Claims the trial of an open circuit that is due at `$5`, for `$6` ms; no row comes back where somebody else has it. */
  readonly probe: Statement;
  /** The claimed trial (`$5`) failed: open once more until `$6`, for `$7`. */
  readonly reopen: Statement;
  /** The claimed trial (`$5`) was none. */
  readonly release: Statement;
  /** The vendor is back. No row comes back where somebody has said so before. */
  readonly close: Statement;
  /** Shuts the gate until `$5` for everybody because of `$6`; an open circuit, unless it is older than `$7`, stays one. */
  readonly throttle: Statement;
  /** Takes a turn: see `turnText`. No row comes back where the gate has no row yet. */
  readonly turn: Statement;
  readonly add: Statement;
}

/** The statements; `ownRows` is the application's own filter, in front of the row-level policies. */
export function gateStatements(ownRows: string): GateStatements {
  const gate = `${ownRows} and provider = $3 and partition = $4`;
  const key = 'organization_id, livemode, provider, partition';
  const insert = (columns: string, values: string): string =>
    `insert into ${TABLE} as gate (${key}, ${columns}) values ($1, $2, $3, $4, ${values}) on conflict (${key}) do`;
  return {
    shut: statement(
      'shut',
      `select provider, partition, ${time('shut_until')}, trips, reason from ${TABLE}
        where ${ownRows} and shut_until > $3::timestamptz and (trips > 0 or shut_until > $4::timestamptz)
        order by shut_until desc limit ${String(MOST_SHUT)}`,
    ),
    open: statement(
      'open',
      `${insert('trips, shut_until, reason, opened_at', '1, $5::timestamptz, $6, $7::timestamptz')} update
        set trips = 1, shut_until = greatest(gate.shut_until, excluded.shut_until), reason = excluded.reason,
          opened_at = excluded.opened_at, probe_until = null
        where gate.trips = 0 or gate.shut_until < $8::timestamptz
      returning ${time('shut_until')}`,
    ),
    ...trialStatements(gate),
    throttle: statement('throttle', throttleText(insert)),
    turn: statement('turn', turnText(TABLE, gate)),
    add: statement('add', `${insert('trips', '0')} nothing`),
  };
}

function trialStatements(gate: string): Pick<GateStatements, 'probe' | 'reopen' | 'release' | 'close'> {
  return {
    probe: statement(
      'probe',
      `update ${TABLE} set probe_until = clock_timestamp() + $6::integer * interval '1 millisecond'
        where ${gate} and trips > 0 and shut_until <= $5::timestamptz and (probe_until is null or probe_until < clock_timestamp())
        returning ${time('probe_until')}, ${time('opened_at')}, trips`,
    ),
    reopen: statement(
      'reopen',
      `update ${TABLE} set trips = trips + 1, shut_until = greatest(shut_until, $6::timestamptz), reason = $7, probe_until = null
        where ${gate} and trips > 0 and probe_until = $5::timestamptz returning ${time('shut_until')}, trips`,
    ),
    release: statement(
      'release',
      `update ${TABLE} set probe_until = null where ${gate} and probe_until = $5::timestamptz returning trips`,
    ),
    close: statement(
      'close',
      `update ${TABLE} set trips = 0, shut_until = null, reason = null, opened_at = null, probe_until = null
        where ${gate} and trips > 0 returning trips`,
    ),
  };
}

function throttleText(insert: (columns: string, values: string) => string): string {
  const forgotten = 'gate.shut_until < $7::timestamptz';
  return `${insert('trips, shut_until, reason', '0, $5::timestamptz, $6')} update
    set shut_until = greatest(gate.shut_until, excluded.shut_until),
      trips = case when ${forgotten} then 0 else gate.trips end,
      opened_at = case when ${forgotten} then null else gate.opened_at end,
      reason = case when gate.trips > 0 and not ${forgotten} then gate.reason else excluded.reason end
    returning trips`;
}
