import { setTimeout as sleep } from 'node:timers/promises';
import { awayMs, faultOfAnswer } from './answers.mjs';
import { call } from './http.mjs';

const PATH = '/v1/verifications';
/** A consumer gives up after so many attempts, or so long: then the run has a fault. */
const MOST_ATTEMPTS = 300;
const PATIENCE_MS = 150_000;
const LONGEST_AWAY_MS = 3_000;

/**
 * @typedef {object} Acknowledgement
 * @property {import('./requests.mjs').Wanted} wanted
 * @property {string} id
 * @property {string} status
 * @property {number} version
 * @property {string} dataText `data` as it was answered, byte for byte
 * @property {boolean} replayed
 *
 * @typedef {object} Attempt
 * @property {'create' | 'read' | 'recheck'} kind
 * @property {string} base whom it was sent to
 * @property {number} status 0 where no answer came
 * @property {string} fault why none came; empty where one did
 * @property {number} sentAt of `performance.now()`
 * @property {number} tookMs
 */

/** A good consumer: sends each request with its key until it is answered, comes back when told to, and remembers what it was told. */
export class Consumer {
  /** @type {Map<string, Acknowledgement>} by key */
  acknowledged = new Map();
  /** @type {Attempt[]} */
  attempts = [];
  /** What has no answer yet, without `status`, `fault` and `tookMs`; the very objects that will be in `attempts`. @type {Set<Attempt>} */
  underWay = new Set();
  /** @type {string[]} */
  faults = [];

  /** @param {() => string | null} address of some API process, anew for each attempt; null while none runs */
  constructor(address, { alone = false } = {}) {
    this.address = address;
    this.alone = alone;
  }

  /** Creates, by its first attempt at a given address; returns the acknowledgement, or null where the patience came to its end, which is a fault. */
  async create(wanted, { at } = {}) {
    const acknowledgement = await this.repeat(wanted, { at });
    if (acknowledgement !== null) this.acknowledged.set(wanted.key, acknowledgement);
    return acknowledgement;
  }

  /** Sends a request with its key as one who does not know whether it was answered before. */
  async repeat(wanted, { at } = {}) {
    const request = { method: 'POST', path: PATH, key: wanted.tenant.key, body: wanted.body, at };
    const answer = await this.#persist('create', { ...request, headers: { 'idempotency-key': wanted.key } }, [201]);
    return answer && acknowledgementOf(wanted, answer);
  }

  /** Reads what was acknowledged, once: it is there, and not older than it was. */
  async read({ wanted, id, version }) {
    const answer = await this.#attempt('read', { path: `${PATH}/${id}`, key: wanted.tenant.key }, [200]);
    const seen = Number(/^"(\d+)"$/.exec(answer?.headers.etag ?? '')?.[1]);
    if (answer?.status === 200 && !(seen >= version)) this.faults.push(`${id} was read at ${seen} after ${version}`);
  }

  /** Has the provider asked again, without waiting; one attempt. */
  recheck(tenant, id) {
    const request = {
      method: 'POST',
      path: `${PATH}/${id}/recheck`,
      key: tenant.key,
      headers: { prefer: 'respond-async' },
    };
    return this.#attempt('recheck', request, [200, 202]);
  }

  async #persist(kind, { at, ...request }, wanted) {
    const begun = performance.now();
    for (let attempt = 1; attempt <= MOST_ATTEMPTS && performance.now() - begun < PATIENCE_MS; attempt += 1) {
      const first = attempt === 1 && at !== undefined ? { base: at } : {};
      const answer = await this.#attempt(kind, { ...request, ...first }, wanted);
      if (answer !== null && wanted.includes(answer.status)) return answer;
      await sleep(answer === null ? 200 : Math.min(awayMs(answer), LONGEST_AWAY_MS));
    }
    this.faults.push(`a ${kind} had no success in ${Math.round(performance.now() - begun)} ms`);
    return null;
  }

  /** Null where there was nobody to send it to. */
  async #attempt(kind, { base = this.address(), ...request }, wanted) {
    if (base === null) return null;
    const attempt = { kind, base, sentAt: performance.now() };
    this.underWay.add(attempt);
    const answer = await call(base, { ...request, alone: this.alone });
    const { status, sentAt, tookMs } = answer;
    this.underWay.delete(attempt);
    this.attempts.push(Object.assign(attempt, { status, sentAt, tookMs, fault: answer.fault }));
    const fault = faultOfAnswer(answer, wanted);
    if (fault !== null) this.faults.push(`${kind}: ${fault}`);
    return answer;
  }
}

function acknowledgementOf(wanted, { headers, json, text }) {
  return {
    wanted,
    id: json.data.id,
    status: json.data.status,
    version: Number(/^"(\d+)"$/.exec(headers.etag ?? '')?.[1]),
    dataText: dataTextOf(text),
    replayed: headers['idempotent-replayed'] === 'true',
  };
}

/** `data` comes first or behind `customer_action`; none of our requests has the latter. */
function dataTextOf(text) {
  return text.replace(/^\{"data":/, '').replace(/\}$/, '');
}
