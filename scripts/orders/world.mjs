import { newKeyRing, openApplication, organizations, StoryClock } from './application.mjs';
import { openDatabase } from './database.mjs';
import { Recorder } from './recorder.mjs';
import { StoryVendor } from './vendor.adapter.mjs';

/** Organizations that share the rows: the events of one are appended one after the other. */
const ORGANIZATIONS = 8;

/**
 * Two applications on one database, as two processes would be, and what was told at their doors.
 * @typedef {object} World
 * @property {import('./application.mjs').OrdersApplication} application
 * @property {import('./application.mjs').OrdersApplication[]} applications
 * @property {import('./application.mjs').StoryClock} clock
 * @property {StoryVendor} vendor
 * @property {Recorder} recorder
 * @property {import('pg').Pool} owner
 * @property {object[]} contexts
 * @property {() => Promise<number>} deadlocks
 * @property {() => string[]} errors what an application logged as an error
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<World>} */
export async function openWorld() {
  const [clock, vendor, keyRing] = [new StoryClock(), new StoryVendor(), newKeyRing()];
  const database = await openDatabase();
  const recorder = new Recorder(clock);
  const applications = [];
  const close = async () => {
    for (const application of applications) await application.close();
    await database.close();
  };
  try {
    for (let count = 0; count < 2; count += 1) {
      const application = await openApplication({ url: database.appUrl, clock, adapter: vendor, keyRing });
      recorder.listenAt(application.door);
      applications.push(application);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ applications, clock, vendor, recorder, close },
    application: applications[0],
    owner: database.owner,
    contexts: organizations(ORGANIZATIONS),
    deadlocks: database.deadlocks,
    errors: () => applications.flatMap(({ errors }) => errors),
  };
}
