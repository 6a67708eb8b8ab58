import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { created, manualRequest, membersIn, override, pathOf } from '../support/verification-requests.js';
import { expireLease } from '../support/work/due-rows.js';

type Shown = Record<string, unknown>;

const HOUR = 3_600_000;
const DESTROY_KEY = 'update customer_verifications.data_keys set wrapped_key = null where verification_id = $1';

describe('a pending check of which nobody knows any more what it is about', () => {
  const again = new ScriptedAdapter({ fetch: 'rerun' }, 'again');
  const findable = new ScriptedAdapter({ fetch: 'by_reference', find: true }, 'findable');
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [again, findable], options: { waitMs: 4_000 } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const says = (outcome: Observation['outcome'], reason: Observation['reason']): Observation => ({
    ...{ outcome, reason, observedAt: app.clock.now() },
    ...(outcome === 'pending' && { retry: { class: 'timeout' } as const }),
  });
  const shredded = async (provider: string): Promise<Shown> => {
    for (const adapter of [again, findable]) {
      adapter.script = ({ answer }) => {
        answer(says('pending', 'provider_timeout'));
      };
    }
    const made: Shown = await created(app, tenant, manualRequest({ provider, input: { note: 'one' } }));
    await app.sql(DESTROY_KEY, [made['id']]);
    return made;
  };
  const standing = async (verification: Shown): Promise<unknown[]> => {
    const { body } = await app.call(tenant, 'GET', pathOf(verification));
    const { status, reason } = body.data as Shown;
    return [status, reason];
  };
  const later = async ({ id }: Shown, hours: number): Promise<void> => {
    await expireLease(app, [String(id)]);
    app.clock.advance(hours * HOUR);
    await app.work();
  };

  it('is not asked about, says so, and ends with its window', async () => {
    const verification = await shredded('again');
    await later(verification, 1);
    expect(await standing(verification)).toEqual(['pending', 'resubmission_requested']);
    for (let hour = 1; hour < 71; hour += 1) await later(verification, 1);
    expect(await standing(verification)).toEqual(['pending', 'resubmission_requested']);
    await later(verification, 1);
    expect(await standing(verification)).toEqual(['expired', 'pending_window_elapsed']);
    expect(again.kindsOf(verification['id'])).toEqual(['start']);
    const history = await app.call(tenant, 'GET', pathOf(verification, '/history?limit=100'));
    // Created, the time-out, a look a day, the end.
    expect(membersIn(history, 'type').length).toBeLessThanOrEqual(7);
  });

  it('goes on at once with an input that is brought', async () => {
    const verification = await shredded('again');
    await later(verification, 1);
    again.script = ({ answer }) => {
      answer(says('verified', 'vat_registered'));
    };
    const body = { input: { note: 'two' } };
    await app.call(tenant, 'POST', pathOf(verification, '/recheck'), { body });
    expect(await standing(verification)).toEqual(['verified', 'vat_registered']);
  });

  it('is looked for where it can be found by our id, and never begun a second time', async () => {
    const verification = await shredded('findable');
    findable.script = (question) => {
      question.answerNothing();
    };
    await later(verification, 1);
    expect(await standing(verification)).toEqual(['pending', 'resubmission_requested']);
    findable.script = ({ answer }) => {
      answer({ ...says('verified', 'identity_verified'), reference: 'vendor-1' });
    };
    await later(verification, 6);
    expect(await standing(verification)).toEqual(['verified', 'identity_verified']);
    expect(findable.kindsOf(verification['id'])).toEqual(['start', 'find', 'find']);
  });
});

describe('whether a check has passed before', () => {
  const again = new ScriptedAdapter({ fetch: 'rerun' }, 'again');
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [again], options: { waitMs: 4_000 } });
    tenant = await app.tenant();
    // As a register of identifiers that lapse does: what has lapsed never passes, and ends what has passed.
    again.script = ({ check, answer }) => {
      const lapsed = { outcome: check.passedBefore === true ? 'expired' : 'failed', reason: 'lei_lapsed' } as const;
      const said = issued ? ({ outcome: 'verified', reason: 'lei_issued' } as const) : lapsed;
      answer({ ...said, observedAt: app.clock.now() });
    };
  });
  afterAll(() => app.close());

  let issued = true;
  const create = (): Promise<Shown> => created(app, tenant, manualRequest({ provider: 'again' })) as Promise<Shown>;
  const recheck = async (verification: Shown): Promise<unknown[]> => {
    app.clock.advance(HOUR);
    const { body } = await app.call(tenant, 'POST', pathOf(verification, '/recheck'));
    const { status, reason } = body.data as Shown;
    return [status, reason];
  };

  it('is told to its adapter: a pass that lapses has expired, at the next look too', async () => {
    issued = true;
    const verification = await create();
    issued = false;
    expect([await recheck(verification), await recheck(verification)]).toEqual([
      ['expired', 'lei_lapsed'],
      ['expired', 'lei_lapsed'],
    ]);
    issued = true;
    expect(await recheck(verification)).toEqual(['verified', 'lei_issued']);
    expect(again.asked.map(({ check }) => check.passedBefore)).toEqual([false, true, true, true]);
  });

  it('is true of a pass that a person gave, or that has run out, and of no other check', async () => {
    issued = false;
    const [accepted, outlived, never] = [await create(), await create(), await create()];
    await override(app, tenant, accepted, { status: 'verified' });
    await override(app, tenant, outlived, { status: 'verified' });
    await app.sql('update customer_verifications.verifications set expires_at = $2, due_at = $2 where id = $1', [
      outlived['id'],
      app.clock.now(),
    ]);
    app.clock.advance(HOUR);
    await app.work();
    expect([await recheck(accepted), await recheck(outlived), await recheck(never)]).toEqual([
      ['expired', 'lei_lapsed'],
      ['expired', 'lei_lapsed'],
      ['failed', 'lei_lapsed'],
    ]);
  });
});
