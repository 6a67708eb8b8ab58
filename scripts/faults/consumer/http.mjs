import { Agent, request } from 'node:http';

/** Longer than the service's own patience with a database that does not answer: whatever takes so long hangs. */
export const ANSWER_WITHIN_MS = 30_000;

const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/**
 * @typedef {object} Answer
 * @property {number} status 0 where none came whole
 * @property {string} fault why none came; empty where one did
 * @property {Record<string, string>} headers
 * @property {any} json the body; null where it is none
 * @property {string} text
 * @property {number} sentAt of `performance.now()`
 * @property {number} tookMs
 */

/**
 * One call. Never rejects: a connection that is refused or breaks is an answer of status 0.
 * @param {string} base
 * @param {{ method?: string, path: string, key?: string, body?: object, headers?: Record<string, string>, alone?: boolean }} options `alone`: on a
 *   connection of its own
 * @returns {Promise<Answer>}
 */
export function call(base, { method = 'GET', path, key, body, headers = {}, alone = false }) {
  const sentAt = performance.now();
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    const end = (given) =>
      resolve({
        status: 0,
        fault: '',
        headers: {},
        json: null,
        text: '',
        ...given,
        sentAt,
        tookMs: performance.now() - sentAt,
      });
    const options = {
      method,
      agent: alone ? false : agent,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(payload && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...headers,
      },
    };
    const sending = request(`${base}${path}`, options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', (error) => end({ fault: error.code ?? error.name }));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        end({ status: response.statusCode, headers: response.headers, text, json: jsonOf(text) });
      });
    });
    sending.on('error', (error) => end({ fault: error.code ?? error.name }));
    sending.end(payload);
  });
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Gives up the kept connections, so that the process can end. */
export function closeConnections() {
  agent.destroy();
}
