import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { AppError } from '../errors/index.js';
import { CustomerDirectory, DIRECTORY_DEADLINE_MS } from './customer-directory.js';
import { CustomerLookUps } from './customer-look-ups.js';

const SCOPE = { organizationId: randomUUID(), livemode: false };
const ID = randomUUID();

/** A directory of the host's own. */
class HostDirectory extends CustomerDirectory {
  constructor(readonly answer: (...asked: Parameters<CustomerDirectory['find']>) => unknown) {
    super();
  }

  find(...asked: Parameters<CustomerDirectory['find']>): ReturnType<CustomerDirectory['find']> {
    return this.answer(...asked) as ReturnType<CustomerDirectory['find']>;
  }
}

const refusal = async (answer: (...asked: Parameters<CustomerDirectory['find']>) => unknown): Promise<unknown> =>
  new CustomerLookUps(new HostDirectory(answer)).get(SCOPE, ID).then(
    () => null,
    (error: unknown) => error,
  );

describe('a directory', () => {
  const logged: unknown[] = [];
  const keep = (line: unknown): void => void logged.push(line);

  beforeAll(() => {
    Logger.overrideLogger({ log: keep, error: keep, warn: keep });
  });
  it('is told the tenant and the id, and nothing else of who asks', async () => {
    const asked: unknown[] = [];
    const directory = new HostDirectory(async (scope, id) => {
      asked.push(scope, id);
      return { legalName: 'A' };
    });
    const context = { ...SCOPE, actor: { id: 'a', principalId: 'b' }, scopes: [] };
    expect(await new CustomerLookUps(directory).get(context, ID)).toEqual({ legalName: 'A' });
    expect(asked).toEqual([SCOPE, ID]);
  });

  it('that is not wired is not asked', async () => {
    expect(await new CustomerLookUps(null).get(SCOPE, ID)).toBeNull();
  });

  it('that knows nobody of that id has the customer refused', async () => {
    expect(await refusal(async () => null)).toMatchObject({ kind: 'refused', code: 'CUSTOMER_NOT_FOUND' });
  });

  it.each<[string, () => unknown]>([
    ['rejects', async () => Promise.reject(new Error('canary'))],
    [
      'throws at once',
      () => {
        throw new TypeError('canary');
      },
    ],
    ['refuses in words of its own', async () => Promise.reject(new AppError('not_found', 'NOT_FOUND', 'canary'))],
    ['answers nothing', async () => undefined],
    ['answers text', async () => 'canary'],
    ['answers a list', async () => ['canary']],
    ['answers another type', async () => ({ legalName: ['canary'] })],
  ])('that %s is away', async (_, answer) => {
    const fault = await refusal(answer);
    expect(fault).toMatchObject({ code: 'SERVICE_UNAVAILABLE', details: { retryAfterSeconds: 5 } });
    expect((fault as AppError).message).not.toContain('canary');
    expect(logged.at(-1)).toMatchObject({ event: 'customer_directory_fault' });
    expect(JSON.stringify(logged)).not.toMatch(new RegExp(`canary|${ID}`));
  });

  it('that never answers is away at the deadline, heeding the signal or not', async () => {
    let signal: AbortSignal | undefined;
    const directory = new HostDirectory((_scope, _id, given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    const fault: unknown = await new CustomerLookUps(directory, 20).get(SCOPE, ID).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'SERVICE_UNAVAILABLE', cause: { code: 'directory_timeout' } });
    expect([signal?.aborted, DIRECTORY_DEADLINE_MS]).toEqual([true, 3_000]);
  });
});
