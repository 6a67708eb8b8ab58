import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, CallLimit, Check, Connection, ProviderAdapter } from '../provider-adapter.js';
import { mismatch, unrecognised } from '../vendor/vendor-client.js';
import { COMPLY_ADVANTAGE_CHECKS, complyAdvantageInput, soughtBy } from './complyadvantage.checks.js';
import { ComplyAdvantageClient, MOST_LISTED } from './complyadvantage.client.js';
import { accessOf, COMPLY_ADVANTAGE_CONNECTION } from './complyadvantage.connection.js';
import { type Judging, observe } from './complyadvantage.outcomes.js';
import { searchFor } from './complyadvantage.query.js';

const A_DAY_MS = 24 * 3_600_000;

/** A round a day for more than ten years. A search that says more of itself has its reference from somebody else. */
const MOST_ROUNDS = 4_000;

/**
 * ComplyAdvantage's searches by its first API (not "Mesh"): who comes near on lists of risk, and what analysts of the account say of them. Built
 * from what others report of it.
 *
 * An old search stays as it was, whatever its lists learn afterwards. So each round of a verification is a search of its own: its reference is the
 * call's key, which is our id and, after the first, the round. Within a round the search is read again, for the analysts' sake.
 */
export class ComplyAdvantageAdapter implements ProviderAdapter {
  readonly provider = 'complyadvantage';
  readonly description =
    'ComplyAdvantage: sanctions, politically exposed persons and adverse media, with the account’s own analysts.';
  readonly testOnly = false;
  readonly experimental = true;
  readonly checks = COMPLY_ADVANTAGE_CHECKS;
  readonly connectionForm = COMPLY_ADVANTAGE_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    // How they are signed, if at all, is not known.
    callbacks: false,
    // It knows no keys: a search that is asked for twice is two, and billed twice.
    idempotentStart: false,
    redact: 'done',
  } as const;
  readonly #client: ComplyAdvantageClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new ComplyAdvantageClient(platform);
  }

  /** Up to three requests a question: to read, to look for, to search. */
  limitOf(_check: Check, connection: Connection): CallLimit {
    const { settings } = COMPLY_ADVANTAGE_CONNECTION;
    const perMinute = settings.safeParse(connection.settings).data?.requests_per_minute ?? 300;
    return { calls: Math.floor(perMinute / 3), perMs: 60_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#begin(check, call));
  }

  /** Reads the search of this round, or, where there is only one of an earlier round, has another made. */
  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const { reference } = check;
      if (reference === null) throw new TypeError('a check without a reference cannot be read');
      const found = await this.#client.details(call, reference);
      if (String(found.message.id) !== reference) throw mismatch();
      if (!isOfEarlierRound(check, call, found.message.client_ref)) return observe(check, found, this.#judging(call));
      return (await this.#find(check, call)) ?? (await this.#begin(check, call));
    });
  }

  findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    return this.#find(check, call);
  }

  /** Looks for searches that nobody has made. */
  async probe(call: Call): Promise<void> {
    await this.#client.list(call, 'connection-test');
  }

  /** Deletes the searches of all rounds, each once it is known to be ours. */
  async redact(check: Check, call: Call): Promise<'done'> {
    const { reference } = check;
    const known = reference === null ? null : await this.#client.find(call, reference);
    const latest = known?.message.client_ref ?? null;
    if (known !== null && (String(known.message.id) !== reference || !isOurs(check, latest))) throw mismatch();
    const [asked, told] = [roundIn(call.idempotencyKey), roundIn(latest ?? '')];
    if (told > Math.max(asked, MOST_ROUNDS)) throw mismatch();
    const keeps = known === null ? null : reference;
    for (let round = 1; round <= Math.max(asked, told); round += 1) {
      await this.#deleteRound(check, call, { round, keeps });
    }
    // Last, lest a later try does not know how many rounds there were; and lists may not show it yet.
    if (known !== null) await this.#client.delete(call, String(known.message.id));
    return 'done';
  }

  /** Deletes what lists show of the round, but for the search that it `keeps`, until they show nothing more. */
  async #deleteRound(
    check: Check,
    call: Call,
    { round, keeps }: { readonly round: number; readonly keeps: string | null },
  ): Promise<void> {
    const { verificationId: id } = check;
    const done = new Set(keeps === null ? [] : [keeps]);
    for (;;) {
      const listed = await this.#client.list(call, round === 1 ? id : `${id}:${String(round)}`);
      const ours = listed.filter(({ client_ref: clientRef }) => isOurs(check, clientRef));
      const left = ours.map((search) => String(search.id)).filter((search) => !done.has(search));
      for (const search of left) {
        await this.#client.delete(call, search);
        done.add(search);
      }
      // Searches that were not asked for: the list was not searched, and one of ours may be further down.
      if (ours.length < listed.length) throw mismatch();
      // The list is behind, and full of what is deleted: the same.
      if (left.length === 0 && listed.length >= MOST_LISTED) throw unrecognised();
      if (left.length === 0) return;
    }
  }

  async #begin(check: Check, call: Call): Promise<Observation> {
    const input = complyAdvantageInput.safeParse(check.input);
    // Who was searched for is no longer kept, and the old search says nothing of today.
    if (!input.success) return this.#inputGone();
    const judging = this.#judging(call);
    const about = { sought: soughtBy(check.checkType), settings: judging.settings };
    const made = await this.#client.create(call, searchFor(input.data, judging.clientRef, about));
    return observe(check, made, judging);
  }

  /** The first of the searches with this round's reference: whoever looks finds the same. */
  async #find(check: Check, call: Call): Promise<Observation | null> {
    const judging = this.#judging(call);
    const listed = await this.#client.list(call, judging.clientRef);
    const ours = listed.filter(({ client_ref }) => client_ref === judging.clientRef).map(({ id }) => id);
    // Searches that were not asked for: the list was not searched.
    if (ours.length === 0 && listed.length > 0) throw mismatch();
    if (ours.length === 0) return null;
    return observe(check, await this.#client.details(call, String(Math.min(...ours))), judging);
  }

  #judging({ connection, idempotencyKey: clientRef }: Call): Judging {
    return { clientRef, settings: accessOf(connection).settings, now: this.#client.now };
  }

  #inputGone(): Observation {
    const retry = { class: 'operator', afterMs: A_DAY_MS } as const;
    return { outcome: 'pending', reason: 'resubmission_requested', observedAt: this.#client.now, retry };
  }
}

function isOurs({ verificationId }: Check, clientRef: string | null | undefined): boolean {
  return clientRef === verificationId || (clientRef ?? '').startsWith(`${verificationId}:`);
}

function isOfEarlierRound(check: Check, { idempotencyKey }: Call, clientRef: string | null | undefined): boolean {
  return isOurs(check, clientRef) && clientRef !== idempotencyKey;
}

/** The round that a reference of ours is of. */
function roundIn(clientRef: string): number {
  return Number(/:(\d{1,9})$/.exec(clientRef)?.[1] ?? 1);
}
