import { SystemClock } from '../../src/platform/clock.js';
import { bannerOf, connectionsTo, experimentalAmong, type StartedAid } from './aid.banner.js';
import { AidCommandError, type AidCommand, readAidCommand, type WantedAid } from './aid-command.js';
import { basePathOf, runAid } from './running-aid.js';

const clock = new SystemClock();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const command = readAidCommand(process.argv.slice(2));
  if (command.does === 'connections') await sayConnections(command);
  else await run(command);
}

/** The connections to vendors that run elsewhere, or will. What else the service needs is no part of them. */
async function sayConnections({ wanted }: AidCommand): Promise<void> {
  const experimental = experimentalAmong(wanted);
  if (experimental !== null) process.stderr.write(`The service needs ${experimental}, too.\n`);
  const vendors = wanted.map(async (one) => {
    // Only the vendor itself says what is behind its host.
    const aided = await one.aid.play(clock);
    await aided.vendor.close();
    return { wanted: one, baseUrl: `http://127.0.0.1:${String(one.port)}${basePathOf(aided)}` };
  });
  say(connectionsTo(await Promise.all(vendors)));
}

async function run({ wanted, service }: AidCommand): Promise<void> {
  const started = await Promise.all(wanted.map(start));
  say(bannerOf(started, service));
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(({ running }) => running.close()));
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
}

async function start(wanted: WantedAid): Promise<StartedAid> {
  const { aid, port, callbackUrl } = wanted;
  try {
    return { wanted, running: await runAid(aid, { clock, port, callbackUrl, say }) };
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw isTaken ? new AidCommandError(`Port ${String(port)} is taken: --port names another.`) : error;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof AidCommandError ? error.message : String((error as Error).stack)}\n`);
  process.exit(error instanceof AidCommandError ? 2 : 1);
});
