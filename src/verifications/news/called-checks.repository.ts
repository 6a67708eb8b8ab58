import { Injectable } from '@nestjs/common';
import type { CalledCheck, News } from '../../callbacks/index.js';
import { Connections } from '../../connections/index.js';
import { Database, type SqlRow, type Statement, type TenantScope, tenantValues } from '../../database/index.js';
import { UUID_PATTERN } from '../../platform/ids.js';
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
  text: `${FOUND} from ${TABLE} where provider = $1 and id = $2::uuid
    union ${FOUND} from ${TABLE} where provider = $1 and provider_reference = $3 ${ORDER}`,
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
  async findCertain(owner: TenantScope | null, news: News): Promise<CalledCheck[]> {
    const found = await this.find(owner, news);
    if (owner) return found;
    const certain = await Promise.all(
      found.map(async ({ scope, id }) => {
        return id === news.ourReference || !(await this.connections.isOwn(scope, news.provider));
      }),
    );
    return found.filter((_, index) => certain[index]);
  }

  /** Those of the owner, or of anybody where the connection is the deployment's. */
  async find(owner: TenantScope | null, { provider, reference, ourReference }: News): Promise<CalledCheck[]> {
    const id = ourReference !== undefined && UUID_PATTERN.test(ourReference) ? ourReference : null;
    const values = [provider, id, reference ?? null];
    const rows = owner
      ? await this.database.one<FoundRow>(owner, this.#own, [...tenantValues(owner), ...values])
      : await this.database.unscoped<FoundRow>('callback_target', ANYBODYS, values);
    return rows.map(({ organization_id: organizationId, livemode, id: found }) => {
      return { scope: { organizationId, livemode }, id: found };
    });
  }
}
