/** So many tenants have a queue of their own before one gate; those beyond share one. */
const MOST_QUEUES = 1_000;
/** So long room is left for a tenant whose turn has come, and an empty queue remembered. */
const PATIENCE_US = 5_000_000;

/**
 * Takes a turn at `$5` by the pace `$6`, `$7` for the tenant `$9`; `$8`: has waited, or can't; `$10`: comes back when its turn is, which is kept for it.
 *
 * Generic cell rate algorithm (ITU-T I.371): `spent_until` is when an even flow of the calls made so far would end. Behind it each tenant
 * has a queue, `[due, until]` in microseconds of the epoch: since when the tenant has a right to the next call, and the last turn that was given
 * out. All in the gate's own row: what a statement reads beside the row that it has waited for may be older than that row.
 *
 * Who is asked in its tenant's right moves that right on by one step for each tenant that waits. Who comes without one leaves
 * room for the others' rights. Who is put off in its right gets the next call, whatever turns other tenants have; who is put off otherwise gets a turn
 * behind its own tenant's, and none later than behind everybody's.
 */
export function turnText(table: string, gate: string): string {
  return `with found as (${foundText(table, gate)}),
    queue as (
      select key, (value ->> 0)::bigint as due, (value ->> 1)::bigint as until from found, jsonb_each(found.queues)
    ),
    mine as (
      select found.*, queue.key is not null as known, coalesce(due, now) as due, coalesce(until, 0) as until
      from found left join queue on queue.key = found.own
    ),
    rival as (
      select queue.due, queue.until from queue, found
      where key <> own and until >= due and due > now - ${String(PATIENCE_US)}
    ),
    ${decisionText()}
    update ${table} set
      spent_until = case when free then greatest(spent_until, $5::timestamptz) + $6::bigint * interval '1 microsecond' else spent_until end,
      queues = decided.left_queues
    from decided where ${gate}
    returning free, ((timestamptz 'epoch' + turn * interval '1 microsecond') at time zone 'UTC')::text as turn`;
}

/** The gate's row, locked before anything is judged. */
function foundText(table: string, gate: string): string {
  return `select coalesce((extract(epoch from spent_until) * 1000000)::bigint, 0) as spent, queues,
      (extract(epoch from $5::timestamptz) * 1000000)::bigint as now, $6::bigint as step, $7::bigint as slack,
      case when queues ? $9::text or (select count(*) from jsonb_object_keys(queues)) < ${String(MOST_QUEUES)}
        then $9::text else 'others' end as own
    from ${table} where ${gate} for update`;
}

/** `stride`: one step for each tenant that waits. `reserved`: how many calls the others have a right to. */
function decisionText(): string {
  return `counted as (
      select mine.*, greatest(now, (select max(queue.until) from queue)) as last, spent - slack as opens,
        step * (1 + (select count(*) from rival)) as stride,
        (select count(*) from rival where rival.due <= now + step) as ahead
      from mine
    ),
    weighed as (
      select *, due <= now as has_right,
        (select coalesce(sum(1 + (least(now, rival.until) - rival.due) / stride), 0) from rival where rival.due <= now) as reserved
      from counted
    ),
    judged as (
      select *, opens + case when has_right then 0 else reserved * step end <= now and ($8::boolean or last <= now) as free,
        has_right and ($8::boolean or until <= now) as claims
      from weighed
    ),
    turned as (
      select *, case
        when free then null
        when not $10::boolean then greatest(now + 1, opens + case when has_right then 0 else reserved * step end)
        when claims then least(greatest(now + 1, opens) + ahead * step, greatest(last + step, opens))
        else greatest(least(greatest(due, until + stride), last + step), opens)
      end::bigint as turn
      from judged
    ),
    decided as (select *, ${leftText()} as left_queues from turned)`;
}

/** The queues as they are afterwards: what is over is forgotten, and a tenant that nobody puts off gets none. */
function leftText(): string {
  return `coalesce((
      select jsonb_object_agg(key, jsonb_build_array(queue.due, queue.until)) from queue
      where key <> own and greatest(queue.due, queue.until) > now - ${String(PATIENCE_US)}
    ), '{}') || case
      when not free and not $10::boolean then case when known then jsonb_build_object(own, jsonb_build_array(due, until)) else '{}' end
      when free and not known and not $8::boolean then '{}'
      else jsonb_build_object(own, jsonb_build_array(case
        when free and has_right then greatest(due, now - slack) + stride
        when claims and not free then turn
        else due
      end, greatest(until, turn)))
    end`;
}
