/** SQL with `$n` parameters. The name is unique to the text: PostgreSQL keeps a prepared statement for it on each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** One value of a statement. Times go as text, JSON as canonical text. */
export type SqlValue = string | number | boolean | Buffer | null | readonly string[];

/** A row as the driver returns it. */
export type SqlRow = Record<string, unknown>;
