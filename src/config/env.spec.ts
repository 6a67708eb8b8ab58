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

describe('PROVIDER_CONNECTIONS', () => {
  const given = (value: unknown): NodeJS.ProcessEnv => ({ PROVIDER_CONNECTIONS: JSON.stringify(value) });

  it('is read by provider, with what is left out', () => {
    expect(readEnvironment(given({ some: { credentials: { key: 'x' } } })).PROVIDER_CONNECTIONS).toEqual({
      some: { settings: {}, credentials: { key: 'x' }, callback_secrets: [] },
    });
    expect(readEnvironment({ PROVIDER_CONNECTIONS: '' }).PROVIDER_CONNECTIONS).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['text that is no JSON', '{', 'PROVIDER_CONNECTIONS must be a JSON object'],
    ['a list', '[]', 'PROVIDER_CONNECTIONS must be a JSON object'],
    [
      'an empty secret',
      '{"a":{"callback_secrets":[""]}}',
      'PROVIDER_CONNECTIONS.a.callback_secrets.0 must not be empty',
    ],
    [
      'a short token',
      '{"a":{"callback_token":"canary"}}',
      'PROVIDER_CONNECTIONS.a.callback_token must have at least 32 characters',
    ],
    [
      'an empty credential',
      '{"a":{"credentials":{"key":""}}}',
      'PROVIDER_CONNECTIONS.a.credentials.key must not be empty',
    ],
  ])('names the fault of %s, and no value', (_, text, fault) => {
    const faults = faultsOf({ PROVIDER_CONNECTIONS: text });
    expect(faults).toEqual([fault]);
    expect(faults.join()).not.toContain('canary');
  });

  it('is judged by who knows the providers, together with everything else', () => {
    const source = { ...given({ some: {} }), PORT: 'x', API: 'off', WORK: 'off' };
    expect(faultsOf(source, (connections) => Object.keys(connections).map((name) => `${name} is unknown`))).toEqual([
      'PORT must be a whole number',
      'API and WORK are both off: nothing would be done',
      'PROVIDER_CONNECTIONS.some is unknown',
    ]);
  });
});
