import { z } from 'zod';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { AS_OPTIONS, type GivenConnections, readConnections, sandboxFaults } from './deployment-connections.js';

const adapter = (provider: string, callbacks: boolean, networked = true): ProviderAdapter =>
  ({
    provider,
    capabilities: { callbacks },
    connectionForm: networked
      ? { settings: z.strictObject({ base_url: z.url('must be a URL') }), credentials: ['api_key'] }
      : null,
  }) as unknown as ProviderAdapter;

const ADAPTERS = [
  ...[adapter('calls', true), adapter('silent', false)],
  ...[adapter('local', false, false), adapter('listens', true, false)],
];
const GOOD = {
  settings: { base_url: 'https://vendor.example' },
  credentials: { api_key: 'canary' },
  callback_secrets: [],
} as const;
const TOKEN = 'canary-token.of_32~characters+or=MORE';

const read = (given: GivenConnections): ReturnType<typeof readConnections> => readConnections(given, ADAPTERS);

describe('the connections of a deployment', () => {
  it('are what was given', () => {
    const { connections, faults } = read({
      silent: GOOD,
      calls: { ...GOOD, callback_token: TOKEN, callback_secrets: ['one', 'two'] },
    });
    expect(faults).toEqual([]);
    const { settings, credentials } = GOOD;
    expect(connections).toEqual({
      silent: { settings, credentials, callbackSecrets: [] },
      calls: { settings, credentials, callbackSecrets: ['one', 'two'], callbackToken: TOKEN },
    });
  });

  it.each<[string, GivenConnections, string[]]>([
    ['a provider that is not wired', { nobody: GOOD }, ['nobody is no provider that is wired here']],
    ['a provider that calls nobody', { local: GOOD }, ['local takes no connection']],
    [
      'settings of another form',
      { silent: { ...GOOD, settings: { base_url: 'canary' } } },
      ['silent.settings.base_url must be a URL'],
    ],
    ['no credentials', { silent: { ...GOOD, credentials: {} } }, ['silent.credentials.api_key is missing']],
    [
      'credentials that nobody asks for',
      { silent: { ...GOOD, credentials: { api_key: 'canary', more: 'canary' } } },
      ['silent.credentials.more is not known'],
    ],
    [
      'secrets of a provider that does not call',
      { silent: { ...GOOD, callback_secrets: ['canary'] } },
      ['silent does not call back'],
    ],
    [
      'a token without a secret',
      { calls: { ...GOOD, callback_token: TOKEN } },
      ['calls needs both callback_token and callback_secrets, or neither'],
    ],
    [
      'a secret without a token',
      { calls: { ...GOOD, callback_secrets: ['canary'] } },
      ['calls needs both callback_token and callback_secrets, or neither'],
    ],
  ])('name the fault of %s, and no value', (_, given, faults) => {
    expect(read(given).faults).toEqual(faults);
    expect(read(given).faults.join()).not.toContain('canary');
  });

  it.each<[string, unknown, string[]]>([
    ['text', 'canary', ['calls must be an object']],
    ['a list', ['canary'], ['calls must be an object']],
    [
      'settings that are text',
      { ...GOOD, settings: 'canary', credentials: [] },
      ['calls.settings must be an object', 'calls.credentials must be an object'],
    ],
    ['an empty credential', { ...GOOD, credentials: { api_key: '' } }, ['calls.credentials.api_key must not be empty']],
    [
      'credentials that no header holds',
      { ...GOOD, credentials: { api_key: 'can\nary' } },
      ['calls.credentials.api_key must be plain text'],
    ],
    [
      'a credential that is too long',
      { ...GOOD, credentials: { api_key: 'x'.repeat(8_193) } },
      ['calls.credentials.api_key must have at most 8192 characters'],
    ],
    ['a member that is not known', { ...GOOD, canary: 1 }, ['calls.canary is not known']],
    [
      'secrets that are text',
      { ...GOOD, callback_token: TOKEN, callback_secrets: 'canary' },
      ['calls.callback_secrets must be a list'],
    ],
    ['secrets that are null', { ...GOOD, callback_secrets: null }, ['calls.callback_secrets must be a list']],
    [
      'a short token without a secret',
      { ...GOOD, callback_token: 'canary' },
      [
        'calls.callback_token must have at least 32 characters',
        'calls needs both callback_token and callback_secrets, or neither',
      ],
    ],
  ])('name the fault of %s', (_, calls, faults) => {
    expect(read({ calls })).toEqual({ connections: {}, faults });
  });

  it.each(['/', '?', '#', '%', ' ', '&', '\\', 'ä', '\n'])(
    'name the fault of a token with %j, and not the token',
    (odd) => {
      const calls = { ...GOOD, callback_token: `${TOKEN}${odd}`, callback_secrets: ['one'] };
      expect(read({ calls }).faults).toEqual(['calls.callback_token must have letters, digits and . _ ~ + = - alone']);
    },
  );

  it('name every fault at once, whatever kind it is of', () => {
    const calls = { settings: {}, credentials: { more: 'canary' }, callback_token: 'canary', callback_secrets: [''] };
    expect(read({ nobody: GOOD, local: {}, calls, silent: {} })).toEqual({
      connections: {},
      faults: [
        'nobody is no provider that is wired here',
        'local takes no connection',
        'calls.callback_token must have at least 32 characters',
        'calls.callback_secrets.0 must not be empty',
        'calls.settings.base_url must be a URL',
        'calls.credentials.api_key is missing',
        'calls.credentials.more is not known',
        'silent.settings.base_url must be a URL',
        'silent.credentials.api_key is missing',
      ],
    });
  });

  it('of a provider that calls us alone hold what its callbacks need, and nothing else', () => {
    const callbacks = { callback_token: TOKEN, callback_secrets: ['one'] };
    const { connections, faults } = read({ listens: callbacks });
    expect(faults).toEqual([]);
    expect(connections['listens']).toEqual({
      ...{ settings: {}, credentials: {} },
      ...{ callbackToken: TOKEN, callbackSecrets: ['one'] },
    });
    expect(read({ listens: { ...callbacks, credentials: { api_key: 'canary' } } }).faults).toEqual([
      'listens.credentials.api_key is not known',
    ]);
  });

  it('are judged alike as options of the module, which spell them in another way', () => {
    const { settings, credentials } = GOOD;
    const good = { settings, credentials, callbackToken: TOKEN, callbackSecrets: ['one'] };
    expect(readConnections({ calls: good }, ADAPTERS, AS_OPTIONS)).toEqual({
      connections: { calls: good },
      faults: [],
    });
    const bad = { callbackToken: 'canary', callbackSecrets: '', callback_secrets: ['canary'] };
    expect(readConnections({ calls: bad, silent: good }, ADAPTERS, AS_OPTIONS)).toEqual({
      connections: {},
      faults: [
        'calls.callbackToken must have at least 32 characters',
        'calls.callbackSecrets must be a list',
        'calls.callback_secrets is not known',
        'calls.settings.base_url must be a URL',
        'calls.credentials.api_key is missing',
        'silent does not call back',
      ],
    });
  });

  it('leave out what may be left out', () => {
    const { settings, credentials } = GOOD;
    expect(read({ silent: { settings, credentials } }).connections).toEqual({
      silent: { settings, credentials, callbackSecrets: [] },
    });
  });
});

describe('the connections for live keys', () => {
  const played = { provider: 'played', connectionForm: { hasSandbox: true } } as unknown as ProviderAdapter;
  const at = (environment: unknown): object => ({ settings: { environment } });

  it.each<[string, GivenConnections, string[]]>([
    [
      'a sandbox',
      { played: at('sandbox') },
      ['played.settings.environment must be live: a sandbox is for test keys alone'],
    ],
    ['the live environment', { played: at('live') }, []],
    ['no word of it', { played: {} }, []],
    ['settings that are none', { played: { settings: ['sandbox'] } }, []],
    ['a connection that is none', { played: null }, []],
    ['a provider that has no sandbox', { silent: at('sandbox') }, []],
    ['a provider that is not wired', { nobody: at('sandbox') }, []],
  ])('judged by their environment: %s', (_, given, faults) => {
    expect(sandboxFaults(given, [...ADAPTERS, played])).toEqual(faults);
  });
});
