import type { SqlValue } from './statement.js';
import { type SqlClient, Transaction } from './transaction.js';

const STATEMENT = { name: 'one', text: 'select 1', ordered: true } as const;

/** A client that notes when each query is sent and answered; answers come when the test lets them. */
class NotedClient implements SqlClient {
  readonly notes: string[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly failing: string | null = null,
    private readonly commitTag = 'COMMIT',
  ) {}

  query(config: string | { name?: string; text: string; values?: readonly SqlValue[] }): Promise<never> {
    const { text, name } = typeof config === 'string' ? { text: config, name: undefined } : config;
    this.notes.push(`> ${text}${name === undefined ? '' : ` (${name})`}`);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        this.notes.push(`< ${text}`);
        if (text === this.failing) reject(new Error(`${text} failed`));
        else resolve({ command: text === 'commit' ? this.commitTag : 'SELECT', rows: [{ text }] } as never);
      });
    });
  }

  /** Answers everything, one after the other, until nothing is asked any more. */
  async answer<Value>(asked: Promise<Value>): Promise<Value> {
    const progress = { over: false };
    const done = asked.finally(() => (progress.over = true));
    done.catch(() => undefined);
    while (!progress.over) {
      this.#waiting.shift()?.();
      await Promise.resolve();
    }
    return done;
  }
}

describe('a transaction', () => {
  it('on a pipelined connection sends opening, statement and COMMIT before any answer', async () => {
    const client = new NotedClient();
    const rows = await client.answer(new Transaction(client, 'begin', true, true).finish(STATEMENT));
    expect(rows).toEqual([{ text: 'select 1' }]);
    expect(client.notes.slice(0, 3)).toEqual(['> begin', '> select 1 (one)', '> commit']);
  });

  it('elsewhere awaits each answer, also between calls made at once', async () => {
    const client = new NotedClient();
    const tx = new Transaction(client, 'begin', false, false);
    await client.answer(Promise.all([tx.query(STATEMENT), tx.query({ name: 'two', text: 'select 2' })]));
    expect(client.notes).toEqual(['> begin', '< begin', '> select 1', '< select 1', '> select 2', '< select 2']);
  });

  it.each([true, false])('rejects with what failed first, pipelined: %s', async (pipelined) => {
    for (const failing of ['begin', 'select 1', 'commit']) {
      const client = new NotedClient(failing);
      const finished = client.answer(new Transaction(client, 'begin', pipelined, true).finish(STATEMENT));
      await expect(finished).rejects.toThrow(`${failing} failed`);
    }
  });

  it.each([true, false])('rejects where COMMIT rolled back, pipelined: %s', async (pipelined) => {
    const client = new NotedClient(null, 'ROLLBACK');
    const tx = new Transaction(client, 'begin', pipelined, true);
    await expect(client.answer(tx.finish(STATEMENT))).rejects.toThrow('the transaction was rolled back');
    const open = new Transaction(client, 'begin', pipelined, true);
    await client.answer(open.query(STATEMENT));
    await expect(client.answer(open.commit())).rejects.toThrow('the transaction was rolled back');
  });

  it.each([true, false])('is rolled back behind all that it was asked, pipelined: %s', async (pipelined) => {
    const client = new NotedClient('select 1');
    const tx = new Transaction(client, 'begin', pipelined, false);
    const asked = ['select 1', 'select 2', 'select 3'].map((text) => tx.query({ name: text, text }));
    const ended = Promise.all(asked).catch(() => tx.rollback());
    await client.answer(Promise.allSettled([ended, ...asked]));
    expect(client.notes.filter((note) => note.startsWith('>')).at(-1)).toBe('> rollback');
    expect(client.notes).toContain('> select 3');
  });

  it('that never began sends nothing at its end', async () => {
    const client = new NotedClient();
    const tx = new Transaction(client, 'begin', true, true);
    await tx.commit();
    await tx.rollback();
    expect(client.notes).toEqual([]);
  });

  it('takes no statement after its last, and no second COMMIT', async () => {
    const client = new NotedClient();
    const tx = new Transaction(client, 'begin', true, true);
    await client.answer(tx.finish(STATEMENT));
    await expect(tx.query(STATEMENT)).rejects.toThrow('the transaction has ended');
    await expect(tx.finish(STATEMENT)).rejects.toThrow('the transaction has ended');
    await tx.commit();
    expect(client.notes.filter((note) => note === '> commit')).toHaveLength(1);
  });

  it('hands the driver name, text and values, and nothing else of a statement', async () => {
    const configs: unknown[] = [];
    const client: SqlClient = {
      query: (config) => {
        configs.push(config);
        return Promise.resolve({ command: 'COMMIT', rows: [] });
      },
    };
    await new Transaction(client, 'begin', true, true).finish(STATEMENT, [1]);
    await new Transaction(client, 'begin', true, false).finish(STATEMENT, [1]);
    expect(configs[1]).toEqual({ name: 'one', text: 'select 1', values: [1] });
    expect(configs[4]).toEqual({ text: 'select 1', values: [1] });
  });
});
