import { randomUUID } from 'node:crypto';
import { at, contextOf } from './application.mjs';
import { historyFaults, storyOf } from './history.mjs';
import { lawfulEnds } from './law.mjs';
import { choiceOf } from './random.mjs';
import { orderOf, setOf } from './sets.mjs';
import { smallest } from './shrinking.mjs';
import { storyRequest } from './vendor.adapter.mjs';

/** What may differ: which row it is, how often it was written and when last, and the bookkeeping of its work. */
const OTHERWISE =
  'organization_id livemode id customer_id created_at updated_at version due_at lease_until leased attempts ladder_from';

/**
 * One row's end.
 * @typedef {{ accepted: string, state: Record<string, string>, faults: string[], steps: number, status: string }} End
 */

/**
 * Plays `sets` sets in `orders` orders each, every one on a row of its own, and compares.
 * @param {import('./world.mjs').World} world
 * @param {{ seed: number, sets: number, orders: number, tell: (line: string) => void }} wanted
 */
export async function playPermutations(world, { seed, sets, orders, tell }) {
  const figures = { sets: 0, orders: 0, steps: 0, overridden: 0, rechecked: 0, statuses: {}, differences: 0 };
  for (let number = 0; number < sets; number += 1) {
    const choice = choiceOf(seed * 1_000_003 + number);
    const set = setOf(choice);
    const played = choice.times(orders, () => orderOf(set, choice));
    const ends = await playAll(world, set, played);
    count(figures, ends);
    const faults = faultsOf(ends);
    if (faults.length > 0) {
      figures.differences += 1;
      tell(`seed ${seed}, set ${number}: ${faults.length} faults\n  ${faults[0]}`);
      if (figures.differences <= 3) tell(await smallest({ set, orders: played }, (case_) => judge(world, case_)));
    }
    if ((number + 1) % 100 === 0)
      tell(`${number + 1} sets, ${figures.orders} orders, ${figures.differences} differences`);
  }
  return figures;
}

function count(figures, ends) {
  figures.sets += 1;
  figures.orders += ends.length;
  for (const { steps, status, accepted } of ends) {
    figures.steps += steps;
    figures.overridden += accepted.includes('overridden') ? 1 : 0;
    figures.rechecked += accepted.includes('rechecked') ? 1 : 0;
    figures.statuses[status] = (figures.statuses[status] ?? 0) + 1;
  }
}

/** The faults of a set in these orders. */
async function judge(world, { set, orders }) {
  return faultsOf(await playAll(world, set, orders));
}

function playAll(world, set, orders) {
  return Promise.all(orders.map((order, index) => playOrder(world, set, order, index)));
}

/** Orders in which the same was accepted (an override may find what forbids it) must end the same. */
function faultsOf(ends) {
  const groups = Map.groupBy(ends, ({ accepted }) => accepted);
  const differences = [...groups].flatMap(([accepted, [first, ...others]]) =>
    others.flatMap(({ state }) => {
      const names = Object.keys(state).filter((name) => state[name] !== first.state[name]);
      const differing = names.map((name) => `${name} ${first.state[name]} or ${state[name]}`);
      return names.length === 0 ? [] : [`two orders (${accepted}) end with ${differing.join(', ')}`];
    }),
  );
  return [...differences, ...ends.flatMap(({ faults }) => faults)];
}

/** @returns {Promise<End>} */
async function playOrder(world, set, order, index) {
  const { application, clock, recorder, owner } = world;
  const ctx = world.contexts[index % world.contexts.length];
  const request = storyRequest(index, randomUUID());
  const verification = await clock.during(0, () => application.store(ctx, request));
  const accepted = { override: undefined, rechecked: false };
  for (const step of order) {
    await clock.during(step.at, () => play({ application, ctx, verification, set, accepted }, step));
  }
  const story = await storyOf(owner, application, ctx, verification.id);
  const faults = historyFaults(story, recorder.takeDeeds(verification.id));
  const end = endOf(story);
  const lawful = lawfulEnds(set, accepted);
  if (!lawful.some((allowed) => same(allowed, end))) {
    faults.push(`ends ${JSON.stringify(end)}, by the law ${lawful.map((one) => JSON.stringify(one)).join(' or ')}`);
  }
  const what = [accepted.override && 'overridden', accepted.rechecked && 'rechecked'].filter(Boolean).join(' and ');
  return { accepted: what || 'told', state: stateOf(story), faults, steps: order.length, status: end.status };
}

async function play(telling, { item, manner }) {
  const { application, ctx, verification, accepted } = telling;
  const { door } = application;
  if (item.kind === 'clock') await door.pass(ctx, verification.id, { kind: 'clock' });
  if (item.kind === 'told') await hear(telling, item, manner);
  if (item.kind === 'override') accepted.override = await decide(telling, item);
  if (item.kind === 'recheck') {
    const windowEndsAt = at(item.windowEnds);
    const recheck = { kind: 'recheck', actorId: 'key:rechecker', windowEndsAt };
    accepted.rechecked = (await door.pass(ctx, verification.id, recheck)).kind === 'changed';
  }
}

/** An observation comes to the door. One of a round that never opened is one that nobody was told. */
async function hear({ application, ctx, verification, set, accepted }, { round, observation }, manner) {
  if (round === 2 && !accepted.rechecked) return;
  const { door } = application;
  const happening = { kind: 'observation', round, provider: 'acme', observation, validityDays: set.validityDays };
  if (manner === 'start') {
    await door.passKnown(verification, happening, {});
    return;
  }
  const item = { kind: 'answer', round, recordedAt: observation.observedAt, content: { said: observation.outcome } };
  const luggage = { evidence: { evidence: item }, claim: { fence: 1 } }[manner] ?? {};
  await door.pass(ctx, verification.id, happening, luggage);
}

/** The verdict of an override, as far as the service accepted it. */
async function decide({ application, ctx, verification }, { at: hour, request }) {
  const admin = contextOf(ctx.organizationId, 'key:admin');
  try {
    await application.service.override(admin, verification.id, request);
  } catch (error) {
    if (error.code !== 'INVALID_STATE_TRANSITION') throw error;
    return undefined;
  }
  const { status, reason, expiresAt = null } = request;
  return { status, reason, actorId: 'key:admin', verifiedAt: status === 'verified' ? at(hour) : null, expiresAt };
}

function endOf({ row, memory }) {
  const { status, reason, actorId, verifiedAt, expiresAt, lastCheckedAt, providerReference } = row;
  const verdict = { status, reason, actorId, verifiedAt, expiresAt };
  return {
    ...verdict,
    ...{ awaiting: memory.awaiting, resultPayload: row.resultPayloadText, lastCheckedAt, providerReference },
  };
}

/** Order of members aside. */
function same(one, other) {
  return Object.keys(other).every((name) => one[name] === other[name]);
}

function stateOf({ memory }) {
  const hidden = new Set(OTHERWISE.split(' '));
  const shown = Object.entries(memory).filter(([name]) => !hidden.has(name));
  return Object.fromEntries(shown.map(([name, value]) => [name, JSON.stringify(value)]));
}
