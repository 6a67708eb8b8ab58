import { addMilliseconds, epochMilliseconds, type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { Call } from '../provider-adapter.js';
import { unrecognised } from '../vendor/vendor-client.js';
import type { MiddeskClient } from './middesk.client.js';
import { type MiddeskPage, middeskPage } from './middesk.messages.js';

const PAGE = 100;
/** A look-up costs that many requests at most, and two to read what it found: see the adapter's limit. */
const MOST_PAGES = 4;
/** A row of the list is a whole business, with all that was found out about it. */
const MOST_BYTES = 16 * 1024 * 1024;
const HOUR_MS = 3_600_000;

/**
 * The id of the business that was made for our verification; null where Middesk surely has none. Reads the list of businesses, newest first,
 * up to four hundred of them, and no further back than an hour before our own id was made.
 *
 * Unconfirmed: that the list takes `page` and `per_page`, that it is ordered by recency, and whether it can be filtered by our reference. Nothing
 * wrong comes of it: a list that does not end, repeats itself or isn't seen to run backwards is never taken for one in which the business is not.
 * Rejects with `ProviderFault` there.
 */
export async function findBusiness(client: MiddeskClient, verificationId: string, call: Call): Promise<string | null> {
  const since = madeAt(verificationId);
  let previous: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { data, has_more: more } = await readPage(client, { page, size: PAGE }, call);
    const found = data.find((row) => [row.external_id, row.unique_external_id].includes(verificationId));
    if (found) return found.id;
    if (!more || isBehind(data, since)) return null;
    // Whoever does not know the parameter gives the same page for ever.
    if (data.length === 0 || data[0]?.id === previous) throw unrecognised();
    previous = data[0]?.id;
  }
  throw unrecognised();
}

/** One page of the list of businesses. Rejects as {@link MiddeskClient} does. */
export async function readPage(
  client: MiddeskClient,
  { page, size }: { readonly page: number; readonly size: number },
  call: Call,
): Promise<MiddeskPage> {
  const query = new URLSearchParams({ page: String(page), per_page: String(size) });
  const path = `/businesses?${query.toString()}`;
  const answer = await client.ask(call, { method: 'GET', path, maxBytes: MOST_BYTES });
  return client.read(answer, middeskPage).message;
}

/** Whether a page runs backwards in time and ends before the moment. */
function isBehind(data: MiddeskPage['data'], since: Instant | null): boolean {
  const times = data.map(({ created_at: at }) => (at ? Date.parse(at) : NaN));
  const [first = NaN, last = NaN] = [times.at(0), times.at(-1)];
  if (since === null || times.some(Number.isNaN)) return false;
  return (
    first > last &&
    times.every((time, index) => time <= (times[index - 1] ?? Infinity)) &&
    last < epochMilliseconds(since)
  );
}

/** An hour before a UUID v7 was made (RFC 9562 5.7): clocks differ. Null for another id. */
function madeAt(id: string): Instant | null {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id)) return null;
  return addMilliseconds(instantOfEpoch(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)), -HOUR_MS);
}
