/** The vendor's words for a decision, and ours. Everything else is undecided. */
const DECIDED = { approved: 'verified', declined: 'failed', expired: 'expired' };

/**
 * What is wrong between us and the vendor: exactly one billable check for each verification, none for anything else, and in the end each status
 * is the vendor's, which is what the request asked for.
 * @param {import('./world.mjs').World} world
 * @returns {import('./oracle.mjs').Fault[]}
 */
export function faultsOfVendor({ requests, rows, starts, checks }) {
  const expectedOf = new Map(requests.map(({ customerId, expected }) => [customerId, expected]));
  const known = new Set(rows.map(({ id }) => id));
  return [
    ...rows.flatMap((row) => faultsOfRow(row, expectedOf.get(row.customerId))),
    ...rows
      .filter(({ provider }) => provider === 'sandbox')
      .flatMap((row) => faultsOfCheck(row, starts.get(row.id)?.length ?? 0, checks.get(row.id))),
    ...[...starts.keys()]
      .filter((reference) => !known.has(reference))
      .map((reference) => ({ kind: 'lost', text: `${reference} was started at the vendor and is stored nowhere` })),
  ];
}

/** Whether the vendor has decided on a check. */
export function isDecided(check) {
  return check !== undefined && Object.hasOwn(DECIDED, check.status);
}

function faultsOfRow({ id, status }, expected) {
  return status === expected ? [] : [{ kind: 'status', text: `${id} is ${status} instead of ${expected}` }];
}

function faultsOfCheck({ id, status, data, overridden }, started, check) {
  if (started > 1) return [{ kind: 'billed_twice', text: `${id} was started ${started} times at the vendor` }];
  if (check === undefined) return [{ kind: 'status', text: `${id} was never started at the vendor` }];
  const truth = DECIDED[check.status] ?? 'pending';
  const faults = [];
  if (!overridden && status !== truth)
    faults.push({ kind: 'status', text: `${id} is ${status}, at the vendor ${check.status}` });
  if (data.provider_reference !== check.id)
    faults.push({ kind: 'status', text: `${id} has not the vendor's reference` });
  return faults;
}
