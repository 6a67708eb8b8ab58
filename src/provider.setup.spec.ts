import { judgeProviders } from './provider.setup.js';

const sandbox = { vies: { settings: { environment: 'sandbox' } } };

describe('the providers of the environment', () => {
  it('have no sandbox behind live keys', () => {
    expect(judgeProviders({ PROVIDER_CONNECTIONS: sandbox })).toEqual([
      'PROVIDER_CONNECTIONS.vies.settings.environment must be live: a sandbox is for test keys alone',
    ]);
  });

  it('may have one behind test keys', () => {
    expect(judgeProviders({ PROVIDER_TEST_CONNECTIONS: sandbox })).toEqual([]);
  });
});
