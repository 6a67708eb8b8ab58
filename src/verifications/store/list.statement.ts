import { FIELDS, TABLE } from './verification.columns.js';

/** Which filters a list has; each combination is a statement of its own, so that each has a plan of its own. */
export interface ListShape {
  readonly customerId: boolean;
  readonly status: boolean;
  readonly verificationType: boolean;
  readonly after: boolean;
  /** Never together with `cursor`, which lies before that time already: a scan begins at one of the two, maybe the farther. */
  readonly before: boolean;
  readonly cursor: boolean;
}

/** The text of a list's statement: `$3` is the limit, the filters' values follow in the order of {@link ListShape}. */
export function listText(ownRows: string, shape: ListShape): string {
  let parameter = 3;
  const next = (): string => `$${String((parameter += 1))}`;
  const filters = [
    shape.customerId && `customer_id = ${next()}`,
    shape.status && `status = ${next()}`,
    shape.verificationType && `verification_type = ${next()}`,
    shape.after && `created_at >= ${next()}::timestamptz`,
    shape.before && `created_at < ${next()}::timestamptz`,
    shape.cursor && `(created_at, id) < (${next()}::timestamptz, ${next()}::uuid)`,
  ].filter((filter) => filter !== false);
  const where = [ownRows, ...filters].join(' and ');
  return `select ${FIELDS} from ${TABLE} where ${where} order by verifications.created_at desc, verifications.id desc limit $3`;
}
