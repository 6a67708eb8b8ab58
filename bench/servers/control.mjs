// Loaded into every server before its own code: tells the bench how much CPU time the process has used, and writes a profile of it.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

let session;

const ANSWERS = {
  cpu: async () => process.cpuUsage(),
  profile: async () => {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    return null;
  },
  profiled: async (file) => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    writeFileSync(file, JSON.stringify(profile));
    return null;
  },
};

process.on('message', async ({ ask, about }) => process.send({ answer: await ANSWERS[ask](about) }));
// Nobody is left to stop us.
process.once('disconnect', () => process.exit(0));
