import { startTestApp, type TestApp } from '../support/app.js';
import { needsPlayedVendor, readmeSteps, typeInto, withoutChance } from '../support/documents/readme-session.js';
import { SandboxVendorDriver } from '../support/sandbox-vendor-driver.js';
import { ScriptedClock } from '../support/scripted-clock.js';

describe('the README', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  const all = ['README', 'docs/providers/sandbox'].flatMap((name) => readmeSteps(`${name}.md`));
  // The others are typed where a vendor is played: played-vendors.spec.ts.
  const steps = all.filter((step) => !needsPlayedVendor(step));
  let app: TestApp;
  let printed: string[];

  beforeAll(async () => {
    await vendor.run();
    const sandbox = { settings: { base_url: vendor.url }, credentials: { api_key: vendor.apiKey } };
    app = await startTestApp({ clock, connections: { sandbox } });
    const { key } = await app.tenant();
    printed = await typeInto(steps, { url: app.url, key, now: Date.parse(clock.now()) });
  });
  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  it('shows an answer to each call', () => {
    const calls = all.filter(({ commands }) => /^\s*(curl|check) /m.test(commands) && !commands.includes('() {'));
    expect(calls.length).toBeGreaterThanOrEqual(6);
    expect(calls.filter(({ answer }) => answer === null)).toEqual([]);
  });

  it.each(steps.map(({ answer, commands }, index) => ({ answer, commands, index })).filter(({ answer }) => answer))(
    'prints the answer to its step $index',
    ({ answer, index }) => {
      expect(withoutChance(printed[index] ?? '')).toEqual(withoutChance(answer ?? ''));
    },
  );

  it('would be found at fault with another status', () => {
    const at = steps.findIndex(({ answer }) => answer?.includes('identifier_checksum_invalid'));
    const changed = steps[at]?.answer?.replace('failed', 'verified') ?? '';
    expect(withoutChance(printed[at] ?? '')).not.toEqual(withoutChance(changed));
  });
});
