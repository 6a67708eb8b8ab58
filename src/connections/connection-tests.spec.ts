import { randomUUID } from 'node:crypto';
import { ScriptedClock } from '../../test/support/scripted-clock.js';
import type { Gates } from '../gates/index.js';
import { ProviderFault } from '../providers/fault-observation.js';
import type { Call, ProviderAdapter } from '../providers/provider-adapter.js';
import { ConnectionTests } from './connection-tests.js';

// Of an ES module Jest has no global of its own.
const { jest: time } = import.meta as unknown as { readonly jest: typeof jest };

const SCOPE = { organizationId: randomUUID(), livemode: false };
const CONNECTION = { settings: {}, credentials: { api_key: 'key' } };

describe('a connection that is tried', () => {
  const clock = new ScriptedClock();
  const open = { through: (_crossing: unknown, ask: () => Promise<unknown>) => ask() } as unknown as Gates;

  beforeEach(() => time.useFakeTimers());
  afterEach(() => time.useRealTimers());

  const run = (probe: ProviderAdapter['probe']): Promise<unknown> => {
    const adapter = { provider: 'vendor', connectionForm: {}, probe } as unknown as ProviderAdapter;
    return new ConnectionTests(open, clock).run(SCOPE, adapter, CONNECTION).catch((error: unknown) => error);
  };

  it('works where the provider answers, by that connection', async () => {
    const calls: Call[] = [];
    const answer = await run((call) => {
      calls.push(call);
      return Promise.resolve();
    });
    expect(answer).toEqual({ works: true, reason: null, testedAt: clock.now() });
    expect(calls).toMatchObject([{ connection: CONNECTION, signal: { aborted: false } }]);
  });

  it('does not where the provider says so', async () => {
    const answer = await run(() => Promise.reject(new ProviderFault('provider_auth_failed', { class: 'operator' })));
    expect(answer).toMatchObject({ works: false, reason: 'provider_auth_failed' });
  });

  it('is given up after 10 s, whether or not its adapter heeds the deadline', async () => {
    let [signal, ended]: [AbortSignal | null, unknown] = [null, null];
    void run((call) => {
      signal = call.signal;
      return new Promise(() => undefined);
    }).then((answer) => (ended = answer));
    await time.advanceTimersByTimeAsync(9_999);
    expect([signal, ended]).toMatchObject([{ aborted: false }, null]);
    await time.advanceTimersByTimeAsync(1);
    expect([signal, ended]).toMatchObject([{ aborted: true }, { works: false, reason: 'provider_timeout' }]);
  });

  it('is refused where the provider has no harmless question', async () => {
    expect(await run(undefined)).toMatchObject({ code: 'CHECK_NOT_SUPPORTED' });
  });
});
