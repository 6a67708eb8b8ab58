import { randomUUID } from 'node:crypto';
import { randomOf } from './random.mjs';

/** How many different requests a scenario goes round in. */
const REQUESTS = 4_000;
/** Of all requests, those of the biggest organization: as many as it has rows. */
const BIGGEST = 0.4;
const PAGE = 50;

const READ_ONE = { status: 200, leastBytes: 500, items: 0 };
const READ_PAGE = { status: 200, leastBytes: PAGE * 500, items: PAGE };
const MADE = { status: 201, leastBytes: 500, items: 0 };

const MANUAL = { provider: 'manual', verification_type: 'identity' };
const VAT = {
  provider: 'offline',
  verification_type: 'business_entity',
  check_type: 'vat_format',
  input: { vat_number: 'DE143454214' },
};

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title
 * @property {import('./load.mjs').Expected} expected
 * @property {(caller: import('./fill.mjs').Caller, random: () => number) => import('./load.mjs').Request} request
 */

/** @type {readonly Scenario[]} */
export const SCENARIOS = [
  {
    name: 'list',
    title: `list (${PAGE} rows)`,
    expected: READ_PAGE,
    request: (caller) => ({ text: get(caller, `/v1/verifications?limit=${PAGE}`), holds: caller.organizationId }),
  },
  {
    name: 'get',
    title: 'get',
    expected: READ_ONE,
    request: (caller, random) => {
      const id = caller.ids[Math.floor(random() * caller.ids.length)];
      return { text: get(caller, `/v1/verifications/${id}`), holds: id };
    },
  },
  { name: 'create', title: 'create (manual)', expected: MADE, request: (caller) => post(caller, MANUAL) },
  {
    name: 'create-key',
    title: 'create (manual, with an Idempotency-Key)',
    expected: MADE,
    request: (caller) => post(caller, MANUAL, 'idempotency-key: "#"\r\n'),
  },
  {
    name: 'create-vat',
    title: 'create (offline, VAT number; evidence encrypted)',
    expected: MADE,
    request: (caller) => post(caller, VAT),
  },
];

/**
 * The requests of a scenario, the same for the same seed but for keys and customers.
 * @param {Scenario} scenario
 * @param {readonly import('./fill.mjs').Caller[]} callers the biggest first
 * @param {number} seed
 */
export function requestsOf(scenario, callers, seed) {
  const random = randomOf(seed);
  const [biggest, ...others] = callers;
  return Array.from({ length: REQUESTS }, () => {
    const caller = random() < BIGGEST ? biggest : others[Math.floor(random() * others.length)];
    return scenario.request(caller, random);
  });
}

/** All servers get the same bytes; `x-organization` is for the one that does not authenticate. */
function head({ key, organizationId }) {
  return `host: 127.0.0.1\r\nauthorization: Bearer ${key}\r\nx-organization: ${organizationId}\r\naccept: application/json\r\n`;
}

function get(caller, path) {
  return `GET ${path} HTTP/1.1\r\n${head(caller)}\r\n`;
}

function post(caller, body, more = '') {
  const customerId = randomUUID();
  const text = JSON.stringify({ customer_id: customerId, ...body });
  const lines = `${head(caller)}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${more}`;
  return { text: `POST /v1/verifications HTTP/1.1\r\n${lines}\r\n${text}`, holds: customerId };
}
