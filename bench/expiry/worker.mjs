// A worker as the service has it, without HTTP. It sweeps when it is told to.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../dist/src/app.module.js';
import { createDataSource } from '../../dist/src/database/index.js';
import { SystemClock } from '../../dist/src/platform/clock.js';
import { ENTITIES } from '../../dist/src/schema/index.js';
import { ExpirySweep } from '../../dist/src/verifications/sweep/expiry-sweep.js';

const url = process.env.DATABASE_URL;
const dataSource = await createDataSource({ url, poolSize: 5, entities: ENTITIES }).initialize();
const settings = {
  ...{ dataSource, clock: new SystemClock(), namedStatements: true, work: 'on', connections: {}, options: {} },
  keyRing: `bench:${randomBytes(32).toString('base64')}`,
  cursorSecret: randomBytes(32).toString('base64'),
};
const app = await NestFactory.createApplicationContext(AppModule.forRoot(settings), {
  logger: ['error', 'warn'],
  abortOnError: false,
});
const sweep = app.get(ExpirySweep, { strict: false });
await sweep.stop();

process.on('message', async ({ ask }) => {
  if (ask === 'sweep') sweep.start();
  else await sweep.stop();
  process.send({ done: ask });
});
process.once('disconnect', () => process.exit(0));
process.send({ done: 'start' });
