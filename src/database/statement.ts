/** SQL with `$n` parameters. The name is unique to the text: PostgreSQL keeps a prepared statement for it on each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /**
   * True: its order is that of an index. The planner is kept from sorting, because it plans for every value at once and can't know
   * that this one (a customer, a status) has a hundred thousand rows.
   */
  readonly ordered?: true;
}

/** One value of a statement. Times go as text, JSON as canonical text. */
export type SqlValue =
  string | number | boolean | Buffer | null | readonly Buffer[] | readonly (string | number | boolean | null)[];

/** A row as the driver returns it. */
export type SqlRow = Record<string, unknown>;
