import type { SqlRow, SqlValue, Statement } from './statement.js';

/** What a door needs of a `pg` client. */
export interface SqlClient {
  query(config: string | { name?: string; text: string; values?: readonly SqlValue[] }): Promise<SqlAnswer>;
  /** The socket of the connection. */
  readonly connection?: { readonly stream?: { cork?: () => void; uncork?: () => void } };
}

interface SqlAnswer {
  readonly command?: string;
  readonly rows: SqlRow[];
}

/**
 * One open transaction. `query` may be called any number of times, `finish` once and last: it sends COMMIT right behind its
 * statement. On a pipelined connection the opening travels with the first statement and COMMIT with the last,
 * so that a read is one round trip and a read-decide-write two.
 */
export class Transaction {
  #state: 'new' | 'open' | 'done' = 'new';
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: SqlClient,
    private readonly begin: string,
    private readonly pipelined: boolean,
    private readonly named: boolean,
  ) {}

  /** Runs one statement; rejects with the database's error. */
  async query<Row extends SqlRow>(statement: Statement, values: readonly SqlValue[] = []): Promise<Row[]> {
    const [answer] = await this.#all([...this.#open(), () => this.#send(statement, values)]);
    return answer?.rows as Row[];
  }

  /** Runs the last statement and commits; rejects where either did not happen. */
  async finish<Row extends SqlRow>(statement: Statement, values: readonly SqlValue[] = []): Promise<Row[]> {
    const opening = this.#open();
    this.#state = 'done';
    const [commit, answer] = await this.#all([
      ...opening,
      () => this.#send(statement, values),
      () => this.client.query('commit'),
    ]);
    assertCommitted(commit);
    return answer?.rows as Row[];
  }

  /** Commits what is open; nothing where nothing was sent or `finish` has committed. */
  async commit(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'done';
    const [commit] = await this.#all([() => this.client.query('commit')]);
    assertCommitted(commit);
  }

  /** Ends the transaction without a trace; harmless after a failed `finish`. */
  async rollback(): Promise<void> {
    if (this.#state === 'new') return;
    this.#state = 'done';
    // In turn: a statement that still waits for its turn must not run behind it, in whatever transaction the connection has next.
    await this.#all([() => this.client.query('rollback')]);
  }

  #open(): (() => Promise<SqlAnswer>)[] {
    if (this.#state === 'done') throw new Error('the transaction has ended');
    if (this.#state === 'open') return [];
    this.#state = 'open';
    return [() => this.client.query(this.begin)];
  }

  #send({ name, text }: Statement, values: readonly SqlValue[]): Promise<SqlAnswer> {
    return this.client.query(this.named ? { name, text, values } : { text, values });
  }

  /** The answers, last first. */
  async #all(steps: (() => Promise<SqlAnswer>)[]): Promise<SqlAnswer[]> {
    if (!this.pipelined) return this.#inTurn(steps);
    // Every promise is settled before one is looked at: an error must not leave a later one unheard.
    const settled = await Promise.allSettled(this.#together(steps));
    const failed = settled.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return settled.map((outcome) => (outcome as PromiseFulfilledResult<SqlAnswer>).value).reverse();
  }

  /** Sends all steps in one packet: each packet is a system call here and a waking up of the server. */
  #together(steps: (() => Promise<SqlAnswer>)[]): Promise<SqlAnswer>[] {
    const stream = this.client.connection?.stream;
    stream?.cork?.();
    try {
      return steps.map((step) => step());
    } finally {
      stream?.uncork?.();
    }
  }

  /** Without a pipeline each step awaits the one before, also those of a call made meanwhile. */
  async #inTurn(steps: (() => Promise<SqlAnswer>)[]): Promise<SqlAnswer[]> {
    const turn = this.#tail.then(async () => {
      const answers: SqlAnswer[] = [];
      for (const step of steps) answers.unshift(await step());
      return answers;
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}

function assertCommitted(answer: SqlAnswer | undefined): void {
  // PostgreSQL fulfils the COMMIT of a failed transaction, with the command tag ROLLBACK.
  if (answer?.command !== 'COMMIT') throw new Error('the transaction was rolled back');
}
