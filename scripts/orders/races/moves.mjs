import { randomUUID } from 'node:crypto';
import { at, contextOf } from '../application.mjs';

const FAR = at(100_000);

/**
 * An override in a race. `matched`: the version that it was made for.
 * @typedef {{ actorId: string, status: string, matched: number | undefined }} Override
 * @typedef {{ name: string, override?: Override, play: () => Promise<unknown> }} Move
 */

/**
 * One move of a race, or two that go together.
 * @param {import('./race.mjs').RaceStory} story
 * @returns {Move[]}
 */
export function moveOf(story) {
  const application = story.choice.among(...story.world.applications);
  const moves = [
    () => [callback(story, application)],
    () => [callback(story, application)],
    () => [poll(story, application)],
    () => [takeOver(story)],
    () => [override(story, application)],
    () => [override(story, application)],
    () => twins(story),
    () => [recheck(story, application)],
    () => [clock(story, application)],
    () => [sweep(story, application)],
    () => [delivery(story, application)],
  ];
  return story.choice.among(...moves)();
}

function callback(story, { door }) {
  const item = { kind: 'answer', round: 1, recordedAt: at(9), content: {} };
  const luggage = story.choice.happens(0.3) ? { evidence: item } : {};
  return { name: 'callback', play: () => door.pass(story.ctx, story.id, story.heard(), luggage) };
}

function poll(story, application) {
  return { name: 'poll', play: async () => handle(application, await claim(story, application)) };
}

/** A process that hangs loses its lease to another one, and comes back while that one asks. */
function takeOver(story) {
  const { world, ctx, id } = story;
  const play = async () => {
    const [hung, other] = world.applications;
    const first = await claim(story, hung);
    await world.owner.query(
      `update customer_verifications.verifications set lease_until = clock_timestamp() - interval '1 second'
        where organization_id = $1 and livemode = false and id = $2`,
      [ctx.organizationId, id],
    );
    const second = await claim(story, other);
    await Promise.all([handle(hung, first), handle(other, second)]);
  };
  return { name: 'take-over', play };
}

async function claim({ ctx, id }, { due }) {
  return (await due.claim(ctx, [id], FAR))[0];
}

async function handle({ followUps }, claimed) {
  if (claimed) await followUps.handle(claimed);
}

function requestOf({ choice, hour }) {
  const status = choice.among('verified', 'verified', 'failed', 'expired');
  const expiresAt = choice.among(null, at(hour + choice.between(1, 9)));
  return { status, reason: 'seen', ...(status === 'verified' && { expiresAt }) };
}

function override(story, { service }, conditions = {}, request = requestOf(story)) {
  const ctx = contextOf(story.ctx.organizationId, `key:${randomUUID()}`);
  const matched = story.choice.happens(0.3) ? story.version : undefined;
  const precondition = matched === undefined ? {} : { precondition: (version) => version === matched };
  return {
    name: 'override',
    override: { actorId: ctx.actor.id, status: request.status, matched },
    play: () => service.override(ctx, story.id, request, { ...precondition, ...conditions }),
  };
}

/** One request, sent twice with its key. */
function twins(story) {
  const [request, key] = [requestOf(story), { idempotencyKey: randomUUID() }];
  return story.world.applications.map((application) => override(story, application, key, request));
}

function recheck(story, { service }) {
  const manner = { respondAsync: story.choice.happens(0.5) };
  return { name: 'recheck', play: () => service.recheck(story.ctx, story.id, manner) };
}

function clock({ ctx, id }, { door }) {
  return { name: 'clock', play: () => door.pass(ctx, id, { kind: 'clock' }) };
}

/** The organization's slice of a sweep. */
function sweep({ ctx, world }, { repository, slices, door }) {
  const play = () =>
    repository.transaction(ctx, async (tx) => {
      const locked = await slices.lock(tx, ctx, world.clock.now(), null);
      await door.passTogether(tx, ctx, locked);
    });
  return { name: 'sweep', play };
}

/** A callback as the vendor sends it, and its hearing. */
function delivery({ id, world }, { url, callbacks }) {
  const play = async () => {
    const status = await world.vendor.call(url, id);
    if (status !== 200) throw new Error(`the callback was answered ${status}`);
    await callbacks.look();
  };
  return { name: 'delivery', play };
}
