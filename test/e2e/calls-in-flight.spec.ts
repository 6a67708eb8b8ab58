import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, membersIn, VERIFICATIONS } from '../support/verification-requests.js';

const MOST = 256;

describe('calls to a provider that hangs', () => {
  const adapter = new ScriptedAdapter({ idempotentStart: false });
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [adapter], options: { callDeadlineMs: 120_000 } });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    for (const { fail } of adapter.asked) fail(new Error('the vendor is gone'));
    await app.close();
  });

  it('are so many of one process and no more; the rest is begun by due work, once each', async () => {
    const headers = { prefer: 'respond-async' };
    const create = (): ReturnType<TestApp['call']> =>
      app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest({ provider: 'scripted' }), headers });
    for (let sent = 0; sent < MOST; sent += 64) {
      const answers = await Promise.all(Array.from({ length: 64 }, create));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    }
    while (adapter.starts.length < MOST) await new Promise(setImmediate);
    const rest = await Promise.all(Array.from({ length: 5 }, create));
    expect(new Set(rest.map(({ status }) => status))).toEqual(new Set([202]));
    const busy = async (): Promise<unknown[]> => {
      const list = await app.call(tenant, 'GET', `${VERIFICATIONS}?limit=5`);
      return membersIn(list, 'reason');
    };
    while ((await busy()).some((reason) => reason !== 'provider_busy'));
    expect(adapter.starts).toHaveLength(MOST);
    for (const { answer } of adapter.starts.splice(0)) {
      answer({ outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now() });
    }
    adapter.script = ({ answer }) => {
      answer({ outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now() });
    };
    app.clock.advance(2_000);
    await app.work();
    expect(adapter.starts).toHaveLength(5);
    const list = await app.call(tenant, 'GET', `${VERIFICATIONS}?limit=5`);
    expect(new Set(membersIn(list, 'status'))).toEqual(new Set(['verified']));
  });
});
