import type { TenantScope } from '../database/index.js';
import type { Clock } from '../platform/clock.js';
import { underDeadline } from '../platform/deadline.js';
import { type Http, type HttpAnswer, HttpFault } from '../platform/http.js';
import { Remembered } from '../platform/remembered.js';
import type { Customer } from '../providers/customer.js';
import { CustomerDirectory, DIRECTORY_DEADLINE_MS, DirectoryFault } from './customer-directory.js';
import { CustomerFields, type GivenFields } from './customer-fields.js';
import { readCustomer } from './customer-form.js';

/** Where the customer's id goes in the address. */
export const CUSTOMER_ID_SLOT = '{customer_id}';

const MAX_BYTES = 256 * 1024;
/** So old may be what a check is asked with. */
const REMEMBERED_MS = 30_000;

/** The platform's customers API. */
export interface CustomersApi {
  /** With {@link CUSTOMER_ID_SLOT} once, in the path or the query. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token: string;
  /** Where our members are in its answers: all at the top, by our names, unless told. */
  readonly fields?: GivenFields;
}

interface Question {
  readonly scope: TenantScope;
  readonly customerId: string;
}

/** An unknown customer is not remembered: it may be made the moment after. */
class UnknownCustomer extends Error {}

/**
 * A {@link CustomerDirectory} by HTTP. One GET for a customer, the tenant in the headers `Organization-Id` and `Livemode`; 404 and 410 say that there
 * is none, 200 with a JSON object what is known of it, and all else that nothing is known. Customers found are remembered for 30 s, each tenant's
 * apart; those who ask at once share one GET, each for {@link DIRECTORY_DEADLINE_MS} at most. Throws a `TypeError` where the configuration has faults.
 */
export class HttpCustomerDirectory extends CustomerDirectory {
  readonly #fields: CustomerFields;
  readonly #found: Remembered<Question, Customer>;

  constructor(
    private readonly api: CustomersApi,
    private readonly platform: { readonly http: Http; readonly clock: Pick<Clock, 'elapsed'> },
  ) {
    super();
    const fault = faultOfUrl(api.url) ?? faultOfToken(api.token);
    if (fault !== null) throw new TypeError(fault);
    this.#fields = new CustomerFields(api.fields);
    this.#found = new Remembered({
      nameOf: ({ scope, customerId }) => `${scope.organizationId} ${String(scope.livemode)} ${customerId}`,
      // Under a deadline of its own: whoever joins it may wait longer than whoever began it.
      lookUp: (question) => underDeadline(DIRECTORY_DEADLINE_MS, (signal) => this.#ask(question, signal)),
      forMs: REMEMBERED_MS,
      clock: platform.clock,
    });
  }

  async find(scope: TenantScope, customerId: string, signal: AbortSignal): Promise<Customer | null> {
    try {
      return await underDeadline(DIRECTORY_DEADLINE_MS, (own) => this.#shared({ scope, customerId }, own), signal);
    } catch (error) {
      if (error instanceof UnknownCustomer) return null;
      throw signal.aborted || isOverdue(error) ? new DirectoryFault('directory_timeout', { cause: error }) : error;
    }
  }

  /** What one look-up tells everybody who asks meanwhile. */
  async #shared(question: Question, signal: AbortSignal): Promise<Customer | null> {
    try {
      return await this.#found.of(question);
    } catch (error) {
      if (!isOverdue(error) || signal.aborted) throw error;
      // It was begun for somebody who came earlier, and is over before our time is. The next one is not.
      return this.#found.look(question);
    }
  }

  async #ask(question: Question, signal: AbortSignal): Promise<Customer> {
    const { customerId } = question;
    const answer = await this.#send(question, signal);
    if (answer.status === 404 || answer.status === 410) throw new UnknownCustomer();
    if (answer.status !== 200) throw new DirectoryFault(`directory_status_${answer.status}`);
    const { echoed, told } = this.#fields.of(objectOf(answer.body));
    const isOther = echoed !== undefined && !(typeof echoed === 'string' && echoed.toLowerCase() === customerId);
    if (isOther) throw new DirectoryFault('directory_unreadable');
    return readCustomer(told);
  }

  async #send({ scope, customerId }: Question, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await this.platform.http.send({
        method: 'GET',
        url: this.api.url.replace(CUSTOMER_ID_SLOT, customerId),
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${this.api.token}`,
          'organization-id': scope.organizationId,
          livemode: String(scope.livemode),
        },
        maxBytes: MAX_BYTES,
        signal,
      });
    } catch (error) {
      throw faultOf(error);
    }
  }
}

/** Whether a deadline of ours has passed. */
function isOverdue(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function faultOf(error: unknown): DirectoryFault {
  const kind = error instanceof HttpFault ? error.kind : 'network';
  if (kind === 'timeout') return new DirectoryFault('directory_timeout', { cause: error });
  return new DirectoryFault(kind === 'too_large' ? 'directory_unreadable' : 'directory_unreachable', { cause: error });
}

function objectOf(body: Buffer): object {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // The parser's own error quotes the text.
    throw new DirectoryFault('directory_unreadable');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DirectoryFault('directory_unreadable');
  return value;
}

/** What keeps a text from being the address of a customers API, without the text; null for one. */
export function faultOfUrl(url: string): string | null {
  const [before = '', ...after] = url.split(CUSTOMER_ID_SLOT);
  if (after.length !== 1) return `must hold ${CUSTOMER_ID_SLOT} once`;
  const read = URL.canParse(`${before}id${after.join('')}`) ? new URL(`${before}id${after.join('')}`) : null;
  const isHttp = read !== null && /^https?:$/.test(read.protocol) && !/[#@\s]/.test(url);
  if (!isHttp) return 'must be an http:// or https:// URL without credentials and fragment';
  // Behind the host: the id decides whom is asked about, never who is asked.
  return /^https?:\/\/[^/?]+[/?]/.test(before) ? null : `must hold ${CUSTOMER_ID_SLOT} in its path or query`;
}

/** What keeps a text from being a token, without the text; null for one. */
export function faultOfToken(token: string): string | null {
  return /^[\x21-\x7e]{1,4096}$/.test(token) ? null : 'must have 1 to 4096 characters of ASCII, without spaces';
}
