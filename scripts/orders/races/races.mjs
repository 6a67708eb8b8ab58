import { organizations } from '../application.mjs';
import { movesIn, storyOf } from '../history.mjs';
import { RaceStory } from './race.mjs';
import { raceFaults } from './race-faults.mjs';
import { choiceOf } from '../random.mjs';

/** Races that run at once, each on a row of its own. */
const AT_ONCE = 16;
/** Faults that are told in full. */
const MOST_TOLD = 10;

/**
 * Runs races, and looks at each row afterwards.
 * @param {import('../world.mjs').World} world
 * @param {{ seed: number, races: number, tell: (line: string) => void }} wanted
 */
export async function runRaces(world, { seed, races, tell }) {
  const figures = { races: 0, moves: {}, events: 0, transitions: 0, illegal: 0, refused: {}, replayed: 0, faults: 0 };
  for (let first = 0; first < races; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, races - first);
    for (const { number, race, story, faults } of await runTogether(world, { seed, first, count })) {
      note(figures, race, story, faults);
      if (faults.length > 0 && figures.faults <= MOST_TOLD) tell(words({ seed, number, race, story, faults }));
    }
    if ((first + AT_ONCE) % 1_600 === 0) tell(`${figures.races} races, ${figures.faults} with faults`);
  }
  await hearAll(world);
  const faults = [
    ...(await streamFaults(world)),
    ...(await inboxFaults(world, figures)),
    ...world.recorder.faults,
    ...world.errors(),
  ];
  for (const fault of faults.slice(0, MOST_TOLD)) tell(fault);
  return { ...figures, deadlocks: await world.deadlocks(), faults: figures.faults + faults.length };
}

async function runTogether(world, { seed, first, count }) {
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  // An organization of its own for each: a sweep takes all that is over in one.
  const contexts = organizations(count);
  const stories = numbers.map(
    (number, index) => new RaceStory(world, choiceOf(seed * 1_000_033 + number), number, contexts[index]),
  );
  const run = await Promise.all(stories.map((story) => story.run()));
  // A caller who did not wait leaves a question behind.
  for (const application of world.applications) await application.settled();
  for (const number of numbers) world.vendor.forget(number);
  return Promise.all(
    run.map(async (race, index) => {
      const story = await storyOf(world.owner, world.application, race.ctx, race.id);
      const faults = raceFaults(race, story, world.recorder.takeDeeds(race.id));
      return { number: numbers[index], race, story, faults };
    }),
  );
}

function note(figures, { outcomes }, story, faults) {
  figures.races += 1;
  figures.events += story.events.length;
  figures.transitions += movesIn(story);
  figures.illegal += faults.filter((fault) => fault.startsWith('illegal')).length;
  figures.faults += faults.length > 0 ? 1 : 0;
  for (const { name, refused, replayed } of outcomes) {
    figures.moves[name] = (figures.moves[name] ?? 0) + 1;
    if (refused) figures.refused[refused] = (figures.refused[refused] ?? 0) + 1;
    if (replayed) figures.replayed += 1;
  }
}

function words({ seed, number, race, story, faults }) {
  const moves = race.outcomes.map(({ name, override, version, refused }) =>
    [name, override?.status, override?.matched && `if ${override.matched}`, version && `-> ${version}`, refused]
      .filter(Boolean)
      .join(' '),
  );
  const events = story.events.map(({ version, header, data }) => `${version} ${header.type} ${data.status}`);
  return `seed ${seed}, race ${number}, from version ${race.version}: ${faults.join('; ')}\n  moves: ${moves.join(', ')}\n  events: ${events.join(', ')}`;
}

/** The streams of events have no gap. */
async function streamFaults({ owner }) {
  const { rows } = await owner.query(
    `select s.organization_id, s.sequence::integer as sequence, max(e.sequence)::integer as last, count(*)::integer as count
      from customer_verifications.event_streams s join customer_verifications.events e using (organization_id, livemode)
      group by s.organization_id, s.livemode, s.sequence having s.sequence <> max(e.sequence) or s.sequence <> count(*)`,
  );
  return rows.map((row) => `a gap in the stream ${JSON.stringify(row)}`);
}

/** What found its row in somebody's hands is heard later; a look takes only so many at once. */
async function hearAll({ applications, clock }) {
  const [{ callbacks, settled }] = applications;
  for (let hour = 200, taken = 1; taken > 0; hour += 1) {
    taken = await clock.during(hour, () => callbacks.look());
    await settled();
  }
}

/** Every callback that was acknowledged is in the inbox, and was heard. */
async function inboxFaults({ owner }, { moves }) {
  const { rows } = await owner.query(
    `select coalesce(sum(deliveries), 0)::integer as kept, count(*) filter (where outcome is distinct from 'heard')::integer as unheard
      from customer_verifications.callback_inbox`,
  );
  const [{ kept, unheard }] = rows;
  const { delivery: acknowledged = 0 } = moves;
  return kept === acknowledged && unheard === 0
    ? []
    : [`of ${acknowledged} callbacks ${kept} kept, ${unheard} not heard`];
}
