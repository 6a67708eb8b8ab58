import 'reflect-metadata';
import { ConfigurationError, readRotationEnvironment } from './config/env.js';
import { connectionFault, createDataSource, Database } from './database/index.js';
import { inWords, type Rotated, rotateKeys } from './rotation/index.js';
import { KeyRing, Vault } from './vault/index.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Rotates by the environment, as the role of DATABASE_URL. */
async function rotate(): Promise<{ readonly rotated: Rotated; readonly current: string }> {
  const { DATABASE_URL: url, KEY_RING: ring } = readRotationEnvironment();
  const keyRing = KeyRing.parse(ring);
  const dataSource = await createDataSource({ url, poolSize: 1, entities: [] }).initialize();
  const database = new Database(dataSource, { namedStatements: false });
  const rotated = await rotateKeys({ database, vault: new Vault(keyRing), say }).finally(() => dataSource.destroy());
  return { rotated, current: keyRing.current.id };
}

// `npm run rotate-keys`: wraps every data key with the first key of KEY_RING. Exit code 0: the others wrap nothing any more.
try {
  const { rotated, current } = await rotate();
  const { rewrapped, left } = rotated;
  say(`${String(rewrapped)} keys rewrapped`);
  if (left.length === 0) {
    say(`every data key is wrapped by ${current}`);
    say('keep the other keys in the ring for 7 days more: by them requests with an Idempotency-Key are known again');
  } else {
    process.stderr.write(`not every data key is wrapped by ${current}:\n${left.map(inWords).join('\n')}\n`);
    process.exitCode = 1;
  }
} catch (error) {
  const fault = connectionFault(error);
  const known = error instanceof ConfigurationError ? error.message : fault && `the database: ${fault}`;
  process.stderr.write(`${known ?? String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
