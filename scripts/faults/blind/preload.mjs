// Loaded into a process of the service before anything else (`--import`): to this process the sandbox vendor is one that can neither find a
// start nor recognise its repetition.
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Of the same build as what is being started.
const module = join(dirname(process.argv[1]), 'providers', 'provider-registry.js');
const { ProviderRegistry } = await import(pathToFileURL(module).href);
const { find } = ProviderRegistry.prototype;
const blinded = new Map();

ProviderRegistry.prototype.find = function findBlinded(provider, livemode) {
  const adapter = find.call(this, provider, livemode);
  if (adapter === null || provider !== 'sandbox') return adapter;
  if (!blinded.has(adapter)) blinded.set(adapter, blind(adapter));
  return blinded.get(adapter);
};

function blind(adapter) {
  const capabilities = { ...adapter.capabilities, find: false, idempotentStart: false };
  return new Proxy(adapter, {
    get(target, name) {
      if (name === 'capabilities') return capabilities;
      const value = target[name];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
