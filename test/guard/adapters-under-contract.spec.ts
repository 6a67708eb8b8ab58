import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as adapters from '../../src/providers/adapters.js';

const providers = resolve(dirname(fileURLToPath(import.meta.url)), '../../src/providers');
const specs = globSync('*/*.spec.ts', { cwd: providers }).map((path) => readFileSync(resolve(providers, path), 'utf8'));
const names = Object.keys(adapters);
const instances = Object.values(adapters).map(
  (adapter) => new adapter({ clock: undefined as never, http: undefined as never }),
);

describe('the registration list', () => {
  it('holds adapters', () => {
    expect(names).toEqual(expect.arrayContaining(['ManualAdapter', 'OfflineAdapter', 'SandboxAdapter']));
  });

  it.each(names)('has %s under the shared contract', (name) => {
    const contract = new RegExp(`describeAdapterContract\\(\\{[^}]*?\\badapter: ${name}\\b`, 's');
    expect(specs.some((spec) => contract.test(spec))).toBe(true);
  });

  it('has no provider name twice', () => {
    const providersNamed = instances.map(({ provider }) => provider);
    expect(new Set(providersNamed).size).toBe(providersNamed.length);
  });
});
