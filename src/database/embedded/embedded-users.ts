import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { incarnationOf } from './embedded-processes.js';
import { pause } from './embedded-waiting.js';

/**
 * Who uses a server that several processes share, as files `<kind>.<pid>.<incarnation>.<random>` in `folder`. Files of dead
 * processes count for nothing. No lock is needed: who comes writes `user` and then looks for `stopping`, who goes
 * writes `stopping` and then looks for `user`, so at least one of the two sees the other.
 */
export class EmbeddedUsers {
  readonly #folder: string;
  #mine = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Registers this process, once nobody is stopping the server. */
  async join(): Promise<void> {
    this.#mine = this.#write('user');
    while (this.#someone('stopping')) await pause(20);
  }

  /** Takes this process off the list and calls `stop` if nobody else is on it. */
  async leave(stop: () => Promise<void>): Promise<void> {
    rmSync(this.#mine, { force: true });
    const marker = this.#write('stopping');
    try {
      if (!this.#someone('user')) await stop();
    } finally {
      rmSync(marker, { force: true });
    }
  }

  /** Whether a living process uses the server. */
  present(): boolean {
    return this.#someone('user');
  }

  #write(kind: 'user' | 'stopping'): string {
    const name = [kind, process.pid, incarnationOf(process.pid), randomBytes(6).toString('hex')].join('.');
    const file = join(this.#folder, name);
    writeFileSync(file, '', { flag: 'wx' });
    return file;
  }

  #someone(kind: 'user' | 'stopping'): boolean {
    let found = false;
    for (const name of readdirSync(this.#folder)) {
      const [theirs, pid, incarnation] = name.split('.');
      const alive = incarnation !== undefined && incarnation === incarnationOf(Number(pid));
      if (!alive) rmSync(join(this.#folder, name), { force: true });
      else if (theirs === kind) found = true;
    }
    return found;
  }
}
