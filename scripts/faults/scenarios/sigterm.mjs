import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '../cluster/database.mjs';
import { QUIET, requestOf } from '../consumer/requests.mjs';
import { randomOf } from '../random.mjs';

/** Less than this under way at the signal proves nothing. */
const LEAST_IN_FLIGHT = 20;
const GATHERED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 25;
/** The promise: what is in flight is answered within this. */
const ANSWERED_WITHIN_MS = 10_000;
/** What a start that is waited for outlasts. */
const LONGER_MS = 10_000;
/** A request that was sent less than this before the signal may not have been accepted yet. */
const ACCEPTED_AFTER_MS = 150;
/** Answers, then the calls' own deadline, and storing. */
const ENDED_WITHIN_MS = 30_000;
/** Waits as long as it does unless told otherwise, so that the vendor's slowness is the requests'; its deadline is beyond the ten seconds. */
const PATIENT = { WAIT_MS: '5000', CALL_DEADLINE_MS: '14000' };
const BLIND = new URL('../blind/preload.mjs', import.meta.url).href;

const BURST = 54;
const LATE = 12;
const LATE_OVER_MS = 600;
const PATIENT_CHECKS = 60;

/** What a consumer asks for, and what the vendor never answers: only others can bring that to its end. */
const USUAL = ['verified', 'declined', 'slow_pass', 'hang', 'slow_no', 'review', ...QUIET, 'abandoned'];
/** Decided at once, and nobody tells us: what is not stored by who asked is undecided when it has ended. */
const DECIDED = ['verified_none', 'declined_quietly', 'abandoned_quietly'];

/** So many milliseconds the vendor takes for an answer: `rarely` for one in so many, else `usually`. */
const PACES = {
  /** Some longer than the request waits. */
  api: { oneIn: 3, rarely: [3_000, 9_000], usually: [400, 2_500] },
  /** Some longer than the ten seconds: these starts can be neither repeated nor found. */
  blind: { oneIn: 8, rarely: [LONGER_MS + 1_500, LONGER_MS + 2_500], usually: [400, 6_000] },
  /** Within the workers' deadline (3 s): a slow vendor is not one that is away. */
  worker: { oneIn: 3, rarely: [2_000, 2_700], usually: [1_200, 2_000] },
  well: { oneIn: 1, rarely: [0, 0], usually: [0, 0] },
};

const LEASED = `select id, attempts from customer_verifications.verifications
  where organization_id = any($1::uuid[]) and lease_until > clock_timestamp()`;
/** What is in the hands of the same claim still. */
const ORPHANS = `select v.id, v.provider from customer_verifications.verifications v
  join unnest($1::uuid[], $2::integer[]) as held (id, attempts) using (id, attempts) where v.lease_until > clock_timestamp()`;
const UNDECIDED = `select id from customer_verifications.verifications where id = any($1::uuid[]) and status = 'pending'`;
const BRING_FORWARD = `update customer_verifications.verifications set due_at = clock_timestamp()
  where organization_id = any($1::uuid[]) and status = 'pending' and provider = 'sandbox' and lease_until is null and due_at is not null`;

/**
 * SIGTERM to processes that have their hands full at a slow vendor, by turns: an API, a worker, and an API whose vendor can neither find nor repeat
 * a start. Whoever asked is answered, the process ends by itself, and nothing is left in its hands: others have the rest, or it was waited for.
 */
export async function sigterm(round) {
  const turns = [amidCreates, amidFollowUps, amidBlindStarts];
  for (let term = 0; term < round.settings.terms; term += 1) await turns[term % turns.length](round);
}

async function amidCreates(round) {
  await terminateApi(round, { kinds: USUAL, pace: PACES.api, preload: [] });
}

/** Nobody else can do anything about these: all are waited for, and what they bring is stored. */
async function amidBlindStarts(round) {
  const { held, tookMs } = await terminateApi(round, { kinds: DECIDED, pace: PACES.blind, preload: [BLIND] });
  const { rows: left } = await query(round, UNDECIDED, [held.map(({ id }) => id)]);
  round.notes.push(
    `of ${held.length} starts that can be neither found nor repeated ${left.length} were not waited for`,
  );
  if (left.length > 0) round.faults.push(`${left.length} of ${held.length} blind starts were not waited for`);
  if (tookMs < LONGER_MS) round.faults.push(`nothing was waited for, it took ${tookMs} ms: that proves little`);
}

async function terminateApi(round, { kinds, pace, preload }) {
  const { cluster, random, consumer } = round;
  const service = random.one(cluster.services.filter(({ role }) => role === 'api'));
  await service.terminate();
  await service.start({ more: PATIENT, preload });
  const { url } = service;
  slow(round, pace);
  const answering = burst(round, { count: BURST, kinds, at: url });
  await sleep(2 * ACCEPTED_AFTER_MS);
  const underWay = () => [...consumer.underWay].filter(({ base }) => base === url);
  const asked = (rows) => {
    const { starts } = cluster.vendor.look();
    return rows.filter(({ id }) => starts.has(id)).length;
  };
  const held = await gathered(round, (rows) => asked(rows) >= LEAST_IN_FLIGHT);
  const inFlight = underWay();
  const ended = ending(round, service, held);
  // From here on the others ask, of a vendor that is well again.
  slow(round, PACES.well);
  const late = burst(round, { count: LATE, kinds: ['verified', 'declined', 'offline'], at: url, overMs: LATE_OVER_MS });
  round.notes.push(
    `${service.name} at SIGTERM: ${inFlight.length} requests in flight, ${held.length} rows in hand, ${asked(held)} of them begun at the vendor`,
  );
  if (inFlight.length < LEAST_IN_FLIGHT) round.faults.push(`only ${inFlight.length} requests were in flight`);
  const { signalledAt, tookMs } = await ended;
  await Promise.all([answering, late]);
  judgeAnswers(round, { url, inFlight, signalledAt });
  await service.start();
  return { held, tookMs };
}

