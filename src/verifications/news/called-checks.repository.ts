import { Injectable } from '@nestjs/common';
import type { CalledCheck, News } from '../../callbacks/index.js';
import { Connections } from '../../connections/index.js';
import {
  Database,
  DEPLOYMENT_ID,
  type SqlRow,
  type Statement,
  type TenantScope,
  tenantValues,
} from '../../database/index.js';
import { UUID_PATTERN } from '../../platform/ids.js';
import type { CallbackHint } from '../../providers/provider-adapter.js';
import { TABLE } from '../store/verification.columns.js';

interface FoundRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
  readonly id: string;
}

/** One session of a vendor's may stand behind several checks of one person; more than these are a vendor's mistake. */
const MOST = 50;

const FOUND = 'select organization_id, livemode, id';
const ORDER = `order by id limit ${String(MOST)}`;

const ANYBODYS: Statement = {
  name: 'called_checks_anybodys',
  text: `${FOUND} from ${TABLE} where provider = $1 and id = $2::uuid and livemode = $4
    union ${FOUND} from ${TABLE} where provider = $1 and provider_reference = $3 and livemode = $4 ${ORDER}`,
};

interface OwnerRow extends SqlRow {
  readonly place: number;
  readonly organization_id: string;
  readonly livemode: boolean;
}

const OWNER = `select organization_id, livemode from ${TABLE} where provider = $1 and`;

const OWNERS: Statement = {
  name: 'called_checks_owners',
  text: `select place::integer as place, organization_id, livemode
    from unnest($2::uuid[], $3::text[]) with ordinality as hint (ours, theirs, place)
    cross join lateral (
      (${OWNER} id = hint.ours limit 1) union all (${OWNER} provider_reference = hint.theirs limit 1) limit 1
    ) found`,
};

/** The verifications that a callback names, by the vendor's id or by ours. */
@Injectable()
export class CalledChecksRepository {
  readonly #own: Statement;

  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
  ) {
    const { ownRows } = database;
    this.#own = {
      name: 'called_checks_own',
      text: `${FOUND} from ${TABLE} where ${ownRows} and provider = $3 and id = $4::uuid
        union ${FOUND} from ${TABLE} where ${ownRows} and provider = $3 and provider_reference = $5 ${ORDER}`,
    };
  }

  /**
   * {@link find} without those that bear an equal reference by chance: to the deployment's account belongs no reference of an organization's own,
   * unless our own id says which check is meant.
   */
  async findCertain(by: TenantScope, news: News): Promise<CalledCheck[]> {
    const found = await this.find(by, news);
    if (!isDeployments(by)) return found;
    const certain = await Promise.all(
      found.map(async ({ scope, id }) => {
        return id === news.ourReference || !(await this.connections.isOwn(scope, news.provider));
      }),
    );
    return found.filter((_, index) => certain[index]);
  }

  /** Those of whose connection it is, or of anybody, live or test as it is, where that is the deployment's. */
  async find(by: TenantScope, { provider, reference, ourReference }: News): Promise<CalledCheck[]> {
    const values = [provider, ourIdOf(ourReference), reference ?? null];
    const rows = isDeployments(by)
      ? await this.database.unscoped<FoundRow>('callback_target', ANYBODYS, [...values, by.livemode])
      : await this.database.one<FoundRow>(by, this.#own, [...tenantValues(by), ...values]);
    return rows.map(({ organization_id: organizationId, livemode, id: found }) => {
      return { scope: { organizationId, livemode }, id: found };
    });
  }

  /** Of each hint somebody whose check it names, in their order; null where there is none. One look, however many hints there are. */
  async owners(provider: string, hints: readonly CallbackHint[]): Promise<(TenantScope | null)[]> {
    const ours = hints.map(({ ourReference }) => ourIdOf(ourReference));
    const theirs = hints.map(({ reference }) => reference ?? null);
    const rows = await this.database.unscoped<OwnerRow>('callback_target', OWNERS, [provider, ours, theirs]);
    const found = new Map(rows.map((row) => [row.place, row]));
    return hints.map((_, index) => {
      const row = found.get(index + 1);
      return row ? { organizationId: row.organization_id, livemode: row.livemode } : null;
    });
  }
}

function isDeployments({ organizationId }: TenantScope): boolean {
  return organizationId === DEPLOYMENT_ID;
}

function ourIdOf(ourReference: string | undefined): string | null {
  return ourReference !== undefined && UUID_PATTERN.test(ourReference) ? ourReference : null;
}
