import { Database } from '#app/database/index.js';

/**
 * The doors without the application's own filter: what keeps tenants apart is row-level security alone. Both parameters are still
 * named, as every statement must use them.
 */
export class UnfilteredDatabase extends Database {
  override readonly ownRows = '($1::uuid is not null and $2::boolean is not null)';
}
