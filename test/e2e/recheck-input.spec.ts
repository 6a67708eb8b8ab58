import { randomUUID } from 'node:crypto';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf, dumpOf, foundIn } from '../support/database-dump.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import {
  created,
  faultyFields,
  manualRequest,
  membersIn,
  pathOf,
  refusalOf,
  shownIn,
} from '../support/verification-requests.js';

type Shown = Record<string, unknown>;
type Word = readonly [Observation['outcome'], Observation['reason']];

const YES: Word = ['verified', 'vat_registered'];
const NO: Word = ['failed', 'vat_not_registered'];
const AWAY: Word = ['pending', 'provider_unavailable'];
const ONE = { note: 'one' };
const TWO = { note: 'two' };
const DESTROY_KEY = 'update customer_verifications.data_keys set wrapped_key = null where verification_id = $1';
const DROP_INPUT = `delete from customer_verifications.evidence where verification_id = $1 and kind = 'input'`;

describe('a recheck with an input', () => {
  const again = new ScriptedAdapter({ fetch: 'rerun' }, 'again');
  const readable = new ScriptedAdapter({ fetch: 'by_reference', idempotentStart: false }, 'readable');
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [again, readable], options: { waitMs: 4_000 } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const answering = ([outcome, reason]: Word): void => {
    for (const adapter of [again, readable]) {
      adapter.script = ({ answer }) => {
        const retry = outcome === 'pending' ? ({ retry: { class: 'outage' } } as const) : {};
        answer({ outcome, reason, observedAt: app.clock.now(), answer: { said: reason }, ...retry });
      };
    }
    readable.script = ({ answer }) => {
      answer({ outcome, reason, observedAt: app.clock.now(), reference: 'vendor-1' });
    };
  };
  /** Asked about `ONE`, and answered. */
  const first = (word: Word, change: Shown = {}): Promise<Shown> => {
    answering(word);
    const body = manualRequest({ provider: 'again', verification_type: 'age', input: ONE, ...change });
    return created(app, tenant, body) as Promise<Shown>;
  };
  const recheck = (verification: Shown, body?: unknown, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    app.call(tenant, 'POST', pathOf(verification, '/recheck'), { headers, ...(body === undefined ? {} : { body }) });
  const askedAbout = ({ id }: Shown): unknown[] =>
    again.asked.filter(({ check }) => check.verificationId === id).map(({ check }) => check.input);
  const inputsOf = async (verification: Shown): Promise<unknown[]> => {
    const evidence = await app.call(tenant, 'GET', pathOf(verification, '/evidence'));
    return shownIn(evidence)
      .filter(({ kind }) => kind === 'input')
      .map(({ round, content }) => [round, content]);
  };
  const roundOf = async ({ id }: Shown): Promise<unknown> =>
    (await app.sql('select round from customer_verifications.verifications where id = $1', [id]))[0]?.['round'];

  it.each<[string, unknown, unknown, unknown[]]>([
    ['none: about what is kept', undefined, ONE, [[1, ONE]]],
    ['an empty body: likewise', {}, ONE, [[1, ONE]]],
    [
      'another one: about that',
      { input: TWO },
      TWO,
      [
        [1, ONE],
        [2, TWO],
      ],
    ],
    ['the same again: about what is kept', { input: ONE }, ONE, [[1, ONE]]],
  ])('asks, with %s', async (_name, body, asked, kept) => {
    const verification = await first(NO);
    answering(YES);
    const { status, body: shown } = await recheck(verification, body);
    expect([status, shown.data.status]).toEqual([200, 'verified']);
    expect(askedAbout(verification)).toEqual([ONE, asked]);
    expect(await inputsOf(verification)).toEqual(kept);
  });

  it('asks about it from then on: after an outage, and at the next recheck', async () => {
    const verification = await first(YES);
    answering(AWAY);
    await recheck(verification, { input: TWO });
    app.clock.advance(3_600_000);
    answering(NO);
    await app.work();
    await recheck(verification);
    expect(askedAbout(verification)).toEqual([ONE, TWO, TWO, TWO]);
    expect(await roundOf(verification)).toBe(3);
  });

  describe.each<[string, string]>([
    ['whose data key is destroyed', DESTROY_KEY],
    ['whose input is dropped', DROP_INPUT],
  ])('of a check %s', (_name, drop) => {
    it.each<[string, Word]>([
      ['decided', NO],
      ['verified', YES],
      ['pending', AWAY],
    ])('wants it again, changes nothing without it, and goes on with it: %s', async (_standing, word) => {
      const verification = await first(word);
      await app.sql(drop, [verification['id']]);
      const before = await digestOf(app);
      expect(refusalOf(await recheck(verification))).toEqual([422, 'INPUT_REQUIRED']);
      expect(await digestOf(app)).toEqual(before);
      answering(YES);
      const { status, body } = await recheck(verification, { input: TWO });
      expect([status, body.data.status]).toEqual([200, 'verified']);
      expect(askedAbout(verification)).toEqual([ONE, TWO]);
      const round = word === AWAY ? 1 : 2;
      expect([await roundOf(verification), await inputsOf(verification)]).toEqual([round, [[round, TWO]]]);
      expect((await recheck(verification)).status).toBe(200);
    });
  });

  it('gives no life back to what a destroyed key had locked away', async () => {
    const verification = await first(NO);
    await app.sql(DESTROY_KEY, [verification['id']]);
    await recheck(verification, { input: TWO });
    const evidence = await app.call(tenant, 'GET', pathOf(verification, '/evidence'));
    expect(membersIn(evidence, 'round')).toEqual([2, 2]);
    const kept = await app.sql<{ key_generation: number; generation: number }>(
      `select key_generation, generation from customer_verifications.evidence
        join customer_verifications.data_keys using (organization_id, livemode, verification_id)
        where verification_id = $1 order by round`,
      [verification['id']],
    );
    expect(kept.map((row) => [row.key_generation, row.generation])).toEqual([
      [1, 2],
      [1, 2],
      [2, 2],
      [2, 2],
    ]);
  });

  it('wants an input again also where the check could do without, had none been given', async () => {
    const given = await first(NO, { verification_type: 'identity' });
    const never = await first(NO, { verification_type: 'identity', input: undefined });
    for (const { id } of [given, never]) await app.sql(DESTROY_KEY, [id]);
    expect(refusalOf(await recheck(given))).toEqual([422, 'INPUT_REQUIRED']);
    expect((await recheck(never)).status).toBe(200);
  });

  it('of a check that the provider has is refused, and needs none', async () => {
    const verification = await first(YES, { provider: 'readable' });
    const before = await digestOf(app);
    expect(refusalOf(await recheck(verification, { input: TWO }))).toEqual([422, 'CHECK_NOT_SUPPORTED']);
    expect(await digestOf(app)).toEqual(before);
    await app.sql(DESTROY_KEY, [verification['id']]);
    expect((await recheck(verification)).status).toBe(200);
    expect(readable.kindsOf(verification['id'])).toEqual(['start', 'fetch']);
  });

  it('is refused while a round is under way with another one, and taken with the same', async () => {
    const verification = await first(AWAY);
    const before = await digestOf(app);
    expect(refusalOf(await recheck(verification, { input: TWO }))).toEqual([409, 'INVALID_STATE_TRANSITION']);
    expect(await digestOf(app)).toEqual(before);
    answering(YES);
    expect((await recheck(verification, { input: ONE })).body.data.status).toBe('verified');
    expect(await inputsOf(verification)).toEqual([[1, ONE]]);
  });

  it('counts where it comes first of two at once: they are one round, about one thing', async () => {
    const verification = await first(NO);
    for (const adapter of [again]) adapter.script = () => undefined;
    const arrives = again.nextQuestion();
    const both = [recheck(verification, { input: TWO }), recheck(verification, { input: { note: 'three' } })];
    const held = await arrives;
    const loser = await Promise.race(both);
    held.answer({ outcome: 'verified', reason: 'vat_registered', observedAt: app.clock.now() });
    const answers = await Promise.all(both);
    expect(refusalOf(loser)).toEqual([409, 'INVALID_STATE_TRANSITION']);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(askedAbout(verification)).toEqual([ONE, held.check.input]);
    expect(await inputsOf(verification)).toEqual([
      [1, ONE],
      [2, held.check.input],
    ]);
    expect(await roundOf(verification)).toBe(2);
  });

  it.each<[unknown, string[]]>([
    [{ input: 'one' }, ['input']],
    [{ input: null }, ['input']],
    [{ input: [ONE] }, ['input']],
    [{ input: { note: 5 } }, ['input.note']],
    [{ input: { ...ONE, other: 1 } }, ['input.other']],
    [{ inputs: ONE }, ['inputs']],
    [[ONE], ['body']],
    ['null', ['body']],
  ])('refuses %j by the check’s schema, and changes nothing', async (body, fields) => {
    const verification = await first(NO);
    const before = await digestOf(app);
    const answer = await recheck(verification, body);
    expect([refusalOf(answer), faultyFields(answer)]).toEqual([[400, 'VALIDATION_ERROR'], fields]);
    expect(await digestOf(app)).toEqual(before);
  });

  it('is not for another tenant, whatever it brings', async () => {
    const verification = await first(NO);
    const stranger = await app.tenant();
    for (const body of [{ input: TWO }, { input: { note: 5 } }]) {
      expect(refusalOf(await app.call(stranger, 'POST', pathOf(verification, '/recheck'), { body }))).toEqual([
        404,
        'NOT_FOUND',
      ]);
    }
    expect(await inputsOf(verification)).toEqual([[1, ONE]]);
  });

  it.each<[string, unknown, unknown, boolean]>([
    ['the same body', { input: TWO }, { input: { note: 'two' } }, true],
    ['another input', { input: TWO }, { input: ONE }, false],
    ['no input', { input: TWO }, undefined, false],
    ['an input where there was none', undefined, { input: TWO }, false],
    ['an empty body where there was none', undefined, {}, true],
  ])('with an Idempotency-Key is done once: then %s', async (_name, one, other, same) => {
    const verification = await first(NO);
    const key = { 'idempotency-key': randomUUID() };
    const done = await recheck(verification, one, key);
    const repeated = await recheck(verification, other, key);
    if (same) expect([repeated.status, repeated.text]).toEqual([done.status, done.text]);
    else expect(refusalOf(repeated)).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await roundOf(verification)).toBe(2);
  });

  it('is seen in no table and in no log', async () => {
    const verification = await first(NO);
    const canary = 'Wilhelmina-Oberhuber-1964';
    await recheck(verification, { input: { note: canary } });
    await recheck(verification, { input: { note: canary, [canary]: canary } });
    await app.sql(DESTROY_KEY, [verification['id']]);
    await recheck(verification, { input: { note: `${canary}-again` } });
    expect(await inputsOf(verification)).toEqual([[3, { note: `${canary}-again` }]]);
    expect(foundIn([...(await dumpOf(app)), ...app.logs].join('\n'), [canary])).toEqual([]);
  });
});
