import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import {
  byTenant,
  Database,
  type SqlRow,
  type Statement,
  type TenantScope,
  tenantValues,
  type Transaction,
} from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { Clock, type Instant } from '../../platform/clock.js';
import { canonicalJson, type JsonValue } from '../../platform/json.js';
import { Vault, vaultFaultOf } from '../../vault/index.js';
import { claimTexts, KEY_KEPT } from './idempotency.statements.js';

/** A request's claim on an Idempotency-Key of its tenant. */
export interface KeyClaim {
  readonly key: string;
  /** SHA-256 of method, route and canonical body: what makes it the same request. Stored nowhere: a short tax number would be guessed from it. */
  readonly request: Buffer;
  /** What is stored of `request`: a mark of the vault's. */
  readonly fingerprint: Buffer;
  /** How long the request is taken to be under way. */
  readonly leaseMs: number;
}

/** The end of a claimed request: its answer's HTTP status, kept with the version that it answered with. */
export interface KeyCompletion {
  readonly key: string;
  readonly httpStatus: number;
}

/** An earlier request with the same key and content. */
export interface EarlierRequest {
  readonly verificationId: string;
  /** Null: its process died before it answered, and the caller takes it over. */
  readonly answered: { readonly version: number; readonly httpStatus: number } | null;
}

interface RecordRow extends SqlRow {
  readonly fingerprint: Buffer;
  readonly verification_id: string;
  readonly version: number | null;
  readonly http_status: number | null;
  readonly lease_seconds: number | null;
}

interface OutdatedRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
  readonly key: string;
}

const CLAIM: Statement = {
  name: 'idempotency_claim',
  text: `with ${claimTexts(5, '$4').join(', ')} select 1 as claimed from claimed`,
};

/** What marks of requests are for. */
const USE = 'idempotency fingerprint';

/** A slice: so many records go at once. */
const PURGED_AT_ONCE = 1_000;

const OUTDATED: Statement = {
  name: 'idempotency_outdated',
  text: `select organization_id, livemode, key from customer_verifications.idempotency_records
    where created_at <= $1::timestamptz - ${KEY_KEPT} order by created_at limit ${String(PURGED_AT_ONCE)}`,
};

/** Idempotency-Key records (draft-ietf-httpapi-idempotency-key-header): one for each key of a tenant, kept 7 days. */
@Injectable()
export class Idempotency {
  readonly #logger = new Logger(Idempotency.name);
  readonly #find: Statement;
  readonly #complete: Statement;
  readonly #purge: Statement;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly vault: Vault,
  ) {
    this.#find = {
      name: 'idempotency_find',
      text: `select fingerprint, verification_id, version, http_status,
          ceil(extract(epoch from lease_until - clock_timestamp()))::integer as lease_seconds
        from customer_verifications.idempotency_records
        where ${database.ownRows} and key = $3 and created_at > $4::timestamptz - ${KEY_KEPT}`,
    };
    this.#complete = {
      name: 'idempotency_complete',
      text: `update customer_verifications.idempotency_records
        set state = 'done', lease_until = null, version = $4::integer, http_status = $5::smallint
        where ${database.ownRows} and key = $3 and state = 'in_progress' returning 1 as completed`,
    };
    this.#purge = {
      name: 'idempotency_purge',
      text: `delete from customer_verifications.idempotency_records
        where ${database.ownRows} and key = any($3::text[]) and created_at <= $4::timestamptz - ${KEY_KEPT} returning 1 as purged`,
    };
  }

  /** The claim of a request on a key: bound to `route`, which is method and path with its ids, and to the body whatever its spelling. */
  claimOf(key: string, { route, body }: { route: string; body: JsonValue }, leaseMs: number): KeyClaim {
    const request = createHash('sha256')
      .update(`${route}\n${canonicalJson(body)}`)
      .digest();
    return { key, request, fingerprint: this.vault.mark(USE, request), leaseMs };
  }

  /** Claims the key for a verification in an open transaction, before any row is locked; false where it is taken. */
  async claim(
    tx: Transaction,
    about: TenantScope & { readonly id: string },
    claim: KeyClaim,
    now: Instant,
  ): Promise<boolean> {
    const values = [...tenantValues(about), about.id, now, claim.key, claim.fingerprint, claim.leaseMs];
    return (await tx.query(CLAIM, values)).length === 1;
  }

  /**
   * The earlier request of a taken key. Throws `IDEMPOTENCY_KEY_REUSED` (422) where it was another request, `IDEMPOTENCY_IN_PROGRESS` (409) while it is
   * under way, and `SERVICE_UNAVAILABLE` (503) where the key ring lacks what tells them apart; null where there is none, or none any more.
   */
  async earlier(scope: TenantScope, claim: KeyClaim): Promise<EarlierRequest | null> {
    const values = [...tenantValues(scope), claim.key, this.clock.now()];
    const [record] = await this.database.one<RecordRow>(scope, this.#find, values);
    if (!record) return null;
    if (!this.#isSame(record.fingerprint, claim.request)) {
      throw new AppError('refused', 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key belongs to a different request.');
    }
    const { verification_id: verificationId, version, http_status: httpStatus, lease_seconds: leaseSeconds } = record;
    if (version !== null && httpStatus !== null) return { verificationId, answered: { version, httpStatus } };
    if ((leaseSeconds ?? 0) > 0) throw keyUnderWay(Math.max(1, Math.min(leaseSeconds ?? 1, 5)));
    return { verificationId, answered: null };
  }

  /** Completes a record with the version that the request answers with; false where somebody completed it before. */
  async complete(scope: TenantScope, { key, httpStatus }: KeyCompletion, version: number): Promise<boolean> {
    const values = [...tenantValues(scope), key, version, httpStatus];
    return (await this.database.one(scope, this.#complete, values)).length === 1;
  }

  /** Deletes records that are older than their promise, at most 1,000, the oldest first. Returns how many it found. */
  async purge(): Promise<number> {
    const now = this.clock.now();
    const rows = await this.database.unscoped<OutdatedRow>('old_keys', OUTDATED, [now]);
    const scopeOf = ({ organization_id: organizationId, livemode }: OutdatedRow): TenantScope => ({
      organizationId,
      livemode,
    });
    for (const { scope, things: own } of byTenant(rows, scopeOf)) {
      // The age is looked at again: a request may have taken the key over meanwhile.
      await this.database.one(scope, this.#purge, [...tenantValues(scope), own.map(({ key }) => key), now]);
    }
    return rows.length;
  }

  #isSame(fingerprint: Buffer, request: Buffer): boolean {
    // Of a process of before fingerprints had a key: the digest itself.
    if (fingerprint.length === request.length) return fingerprint.equals(request);
    try {
      return this.vault.isMarkOf(fingerprint, USE, request);
    } catch (error) {
      if (vaultFaultOf(error) === null) throw error;
      this.#logger.error({ event: 'idempotency_key_not_compared', fault: vaultFaultOf(error) });
      const message = 'Whether this request was made before cannot be told at the moment.';
      throw new AppError('unavailable', 'SERVICE_UNAVAILABLE', message, { cause: error });
    }
  }
}

/** 409: the first request with the key has not been answered yet. */
export function keyUnderWay(retryAfterSeconds: number): AppError {
  return new AppError(
    'conflict',
    'IDEMPOTENCY_IN_PROGRESS',
    'The first request with this Idempotency-Key is under way.',
    { retryAfterSeconds },
  );
}
