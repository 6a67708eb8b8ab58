import type { TenantScope } from '../database/index.js';
import type { Place } from './vault.js';

/**
 * A table whose rows each keep a data key in `ring_key_id` and `wrapped_key` (null: destroyed). An index finds them by the id of the wrapping key, and
 * a policy of its own shows them to the purpose `key_rotation`: see the migration of that name.
 */
export interface KeyTable {
  /** Without its schema. */
  readonly name: string;
  /** The column that names a row within its tenant. */
  readonly row: string;
  readonly rowType: 'uuid' | 'text';
  /** Where the wrapped key of a row belongs. */
  readonly placeOf: (scope: TenantScope, row: string) => Place;
}
