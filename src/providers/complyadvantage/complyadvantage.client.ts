import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call } from '../provider-adapter.js';
import { jsonOf, unrecognised, VendorClient, type VendorMessage } from '../vendor/vendor-client.js';
import { accessOf } from './complyadvantage.connection.js';
import {
  deletedAnswer,
  type ListedSearch,
  listedSearches,
  refusedAnswer,
  type Search,
  searchAnswer,
} from './complyadvantage.messages.js';

/** A much-named entity with its media runs to a hundred kilobytes, and a search shows a hundred of them. */
const MOST_BYTES = 16 * 1024 * 1024;

/** So many searches a list shows at most. */
export const MOST_LISTED = 10;

/** The API's protocol: JSON with a key. Every method rejects as those of {@link VendorClient} do. */
export class ComplyAdvantageClient extends VendorClient {
  /** A new search. Each is billed. */
  async create(call: Call, json: JsonObject): Promise<VendorMessage<Search>> {
    return this.#searchIn(await this.#ask(call, { method: 'POST', path: '/searches', json }));
  }

  /** The search of that id with all that it found, as the account has it now. */
  async details(call: Call, reference: string): Promise<VendorMessage<Search>> {
    const found = await this.find(call, reference);
    // Deleted or another account's: that says nothing about the subject.
    if (found === null) throw unrecognised();
    return found;
  }

  /** The same; null where the account has no such search. */
  async find(call: Call, reference: string): Promise<VendorMessage<Search> | null> {
    const answer = await this.#ask(call, { method: 'GET', path: `${pathOf(reference)}/details` });
    return isGone(answer) ? null : this.#searchIn(answer);
  }

  /** Deletes the search of that id; one that is gone already stays so. */
  async delete(call: Call, reference: string): Promise<void> {
    const answer = await this.#ask(call, { method: 'DELETE', path: pathOf(reference) });
    if (answer.status !== 204 && !isGone(answer)) this.read(answer, deletedAnswer);
  }

  /** Searches with that reference of ours, the first {@link MOST_LISTED} that are listed. */
  async list(call: Call, clientRef: string): Promise<readonly ListedSearch[]> {
    const query = new URLSearchParams({ client_ref: clientRef, per_page: String(MOST_LISTED) });
    const answer = await this.#ask(call, { method: 'GET', path: `/searches?${query.toString()}` });
    return this.read(answer, listedSearches).message.content.data;
  }

  #searchIn(answer: HttpAnswer): VendorMessage<Search> {
    const { message, raw } = this.read(answer, searchAnswer);
    return { message: message.content.data, raw };
  }

  async #ask(
    { connection, signal }: Call,
    {
      path,
      ...request
    }: { readonly method: 'GET' | 'POST' | 'DELETE'; readonly path: string; readonly json?: JsonObject },
  ): Promise<HttpAnswer> {
    const { url, key } = accessOf(connection);
    const headers = { authorization: `Token ${key}` };
    return this.send({ ...request, url: `${url}${path}`, headers, maxBytes: MOST_BYTES }, signal);
  }
}

function pathOf(reference: string): string {
  return `/searches/${encodeURIComponent(reference)}`;
}

/** Whether ComplyAdvantage itself says that there is no such search. Somebody else's 404 is no word of it. */
function isGone({ status, body }: HttpAnswer): boolean {
  return status === 404 && refusedAnswer.safeParse(jsonOf(body)).success;
}
