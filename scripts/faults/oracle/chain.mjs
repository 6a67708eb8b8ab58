import { createHash } from 'node:crypto';

const BEGINNING = '00'.repeat(32);

/**
 * What is wrong with the streams of events, each judged by its own rows alone: sequences from 1 without gap, each hash that of the one before and
 * its own content, the columns as the header says them, time that never runs back, the stream's end where the last event is.
 * `hash = sha256(previous hash || sequence as 8 bytes || sha256(header) || sha256(salt || body))`.
 * @param {import('./world.mjs').World} world
 * @returns {import('./oracle.mjs').Fault[]}
 */
export function faultsOfChains({ events, streams }) {
  const byTenant = Map.groupBy(events, ({ tenant }) => tenant);
  const unknown = [...byTenant.keys()].filter((tenant) => !streams.some((stream) => stream.tenant === tenant));
  return [
    ...unknown.map((tenant) => broken(tenant, 'has events and no stream')),
    ...streams.flatMap((stream) => faultsOfChain(stream, byTenant.get(stream.tenant) ?? [])),
  ];
}

function faultsOfChain({ tenant, sequence: end, hash: endHash }, events) {
  const faults = [];
  let [hash, sequence, recordedAt] = [BEGINNING, 0, ''];
  for (const event of events) {
    const place = `event ${event.sequence}`;
    sequence += 1;
    if (event.sequence !== sequence) return [...faults, broken(tenant, `event ${sequence} is missing`)];
    hash = hashOf(hash, event);
    if (event.hash !== hash) return [...faults, broken(tenant, `${place} does not hash to what it says`)];
    if (event.recordedAt < recordedAt) faults.push(broken(tenant, `${place} was recorded before the one before`));
    recordedAt = event.recordedAt;
    const header = JSON.parse(event.header);
    const told = [header.sequence, header.id, header.verification_id, header.version];
    const stored = [event.sequence, event.id, event.verificationId, event.version];
    if (told.join() !== stored.join()) faults.push(broken(tenant, `${place} has another header than columns`));
  }
  if (sequence !== end || hash !== endHash) faults.push(broken(tenant, `ends at ${end}, its events at ${sequence}`));
  return faults;
}

/** The hash of an event that follows `previous`, in hexadecimal. */
export function hashOf(previous, { sequence, header, body, salt }) {
  const place = Buffer.alloc(8);
  place.writeBigInt64BE(BigInt(sequence));
  const content = sha256(Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(body, 'utf8')]));
  return sha256(Buffer.concat([Buffer.from(previous, 'hex'), place, sha256(header), content])).toString('hex');
}

function sha256(data) {
  return createHash('sha256').update(data).digest();
}

function broken(tenant, text) {
  return { kind: 'chain', text: `the stream of ${tenant} ${text}` };
}
