import type { Check, Connection, ProviderAdapter } from '../providers/provider-adapter.js';
import { gateOf, keyOf, wholeOf } from './gate.js';

const check: Check = { verificationId: 'v', verificationType: 't', checkType: 'c', input: {}, reference: null };
const connection = (credentials: Connection['credentials']): Connection => ({ credentials, settings: {} });
const adapter = (change: Partial<ProviderAdapter> = {}): ProviderAdapter =>
  ({
    provider: 'vendor',
    connectionForm: { settings: null, credentials: [] },
    ...change,
  }) as unknown as ProviderAdapter;
const partitionOf = (given: Connection['credentials'], change: Partial<ProviderAdapter> = {}): string | undefined =>
  gateOf(adapter(change), false, check, connection(given))?.partition;

describe('a gate', () => {
  it('is none for an adapter that calls nobody', () => {
    expect(gateOf(adapter({ connectionForm: null }), false, check, connection({}))).toBeNull();
  });

  it('is one for all who use the same credentials, and tells none of them', () => {
    const partition = partitionOf({ api_key: 'secret', user: 'u' });
    expect(partition).toMatch(/^[0-9a-f]{16}$/);
    expect(partitionOf({ user: 'u', api_key: 'secret' })).toBe(partition);
    expect(partitionOf({ api_key: 'other', user: 'u' })).not.toBe(partition);
    expect(partitionOf({ api_key: 'secret', user: 'u' }, { provider: 'other' })).not.toBe(partition);
  });

  it.each(['DE', 'x'.repeat(64)])('is what the adapter says: %s', (partition) => {
    expect(partitionOf({ api_key: 'secret' }, { partitionOf: () => partition })).toBe(partition);
  });

  it.each(['', '*', 'x'.repeat(65), 'a\u0000b', 'a\nb', '\ud800'])('is a digest where the adapter says %j', (said) => {
    expect(partitionOf({}, { partitionOf: () => said })).toMatch(/^[0-9a-f]{16}$/);
  });

  it('of the whole vendor is one for all partitions, and none of them', () => {
    const [one, other] = ['DE', '*'].map((said) =>
      gateOf(adapter({ partitionOf: () => said }), false, check, connection({})),
    );
    expect(wholeOf(one!)).toEqual({ livemode: false, provider: 'vendor', partition: '*' });
    expect(keyOf(wholeOf(other!))).toBe(keyOf(wholeOf(one!)));
    expect(keyOf(other!)).not.toBe(keyOf(wholeOf(other!)));
  });

  it('is another one for live keys', () => {
    const [live, test] = [true, false].map((livemode) => gateOf(adapter(), livemode, check, connection({}))!);
    expect(keyOf(live!)).not.toBe(keyOf(test!));
  });
});
