import { judgeProviders } from './provider.setup.js';

const sandbox = { vies: { settings: { environment: 'sandbox' } } };

describe('the providers of the environment', () => {
  it('have no sandbox behind live keys', () => {
    expect(judgeProviders({ PROVIDER_CONNECTIONS: sandbox })).toEqual([
      'PROVIDER_CONNECTIONS.vies.settings.environment must be live: a sandbox is for test keys alone',
    ]);
  });

  it.each([
    [
      'SANDBOX_URL',
      'http://user:canary@127.0.0.1',
      'must be an http:// or https:// URL without credentials, query and fragment',
    ],
    [
      'SANDBOX_URL',
      'http://127.0.0.1?canary',
      'must be an http:// or https:// URL without credentials, query and fragment',
    ],
    ['SANDBOX_API_KEY', 'can\nary', 'must be plain text'],
  ])('name the fault of %s, and not its value', (name, value, fault) => {
    expect(judgeProviders({ [name]: value })).toEqual([`${name} ${fault}`]);
  });

  it('may have a sandbox vendor, a key for it, or both', () => {
    const [url, key] = [{ SANDBOX_URL: 'https://vendor.example/base/' }, { SANDBOX_API_KEY: 'key' }];
    expect([{}, url, key, { ...url, ...key }].flatMap((given) => judgeProviders(given))).toEqual([]);
  });

  it('may have one behind test keys', () => {
    expect(judgeProviders({ PROVIDER_TEST_CONNECTIONS: sandbox })).toEqual([]);
  });
});
