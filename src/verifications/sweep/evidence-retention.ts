import { Injectable } from '@nestjs/common';
import { Database, type SqlRow, type Statement, type TenantScope, tenantValues } from '../../database/index.js';
import { addMilliseconds, Clock, type Instant } from '../../platform/clock.js';
import { VerificationsOptions } from '../options/verifications.options.js';

interface TenantRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
}

const KEYS = 'customer_verifications.data_keys';
const DAY_MS = 86_400_000;

/** So many keys of one tenant go at once. */
const SLICE = 500;

/** Whose keys there are from before `$1`: from tenant to tenant, past however many keys each has. */
const TENANTS: Statement = {
  name: 'evidence_old_tenants',
  ordered: true,
  text: `with recursive tenants as (
      (select organization_id, livemode from ${KEYS} where wrapped_key is not null order by organization_id, livemode limit 1)
      union all
      select next.organization_id, next.livemode from tenants, lateral (
        select organization_id, livemode from ${KEYS} as further
        where (further.organization_id, further.livemode) > (tenants.organization_id, tenants.livemode) and wrapped_key is not null
        order by further.organization_id, further.livemode limit 1
      ) as next
    )
    select organization_id, livemode from tenants where exists (
      select from ${KEYS} as own
      where own.organization_id = tenants.organization_id and own.livemode = tenants.livemode
        and wrapped_key is not null and created_at <= $1::timestamptz
    )`,
};

/** A later round that nobody has answered yet (`isAsked`): the verification still shows what the one before it said. A decision's key begins with 1. */
const UNANSWERED = `v.status = 'verified' and v.round > 1 and not v.overridden and coalesce(v.word_key, '') not like '1%'`;

/**
 * The policy on evidence, where there is one: so many days after it was asked what a check is about, its data key is destroyed, once the check is
 * decided and no round of it is under way. Ciphertexts stay; nobody can read them, in no copy of the database that is made from then on.
 */
@Injectable()
export class EvidenceRetention {
  readonly #destroy: Statement;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly options: VerificationsOptions,
  ) {
    this.#destroy = {
      name: 'evidence_destroy_keys',
      // What a recheck has in hand is left for the next time: it is about to ask about it.
      text: `with decided as materialized (
          select k.verification_id from ${KEYS} k
          join customer_verifications.verifications v
            on v.organization_id = k.organization_id and v.livemode = k.livemode and v.id = k.verification_id
          where k.organization_id = $1 and k.livemode = $2 and k.wrapped_key is not null and k.created_at <= $3::timestamptz
            and v.status <> 'pending' and not (${UNANSWERED} and v.window_ends_at > $4::timestamptz)
          order by k.created_at limit ${String(SLICE)} for update of v skip locked
        )
        update ${KEYS} set wrapped_key = null
        where ${database.ownRows} and verification_id in (select verification_id from decided)
          and wrapped_key is not null and created_at <= $3::timestamptz
        returning 1 as destroyed`,
    };
  }

  /** Destroys the keys that are old enough, at most a slice of each tenant. Returns how many; 0 where evidence is kept. */
  async purge(): Promise<number> {
    const { evidenceKeptDays } = this.options;
    if (evidenceKeptDays === null) return 0;
    const now = this.clock.now();
    const until = addMilliseconds(now, -evidenceKeptDays * DAY_MS);
    let destroyed = 0;
    for (const row of await this.database.unscoped<TenantRow>('old_evidence', TENANTS, [until])) {
      destroyed += await this.#purgeOf({ organizationId: row.organization_id, livemode: row.livemode }, until, now);
    }
    return destroyed;
  }

  async #purgeOf(scope: TenantScope, until: Instant, now: Instant): Promise<number> {
    return (await this.database.one(scope, this.#destroy, [...tenantValues(scope), until, now])).length;
  }
}
