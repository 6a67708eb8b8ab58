import { Logger } from '@nestjs/common';
import pg from 'pg';
import { after } from '../platform/deadline.js';
import { sqlState } from './database.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** How soon a lost connection is tried again: doubled each time, up to the longest. */
const AGAIN_AFTER_MS = 250;
const LONGEST_AGAIN_AFTER_MS = 30_000;
/** How often a silent connection is asked whether it still lives: a peer that vanished sends no word of it. */
const PROBE_EVERY_MS = 15_000;

/** What a {@link Listener} listens to. */
export interface ListenerOptions {
  /** A connection of its own, straight to the server: a pooler in transaction mode passes no notifications on. */
  readonly url: string;
  /** `[a-z_]+`. */
  readonly channel: string;
}

/**
 * Hears the notifications of one channel of PostgreSQL. A connection that is lost is sought again for ever, and never a reason to fail: what is
 * heard is a hint, and whoever needs certainty looks for itself.
 */
export class Listener {
  readonly #logger = new Logger(Listener.name);
  #heard: (() => void) | undefined;
  #client: pg.Client | undefined;
  /** Takes back what was to happen later: the next try, or the next probe. */
  #callOff: () => void = () => undefined;
  #failures = 0;

  constructor(private readonly options: ListenerOptions) {}

  /** Listens from now on: calls `heard` at each notification, and after each connecting, since some may have been missed before. */
  start(heard: () => void): void {
    const listening = this.#heard !== undefined;
    this.#heard = heard;
    if (!listening) void this.#connect();
  }

  /** Hears nothing more. */
  stop(): void {
    this.#heard = undefined;
    this.#callOff();
    this.#drop(this.#client);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: 'customer-verifications-waker',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    this.#client = client;
    client.on('error', (error) => {
      this.#lost(client, error);
    });
    client.on('end', () => {
      this.#lost(client);
    });
    client.on('notification', () => this.#heard?.());
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(this.options.channel)}`);
    } catch (error) {
      this.#lost(client, error);
      return;
    }
    if (client !== this.#client) return;
    this.#failures = 0;
    this.#heard?.();
    this.#probe(client);
  }

  /** Whatever ends a connection says so several times; the first one counts. */
  #lost(client: pg.Client, error?: unknown): void {
    if (client !== this.#client) return;
    this.#callOff();
    this.#drop(client);
    if (!this.#heard) return;
    if (this.#failures === 0) this.#logger.warn({ event: 'listener_lost', code: sqlState(error) });
    const delay = Math.min(AGAIN_AFTER_MS * 2 ** Math.min(this.#failures, 20), LONGEST_AGAIN_AFTER_MS);
    this.#failures += 1;
    this.#callOff = after(delay, () => void this.#connect());
  }

  #drop(client: pg.Client | undefined): void {
    this.#client = undefined;
    // What still fails in it is nobody's concern any more.
    void client?.end().catch(() => undefined);
  }

  #probe(client: pg.Client): void {
    this.#callOff = after(PROBE_EVERY_MS, () => {
      client.query('select 1').then(
        () => {
          if (client === this.#client) this.#probe(client);
        },
        (error: unknown) => {
          this.#lost(client, error);
        },
      );
    });
  }
}
