import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { DatabaseLog } from './database-log.js';

/** What a connection to PostgreSQL needs. */
export interface DataSourceSettings {
  readonly url: string;
  readonly poolSize: number;
  readonly entities: readonly EntityTarget<ObjectLiteral>[];
}

const CONNECT_TIMEOUT_MS = 5_000;
/** With the lease of a claim no more than half a minute: a worker whose connection has died still takes over in time. */
const ANSWER_TIMEOUT_MS = 8_000;

/** The application's data source: pipelined connections that give up on a server that does not answer. Not yet connected. */
export function createDataSource({ url, poolSize, entities }: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    schema: 'customer_verifications',
    entities: [...entities] as never,
    synchronize: false,
    logger: new DatabaseLog(),
    poolSize,
    applicationName: 'customer-verifications',
    extra: {
      // The doors send a whole transaction at once; see Transaction.
      pipeline: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
    },
  });
}
