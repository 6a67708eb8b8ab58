import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../consumer/http.mjs';
import { DIST } from './built.mjs';
import { endChild, startChild } from './child.mjs';

const CHUNK_BYTES = 1_000_000;

/**
 * @typedef {object} Vendor
 * @property {string} url
 * @property {string} apiKey
 * @property {() => VendorTruth} look what its journal says by now
 * @property {(method: string, path: string, body?: object) => Promise<object>} ask it as its own client; rejects where it refuses
 * @property {() => Promise<void>} close
 *
 * @typedef {object} VendorTruth
 * @property {Map<string, string[]>} starts keys of the billable starts, by our reference
 * @property {Map<string, { id: string, status: string }>} checks the present state of each check, by our reference
 */

/**
 * The sandbox vendor as a process of its own, with its journal in `folder`.
 * @param {string} folder
 * @param {{ url: string, secret: string }} callbacks where it tells of changes, and what it signs with
 * @returns {Promise<Vendor>}
 */
export async function startVendor(folder, callbacks) {
  const journal = join(folder, 'vendor-journal.jsonl');
  const apiKey = 'vendor-of-faults';
  const child = await startChild({
    script: join(DIST, 'src/providers/sandbox/sandbox.vendor-main.js'),
    args: [
      ...['--api-key', apiKey, '--journal', journal],
      ...['--callback-url', callbacks.url, '--callback-secret', callbacks.secret],
    ],
    env: {},
    log: join(folder, 'vendor.log'),
    ready: /^\{"url":"([^"]+)"\}$/,
  });
  const { look } = readJournal(journal);
  const url = child.said[1];
  const ask = async (method, path, body) => {
    const { status, json } = await call(url, { method, path, key: apiKey, body });
    if (status !== 200) throw new Error(`the vendor answered ${method} ${path} with ${status}`);
    return json;
  };
  return { url, apiKey, look, ask, close: () => endChild(child) };
}

/**
 * The sandbox vendor's journal, read from its file again and again.
 * @param {string} path
 * @returns {{ look: () => VendorTruth }}
 */
export function readJournal(path) {
  const truth = { starts: new Map(), checks: new Map() };
  let end = 0;
  const look = () => {
    const { text, next } = wholeLines(path, end);
    for (const line of text.split('\n').filter(Boolean)) note(truth, JSON.parse(line));
    end = next;
    return truth;
  };
  return { look };
}

function note({ starts, checks }, { entry, check }) {
  if (entry.kind === 'started') {
    starts.set(entry.client_reference, [...(starts.get(entry.client_reference) ?? []), entry.idempotency_key]);
  }
  if (check) checks.set(check.client_reference, { id: check.id, status: check.status });
}

/** What stands behind `from`, without the half line that a killed vendor leaves and cuts off again. */
function wholeLines(path, from) {
  const file = openSync(path, 'r');
  try {
    const pieces = [];
    for (let at = from, size = 1; size > 0; at += size) {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      size = readSync(file, buffer, 0, CHUNK_BYTES, at);
      pieces.push(buffer.subarray(0, size));
    }
    const all = Buffer.concat(pieces);
    const whole = all.lastIndexOf('\n') + 1;
    return { text: all.subarray(0, whole).toString('utf8'), next: from + whole };
  } finally {
    closeSync(file);
  }
}
