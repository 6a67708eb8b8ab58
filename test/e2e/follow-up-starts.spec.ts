import { HttpFault } from '#app/platform/http.js';
import { ProviderFault } from '#app/providers/fault-observation.js';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { type HeldStart, ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { expireLease } from '../support/work/due-rows.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { created, manualRequest, override, pathOf, shownIn } from '../support/verification-requests.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const lose = ({ fail }: HeldStart): void => {
  fail(new Error('lost'));
};

describe('the follow-up of a start', () => {
  const clock = new ScriptedClock();
  const findable = new ScriptedAdapter({ find: true, idempotentStart: false }, 'findable');
  const repeatable = new ScriptedAdapter({}, 'repeatable');
  const blind = new ScriptedAdapter({ idempotentStart: false }, 'blind');
  const readable = new ScriptedAdapter({ fetch: 'by_reference', idempotentStart: false }, 'readable');
  let scripted: TestApp;
  let other: TestTenant;

  beforeAll(async () => {
    const options = { waitMs: 4_000, callDeadlineMs: 3_000 };
    scripted = await startTestApp({ clock, adapters: [findable, repeatable, blind, readable], options });
    other = await scripted.tenant();
  });
  afterAll(async () => {
    await scripted.close();
  });
  beforeEach(() => {
    for (const adapter of [findable, repeatable, blind, readable]) adapter.script = lose;
  });

  type Shown = Record<string, unknown>;
  const pending = (more: Partial<Observation> = {}): Observation => ({
    ...{ outcome: 'pending', reason: 'provider_processing', observedAt: clock.now() },
    ...more,
  });
  const passed = (more: Partial<Observation> = {}): Observation => ({
    ...{ outcome: 'verified', reason: 'identity_verified', observedAt: clock.now() },
    ...more,
  });
  const begin = (provider: string): Promise<Shown> =>
    created(scripted, other, manualRequest({ provider })) as Promise<Shown>;
  const standing = async (verification: Shown): Promise<unknown[]> => {
    const { status, reason } = (await scripted.call(other, 'GET', pathOf(verification))).body.data as Shown;
    return [status, reason];
  };
  const workLater = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await scripted.work();
  };
  const rowOf = async (where: TestApp, { id }: Shown): Promise<Shown> => {
    const [row] = await where.sql('select * from customer_verifications.verifications where id = $1', [id]);
    return row ?? {};
  };

  it('starts again under the same key what it can start again', async () => {
    const first = await begin('repeatable');
    repeatable.script = ({ answer }) => {
      answer(passed());
    };
    await workLater(HOUR);
    expect(await standing(first)).toEqual(['verified', 'identity_verified']);
    const keys = repeatable.starts.map(({ call }) => call.idempotencyKey);
    expect(keys).toEqual([first['id'], first['id']]);
  });

  it.each<[string, unknown]>([
    ['turned away', new ProviderFault('provider_throttled', { class: 'throttle', afterMs: SECOND })],
    ['refused for want of credentials', new ProviderFault('provider_auth_failed', { class: 'operator' })],
    ['never connected', new HttpFault('refused')],
  ])('starts once more what was %s, although a repetition would be a second check', async (_, fault) => {
    blind.script = ({ fail }) => {
      fail(fault);
    };
    const first = await begin('blind');
    const before = blind.starts.length;
    blind.script = ({ answer }) => {
      answer(passed());
    };
    await workLater(7 * HOUR);
    expect(await standing(first)).toEqual(['verified', 'identity_verified']);
    expect(blind.starts).toHaveLength(before + 1);
  });

  it('starts never again what may have arrived the second time', async () => {
    blind.script = ({ fail }) => {
      fail(new HttpFault('refused'));
    };
    const first = await begin('blind');
    const before = blind.starts.length;
    blind.script = lose;
    await workLater(HOUR);
    const askedAt = clock.now();
    for (let hour = 0; hour < 24; hour += 1) await workLater(HOUR);
    expect(blind.starts).toHaveLength(before + 1);
    expect(await standing(first)).toEqual(['pending', 'start_outcome_unknown']);
    expect((await scripted.call(other, 'GET', pathOf(first))).body.data.last_checked_at).toBe(askedAt);
  });

  it('knows before it starts once more that the start may arrive: a kill in between leaves nothing to repeat', async () => {
    blind.script = ({ fail }) => {
      fail(new HttpFault('refused'));
    };
    const first = await begin('blind');
    expect(await rowOf(scripted, first)).toMatchObject({ start_refused: true });
    const asked = blind.nextStart();
    blind.script = () => undefined;
    clock.advance(HOUR);
    const working = scripted.work();
    const held = await asked;
    expect(await rowOf(scripted, first)).toMatchObject({ start_refused: false });
    held.answer(passed());
    await working;
  });

  it('looks for what it can find, and starts again only what never arrived', async () => {
    const [arrived, lost] = [await begin('findable'), await begin('findable')];
    findable.script = (question) => {
      if (question.kind === 'find' && question.check.verificationId === lost['id']) question.answerNothing();
      else question.answer(passed({ reference: 'vendor-1' }));
    };
    await workLater(HOUR);
    // That it never arrived is put down first.
    expect(await rowOf(scripted, lost)).toMatchObject({ status: 'pending', start_refused: true });
    await workLater(2 * SECOND);
    expect(await standing(arrived)).toEqual(['verified', 'identity_verified']);
    expect(await standing(lost)).toEqual(['verified', 'identity_verified']);
    expect(findable.kindsOf(arrived['id'])).toEqual(['start', 'find']);
    expect(findable.kindsOf(lost['id'])).toEqual(['start', 'find', 'start']);
  });

  it('does not start again what may only not be found yet', async () => {
    findable.script = ({ fail }) => {
      fail(new HttpFault('network'));
    };
    const first = await begin('findable');
    findable.script = (question) => {
      if (question.kind === 'find') question.answerNothing();
      else question.answer(passed({ reference: 'vendor-5' }));
    };
    // The call may have taken 3 s; the vendor has a minute to know of it.
    for (let second = 0; second < 60; second += 5) await workLater(5 * SECOND);
    expect(new Set(findable.kindsOf(first['id']).slice(1))).toEqual(new Set(['find']));
    await workLater(HOUR);
    await workLater(2 * SECOND);
    expect(await standing(first)).toEqual(['verified', 'identity_verified']);
    expect(findable.kindsOf(first['id']).filter((kind) => kind === 'start')).toHaveLength(2);
  });

  it('does not start a third time when a process dies amid the second, and the vendor does not list it yet', async () => {
    const first = await begin('findable');
    findable.script = (question) => {
      if (question.kind === 'find') question.answerNothing();
    };
    await workLater(HOUR);
    const asked = findable.nextStart();
    clock.advance(2 * SECOND);
    const dead = scripted.work();
    const held = await asked;
    expect(await rowOf(scripted, first)).toMatchObject({ start_refused: false });
    await expireLease(scripted, [String(first['id'])]);
    await scripted.work();
    expect(findable.kindsOf(first['id'])).toEqual(['start', 'find', 'start']);
    held.answer(passed({ reference: 'vendor-7' }));
    await dead;
  });

  it('gives the vendor its minute after a start that was made late, too', async () => {
    findable.script = ({ fail }) => {
      fail(new HttpFault('refused'));
    };
    const first = await begin('findable');
    findable.script = ({ fail }) => {
      fail(new HttpFault('network'));
    };
    await workLater(HOUR);
    findable.script = (question) => {
      if (question.kind === 'find') question.answerNothing();
      else question.answer(passed({ reference: 'vendor-6' }));
    };
    const starts = (): number => findable.kindsOf(first['id']).filter((kind) => kind === 'start').length;
    for (let second = 0; second < 60; second += 5) await workLater(5 * SECOND);
    expect([starts(), findable.kindsOf(first['id']).at(-1)]).toEqual([2, 'find']);
    for (let hour = 0; hour < 3; hour += 1) await workLater(HOUR);
    await workLater(2 * SECOND);
    expect([starts(), ...(await standing(first))]).toEqual([3, 'verified', 'identity_verified']);
  });

  it('does not take a failed look for an absence', async () => {
    const first = await begin('findable');
    await workLater(HOUR);
    await workLater(HOUR);
    expect(findable.kindsOf(first['id'])).toEqual(['start', 'find', 'find']);
  });

  it('never starts again what could be two then; that outcome stays unknown', async () => {
    const first = await begin('blind');
    for (let hour = 0; hour < 71; hour += 1) await workLater(HOUR);
    expect(await standing(first)).toEqual(['pending', 'start_outcome_unknown']);
    await workLater(HOUR);
    expect(await standing(first)).toEqual(['expired', 'start_outcome_unknown']);
    expect(blind.kindsOf(first['id'])).toEqual(['start']);
  });

  it('of an override in the meantime is over: the answer is recorded, not applied', async () => {
    readable.script = ({ answer }) => {
      answer(pending({ reference: 'vendor-2', awaiting: 'customer' }));
    };
    const first = await begin('readable');
    readable.script = () => undefined;
    const asking = readable.nextQuestion();
    clock.advance(MINUTE);
    const working = scripted.work();
    const held = await asking;
    expect(held.kind).toBe('fetch');
    expect((await override(scripted, other, first, { status: 'failed', reason: 'seen' })).status).toBe(200);
    held.answer(passed());
    await working;
    expect(await standing(first)).toEqual(['failed', 'seen']);
    const history = await scripted.call(other, 'GET', pathOf(first, '/history'));
    expect(shownIn(history).at(-1)).toMatchObject({ type: 'verification.observation_ignored', applied: false });
    expect(await rowOf(scripted, first)).toMatchObject({ due_at: null, lease_until: null });
    await workLater(DAY);
    expect(readable.kindsOf(first['id'])).toEqual(['start', 'fetch']);
  });

  it('waits for a provider that is not wired, and goes on when it is', async () => {
    readable.script = ({ answer }) => {
      answer(pending({ reference: 'vendor-3' }));
    };
    const first = await begin('readable');
    const without = await startTestApp({ clock, adapters: [blind], database: scripted.database });
    clock.advance(MINUTE);
    await without.work();
    await without.close();
    expect(await standing(first)).toEqual(['pending', 'provider_not_configured']);
    readable.script = ({ answer }) => {
      answer(passed());
    };
    await workLater(HOUR);
    expect(await standing(first)).toEqual(['verified', 'identity_verified']);
  });

  it('is still made after the provider, who had turned it away, was not wired for a while', async () => {
    blind.script = ({ fail }) => {
      fail(new ProviderFault('provider_throttled', { class: 'throttle', afterMs: SECOND }));
    };
    const first = await begin('blind');
    const without = await startTestApp({ clock, adapters: [readable], database: scripted.database });
    clock.advance(MINUTE);
    await without.work();
    await without.close();
    expect(await standing(first)).toEqual(['pending', 'provider_not_configured']);
    blind.script = ({ answer }) => {
      answer(passed());
    };
    await workLater(HOUR);
    expect(await standing(first)).toEqual(['verified', 'identity_verified']);
    expect(blind.kindsOf(first['id'])).toEqual(['start', 'start']);
  });

  it('leaves a review open that outlasts its window while the provider is not wired', async () => {
    readable.script = ({ answer }) => {
      answer(pending({ reference: 'vendor-review', reason: 'manual_review', awaiting: 'review' }));
    };
    const first = await begin('readable');
    const without = await startTestApp({ clock, adapters: [blind], database: scripted.database });
    clock.advance(4 * DAY);
    await without.work();
    clock.advance(DAY);
    await without.work();
    await without.close();
    expect((await standing(first))[0]).toBe('pending');
    readable.script = ({ answer }) => {
      answer(passed());
    };
    await workLater(DAY);
    expect(await standing(first)).toEqual(['verified', 'identity_verified']);
  });

  it('is not done twice for an answer that brings nothing new', async () => {
    const told = clock.now();
    readable.script = ({ answer }) => {
      answer(pending({ reference: 'vendor-4', observedAt: told }));
    };
    const first = await begin('readable');
    await workLater(MINUTE);
    expect(await rowOf(scripted, first)).toMatchObject({ lease_until: null, attempts: 2 });
    await scripted.work();
    expect(readable.kindsOf(first['id'])).toEqual(['start', 'fetch']);
  });
});
