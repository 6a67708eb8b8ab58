/** The embedded PostgreSQL can't be had or doesn't start. The message is for the person at the terminal. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(problem: string, options?: ErrorOptions) {
    super(`embedded PostgreSQL: ${problem}. Set DATABASE_URL to use a server of your own.`, options);
  }
}
