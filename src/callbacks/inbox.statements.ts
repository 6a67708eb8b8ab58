import type { Statement } from '../database/index.js';
import type { DueTable } from '../work/index.js';

/** The table of the inbox, qualified. */
export const INBOX = 'customer_verifications.callback_inbox';

const KEPT = "interval '30 days'";

/** Some of the items of all tenants that are kept no longer. */
export const OUTDATED: Statement = {
  name: 'inbox_outdated',
  text: `select organization_id, livemode, id from ${INBOX} where settled_at <= $1::timestamptz - ${KEPT} order by settled_at limit 500`,
  ordered: true,
};

/**
 * The inbox as due rows: no provider fills a pass of a tenant. Of what came by the deployment's connection each organization that it is about has
 * a lane of its own, and what nobody knows yet another.
 */
export const INBOX_DUE: DueTable = {
  name: INBOX,
  lane: "(provider || coalesce(' ' || about_organization_id::text || ' ' || about_livemode::text, ''))",
};

const ADD = `insert into ${INBOX} (organization_id, livemode, id, provider, dedup_key, reference, our_reference, received_at, due_at,
    ring_key_id, wrapped_key, sealed, about_organization_id, about_livemode, has_event_id, deliveries, attempts)
  values ($1::uuid, $2::boolean, $3::uuid, $4::text, $5::bytea, $6::text, $7::text, $8::timestamptz, $8::timestamptz,
    $9::text, $10::bytea, $11::bytea, $12::uuid, $13::boolean`;

/** The SQL of the inbox. The tenant's columns are the first two parameters everywhere. */
export class InboxStatements {
  /** A vendor's event: told once. */
  readonly addEvent: Statement = {
    name: 'inbox_add_event',
    text: `${ADD}, true, 1, 0)
      on conflict (organization_id, livemode, provider, dedup_key) where has_event_id do nothing`,
  };
  /** News without a number: told once while nobody has looked, and once more for whoever is just looking. */
  readonly addNews: Statement = {
    name: 'inbox_add_news',
    text: `${ADD}, false, 1, 0)
      on conflict (organization_id, livemode, provider, dedup_key) where not has_event_id and settled_at is null
      do update set deliveries = callback_inbox.deliveries + 1, due_at = least(callback_inbox.due_at, excluded.due_at),
        about_organization_id = coalesce(callback_inbox.about_organization_id, excluded.about_organization_id),
        about_livemode = coalesce(callback_inbox.about_livemode, excluded.about_livemode)`,
  };
  readonly read: Statement;
  readonly settle: Statement;
  readonly purge: Statement;

  constructor(ownRows: string) {
    this.read = {
      name: 'inbox_read',
      text: `select provider, reference, our_reference, ring_key_id, wrapped_key, sealed, deliveries,
          (received_at at time zone 'UTC')::text as received_at
        from ${INBOX} where ${ownRows} and id = $3 and settled_at is null`,
    };
    this.settle = {
      name: 'inbox_settle',
      text: `update ${INBOX} set outcome = $6::text, settled_at = $7::timestamptz, due_at = null, lease_until = null,
          ring_key_id = null, wrapped_key = null, sealed = null
        where ${ownRows} and id = $3 and attempts = $4::integer and deliveries = $5::integer and settled_at is null returning id`,
    };
    this.purge = {
      name: 'inbox_purge',
      text: `delete from ${INBOX} where ${ownRows} and id = any($3::uuid[]) and settled_at <= $4::timestamptz - ${KEPT} returning id`,
    };
  }
}
