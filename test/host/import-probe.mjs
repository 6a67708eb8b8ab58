// Imports the library as a host does, under a hostile environment, and tells as JSON what came of it.
import { registerHooks } from 'node:module';

const loaded = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});

const read = [];
process.env = new Proxy(process.env, {
  get(target, name) {
    if (!/node_modules|node:/.test(new Error().stack.split('\n')[2] ?? '')) read.push(String(name));
    return target[name];
  },
});

const library = await import('customer-verifications');
// What an import starts keeps the process alive, or shows here.
const active = process
  .getActiveResourcesInfo()
  .filter((name) => !/^(PipeWrap|TTYWrap|FSReqPromise|CloseReq)$/.test(name));
process.stdout.write(JSON.stringify({ names: Object.keys(library).sort(), loaded, read, active }));
