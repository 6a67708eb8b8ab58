import { ScriptedClock } from '../../../../test/support/scripted-clock.js';
import { SandboxVendorDriver } from '../../../../test/support/sandbox-vendor-driver.js';

const person = { given_name: 'Canary-Erika', date_of_birth: '1964-08-12' };

describe('the hosted page of the sandbox vendor', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  beforeEach(() => vendor.run());
  afterEach(() => vendor.close());

  async function hosted(): Promise<{ id: string; url: string }> {
    const { id, link } = await vendor.start('a', { scenario: 'hosted', subject: person });
    return { id, url: (link as { url: string }).url };
  }
  const press = (url: string, form: string): Promise<Response> =>
    fetch(url, { method: 'POST', body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } });

  it('with two buttons and nobody on it', async () => {
    const page = await (await fetch((await hosted()).url)).text();
    expect(page).toMatch(/value="approved".*value="declined"/s);
    expect(page).not.toContain('Canary');
  });

  it('that shows markup in a type as text', async () => {
    const { link } = await vendor.start('a', { scenario: 'hosted', type: '<script>alert(1)</script>' });
    expect(await (await fetch((link as { url: string }).url)).text()).not.toContain('<script>');
  });

  it.each([
    ['decision=approved', 'approved', null],
    ['decision=approved&code=SELFIE_FRAUD', 'approved', null],
    ['decision=declined&code=SELFIE_FRAUD', 'declined', 'SELFIE_FRAUD'],
    ['decision=declined', 'declined', 'PROVIDER_REJECTED'],
    ['decision=declined&code=anything', 'declined', 'PROVIDER_REJECTED'],
  ])('where pressing %s decides', async (form, status, code) => {
    const { id, url } = await hosted();
    expect((await press(url, form)).status).toBe(200);
    expect(await vendor.read(id)).toMatchObject({ status, code });
  });

  it('where the first decision stands', async () => {
    const { id, url } = await hosted();
    await press(url, 'decision=approved');
    expect((await press(url, 'decision=declined')).status).toBe(409);
    expect((await vendor.read(id)).status).toBe('approved');
  });

  it.each(['', 'decision=', 'decision=expired', '%%%'])('where pressing %j decides nothing', async (form) => {
    const { id, url } = await hosted();
    expect((await press(url, form)).status).toBe(400);
    expect((await vendor.read(id)).status).toBe('awaiting_customer');
  });

  it('whose link stops working after half an hour', async () => {
    const { url } = await hosted();
    clock.advance(30 * 60_000 - 1);
    expect((await fetch(url)).status).toBe(200);
    clock.advance(1);
    expect((await fetch(url)).status).toBe(404);
    expect((await press(url, 'decision=approved')).status).toBe(404);
  });

  it('for no check that asks nothing of the customer', async () => {
    const { id } = await vendor.start('a');
    expect((await vendor.ask('POST', `/v1/checks/${id}/link`)).status).toBe(409);
  });
});
