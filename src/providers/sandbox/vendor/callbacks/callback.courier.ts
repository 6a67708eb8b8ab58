import type { Clock } from '../../../../platform/clock.js';
import { isDecided, type StoredCheck } from '../check.record.js';
import { forgeryOf, messageOf, type CallbackMessage } from './callback.message.js';
import type { CallbackSender } from './callback.sender.js';

interface Held {
  readonly message: CallbackMessage;
  readonly manner: 'late' | 'shuffled';
}

/** Tells of each check's changes in the manner that its input asks for. */
export class CallbackCourier {
  #held: Held[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly sender: CallbackSender,
    private readonly capacity: number,
  ) {}

  /** A check was begun. Resolves when the start may be answered: after the callback, where that is to overtake it. */
  async started(check: StoredCheck): Promise<void> {
    if (!isDecided(check.status)) return;
    const sent = this.changed(check);
    const { callbacks } = check.script;
    if (callbacks === 'overtaking' || callbacks === 'early') await sent;
  }

  /** A check got another status. Resolves when its callback has been answered; nobody needs to wait for that. */
  changed(check: StoredCheck): Promise<void> {
    return this.sender.track(this.#deliver(check));
  }

  /** Sends the check's present state as news of its own; the event's id and the HTTP status of the answer. */
  async tell(check: StoredCheck): Promise<{ readonly event_id: string | null; readonly answer: number | null }> {
    const message = messageOf(check, check.script.callbacks ?? 'on', this.clock.now());
    return { event_id: message.eventId, answer: await this.sender.send(message) };
  }

  /** Sends what is held and what waits to be tried again; resolves, once nothing is on its way, with how many that were. */
  async flush(): Promise<number> {
    const held = this.#held;
    this.#held = [];
    for (const group of Map.groupBy(held, ({ message }) => message.checkId).values()) {
      const messages = group.map(({ message }) => message);
      const ordered = group[0]?.manner === 'shuffled' ? messages.reverse() : messages;
      void this.sender.track(this.#sendInTurn(ordered));
    }
    const again = this.sender.retryNow();
    await this.sender.settled();
    return held.length + again;
  }

  async #deliver(check: StoredCheck): Promise<void> {
    const manner = check.script.callbacks ?? 'on';
    const message = messageOf(check, manner, this.clock.now());
    switch (manner) {
      case 'none':
        return;
      case 'late':
      case 'shuffled':
        this.#hold({ message, manner });
        return;
      case 'doubled':
        return this.#sendThrice(message);
      case 'forged':
        return this.#sendInTurn([forgeryOf(check, this.clock.now()), message]);
      default:
        await this.sender.send(message);
    }
  }

  #hold(held: Held): void {
    this.#held.push(held);
    if (this.#held.length > this.capacity) this.#held.shift();
  }

  async #sendThrice(message: CallbackMessage): Promise<void> {
    await Promise.all([this.sender.send(message), this.sender.send(message)]);
    await this.sender.send(message);
  }

  async #sendInTurn(messages: readonly CallbackMessage[]): Promise<void> {
    for (const message of messages) await this.sender.send(message);
  }
}
