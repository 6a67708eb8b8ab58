import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIST } from './built.mjs';
import { endChild, startChild } from './child.mjs';

/** How a process says that it serves, and where; a worker has no address. */
const SERVES = /^(?:Serving on (\S+)|Working)/;

/** One process of the service: an API or a worker. It can be killed and started again; the address changes with it. */
export class Service {
  #child = null;
  #starting = null;

  /** @param {{ name: string, role: 'api' | 'worker', env: Record<string, string>, folder: string, ready?: RegExp }} plan */
  constructor({ name, role, env, folder, ready = SERVES }) {
    this.name = name;
    this.role = role;
    this.env = env;
    this.ready = ready;
    this.log = join(folder, `${name}.log`);
  }

  /** Where it answers; null while it does not run. */
  get url() {
    return this.#child?.said[1] ?? null;
  }

  get pid() {
    return this.#child?.process.pid ?? null;
  }

  /** Starts it, with `more` in its environment and modules loaded before it; one start at a time. */
  start({ more = {}, preload = [] } = {}) {
    this.#starting ??= this.#start(more, preload).finally(() => (this.#starting = null));
    return this.#starting;
  }

  /** `kill -9`; the promise resolves when it is gone. */
  kill() {
    return this.#end('SIGKILL');
  }

  /** Asks it to end; resolves with its exit. */
  terminate() {
    return this.#end('SIGTERM');
  }

  /** The last line of its log that matches; null where there is none. */
  lastLine(pattern) {
    return readFileSync(this.log, 'utf8').match(new RegExp(pattern.source, 'gm'))?.at(-1) ?? null;
  }

  /** Resolves when it is gone, whatever ends it. */
  async gone() {
    const child = this.#child;
    const exit = await child?.exited;
    if (this.#child === child) this.#child = null;
    return exit;
  }

  async close() {
    await this.#starting?.catch(() => undefined);
    if (this.#child !== null) await endChild(this.#child);
    this.#child = null;
  }

  async #start(more, preload) {
    const script = join(DIST, 'src/main.js');
    const env = { ...this.env, ...more };
    this.#child = await startChild({ script, env, preload, log: this.log, ready: this.ready });
  }

  #end(signal) {
    const child = this.#child;
    // Nobody sends it anything from here on.
    this.#child = null;
    child?.process.kill(signal);
    return child?.exited;
  }
}
