import { ConfigurationError, readEnvironment } from './env.js';

const faultsOf = (source: NodeJS.ProcessEnv, judge?: Parameters<typeof readEnvironment>[1]): readonly string[] => {
  try {
    readEnvironment(source, judge);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
};

describe('SANDBOX_API_KEY', () => {
  it.each([
    ['production', ['SANDBOX_URL needs SANDBOX_API_KEY']],
    ['development', []],
  ])('must be there for a sandbox in %s, or not', (mode, faults) => {
    const told = faultsOf({ NODE_ENV: mode, SANDBOX_URL: 'http://127.0.0.1:4010' });
    expect(told.filter((fault) => fault.includes('SANDBOX'))).toEqual(faults);
  });
});

describe('PROVIDER_CONNECTIONS', () => {
  const given = (value: unknown): NodeJS.ProcessEnv => ({ PROVIDER_CONNECTIONS: JSON.stringify(value) });

  it('is read by provider, as it is', () => {
    const some = { credentials: { key: 'x' } };
    expect(readEnvironment(given({ some })).PROVIDER_CONNECTIONS).toEqual({ some });
    expect(readEnvironment({ PROVIDER_CONNECTIONS: '' }).PROVIDER_CONNECTIONS).toBeUndefined();
  });

  it.each(['{"canary"', '["canary"]', '"canary"'])('names the fault of %s, and no value', (text) => {
    expect(faultsOf({ PROVIDER_CONNECTIONS: text })).toEqual(['PROVIDER_CONNECTIONS must be a JSON object']);
  });

  it('is judged by who knows the providers, together with everything else', () => {
    const source = { ...given({ some: {} }), PORT: 'x', API: 'off', WORK: 'off' };
    expect(
      faultsOf(source, ({ PROVIDER_CONNECTIONS: live = {} }) => Object.keys(live).map((name) => `${name} is unknown`)),
    ).toEqual(['PORT must be a whole number', 'API and WORK are both off: nothing would be done', 'some is unknown']);
  });
});