/** The only worker there is, so that all that is in hand is its own. */
async function amidFollowUps(round) {
  const { cluster, random } = round;
  const workers = cluster.services.filter(({ role }) => role === 'worker');
  const service = random.one(workers);
  await round.load({ creates: PATIENT_CHECKS, overMs: 1_000, kinds: ['patient_pass'], reads: false });
  const others = workers.filter((each) => each !== service);
  await Promise.all(others.map((each) => each.terminate()));
  slow(round, PACES.worker);
  await query(round, BRING_FORWARD, [tenantsOf(round)]);
  const held = await gathered(round, (rows) => rows.length >= LEAST_IN_FLIGHT);
  round.notes.push(`${service.name} at SIGTERM: ${held.length} rows in hand`);
  await ending(round, service, held);
  slow(round, PACES.well);
  await Promise.all(workers.map((each) => each.start()));
}

/** Sends so many requests to one process, at once or over a time, each until it is answered by some. */
function burst(round, { count, kinds, at, overMs = 0 }) {
  const { consumer, tenants, requests } = round;
  const wanted = Array.from({ length: count }, (_, index) => {
    return requestOf(kinds[index % kinds.length], tenants[index % tenants.length]);
  });
  requests.push(...wanted);
  const sent = wanted.map(async (each, index) => {
    await sleep((overMs * index) / count);
    return consumer.create(each, { at });
  });
  return Promise.all(sent);
}

/** The claims that are held when there are as many as wanted, or when the time is over, which is a fault. */
async function gathered(round, enough) {
  const begun = performance.now();
  return connected(round.cluster.database.ownerUrl, async (client) => {
    for (;;) {
      const { rows } = await client.query(LEASED, [tenantsOf(round)]);
      if (enough(rows)) return rows;
      if (performance.now() - begun > GATHERED_WITHIN_MS) {
        round.faults.push(`no ${LEAST_IN_FLIGHT} were in flight, but ${rows.length} rows in hand`);
        return rows;
      }
      await sleep(LOOK_EVERY_MS);
    }
  });
}

/** SIGTERM, now; right after the exit nothing that was `held` then may be in the same hands. */
async function ending(round, service, held) {
  const { faults, figures, notes } = round;
  const signalledAt = performance.now();
  const exit = await Promise.race([service.terminate(), sleep(ENDED_WITHIN_MS)]);
  const tookMs = Math.round(performance.now() - signalledAt);
  figures.kills += 1;
  const claims = ['id', 'attempts'].map((name) => held.map((row) => row[name]));
  const { rows: orphans } = await query(round, ORPHANS, claims);
  round.watchHeld();
  notes.push(`${service.name} ended after ${tookMs} ms with ${exit?.code ?? exit?.signal ?? 'nothing'}`);
  if (exit === undefined) faults.push(`${service.name} did not end in ${tookMs} ms`);
  else if (exit.code !== 0) faults.push(`${service.name} ended with ${exit.code ?? exit.signal}`);
  if (orphans.length > 0) faults.push(`${orphans.length} rows stayed in the hands of ${service.name}, which is gone`);
  return { signalledAt, tookMs };
}

function judgeAnswers(round, { url, inFlight, signalledAt }) {
  const { consumer, faults, notes } = round;
  const accepted = inFlight.filter(({ sentAt }) => sentAt < signalledAt - ACCEPTED_AFTER_MS);
  const [well, cut] = [accepted.filter(({ status }) => status === 201), accepted.filter(({ status }) => status === 0)];
  const last = Math.round(Math.max(...accepted.map(({ sentAt, tookMs }) => sentAt + tookMs)) - signalledAt);
  const later = consumer.attempts.filter(({ base, sentAt }) => base === url && sentAt > signalledAt);
  const refused = later.filter(({ status }) => status === 0);
  notes.push(`answered ${well.length} of ${accepted.length}, the last ${last} ms after the signal`);
  notes.push(`of ${later.length} that came later ${refused.length} were refused, and all went elsewhere`);
  if (well.length < accepted.length)
    faults.push(`${accepted.length - well.length} in flight were not answered 2xx, ${cut.length} of them cut off`);
  if (last > ANSWERED_WITHIN_MS) faults.push(`the last answer came ${last} ms after the signal`);
  if (refused.length === 0) faults.push('nobody was refused after the signal: the listener stayed open');
}

function slow({ cluster, seed }, { oneIn, rarely, usually }) {
  // Of its own: who asks first is chance, and must not change the plan.
  const random = randomOf(seed + 1_000_003);
  let answers = 0;
  const delayMs = () => random.between(...((answers += 1) % oneIn === 0 ? rarely : usually));
  cluster.line.behave({ delayMs, loses: () => false });
}

function query({ cluster }, text, values) {
  return connected(cluster.database.ownerUrl, (client) => client.query(text, values));
}

function tenantsOf({ tenants }) {
  return tenants.map(({ organizationId }) => organizationId);
}
