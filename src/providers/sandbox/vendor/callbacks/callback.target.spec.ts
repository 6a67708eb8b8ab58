import { ScriptedClock } from '../../../../../test/support/scripted-clock.js';
import { SandboxVendorDriver } from '../../../../../test/support/sandbox-vendor-driver.js';
import { startCallbackReceiver } from '../../../../../test/support/peers/callback-receiver.js';
import { startSandboxVendor } from '../../sandbox.vendor.js';

const secrets = ['a-secret'];

describe('the place where callbacks go', () => {
  const vendor = new SandboxVendorDriver(new ScriptedClock());
  beforeEach(() => vendor.run());
  afterEach(() => vendor.close());

  it('is named at run time, changed and forgotten', async () => {
    const [one, two] = [await startCallbackReceiver(), await startCallbackReceiver()];
    await vendor.start('a');
    await vendor.callBack(one.url, secrets);
    await vendor.start('b');
    await vendor.callbacksSettled();
    await vendor.callBack(two.url, secrets);
    await vendor.start('c');
    await vendor.callbacksSettled();
    await vendor.callNobody();
    await vendor.start('d');
    await vendor.callbacksSettled();
    await Promise.all([one.close(), two.close()]);
    const references = [one, two].map(({ received }) => received.map(({ event }) => event.data.client_reference));
    expect(references).toEqual([['ref-b'], ['ref-c']]);
  });

  it.each([
    'http://127.0.0.1:8080/v1/provider-callbacks/sandbox/token',
    'https://127.255.0.9/x',
    'http://[::1]:8080/',
    'http://127.1:8080/',
    'http://0x7f000001/',
  ])('may be %s', async (url) => {
    expect((await vendor.ask('PUT', '/v1/callback', { url, secrets })).status).toBe(204);
  });

  it.each([
    'http://localhost:8080/',
    'http://127.0.0.1.example.com/',
    'http://example.com/?127.0.0.1',
    'http://127.0.0.1@example.com/',
    'http://user:pass@127.0.0.1/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
    'http://128.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1]/',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    '//127.0.0.1/',
    'nonsense',
    '',
    `http://127.0.0.1/${'x'.repeat(2048)}`,
  ])('may not be %s', async (url) => {
    expect((await vendor.ask('PUT', '/v1/callback', { url, secrets })).status).toBe(400);
    expect((await vendor.ask('POST', '/v1/callbacks/flush')).status).toBe(409);
  });

  it.each<[string, unknown]>([
    ['no secret', []],
    ['an empty secret', ['']],
    ['an empty secret beside another', ['a', '']],
    ['a secret that is no text', [7]],
    ['five secrets', ['a', 'b', 'c', 'd', 'e']],
    ['secrets missing', undefined],
  ])('needs better than %s', async (_name, given) => {
    const url = 'http://127.0.0.1/';
    expect((await vendor.ask('PUT', '/v1/callback', { url, secrets: given })).status).toBe(400);
  });

  it.each(['PUT /v1/callback', 'DELETE /v1/callback', 'POST /v1/callbacks/flush'])(
    'is nobody else to touch: %s wants the API key',
    async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const answer = await vendor.ask(method, path, undefined, { authorization: 'Bearer x' });
      expect(answer.status).toBe(401);
    },
  );

  it('is needed by whoever wants a callback', async () => {
    const { id } = await vendor.start('a');
    expect((await vendor.ask('POST', `/v1/checks/${id}/callback`)).status).toBe(409);
  });

  it('stops a vendor from starting where it is none', async () => {
    const options = { clock: new ScriptedClock(), apiKey: 'x', callbacks: { url: 'http://example.com/', secrets } };
    await expect(startSandboxVendor(options)).rejects.toThrow();
  });

  it('is set by whoever runs the vendor, who is told when it is none', async () => {
    const one = await startSandboxVendor({ clock: new ScriptedClock(), apiKey: 'x' });
    expect(() => {
      one.setCallback('http://example.com/', secrets);
    }).toThrow();
    one.setCallback('http://127.0.0.1:9/', secrets);
    await one.close();
  });
});
