// Writes docs/openapi.json from the application as built, without a database. `--stdout` prints it instead.
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../dist/src/app.module.js';
import { APP_OPTIONS } from '../dist/src/app.setup.js';
import { createDataSource } from '../dist/src/database/data-source.js';
import { openApiDocument } from '../dist/src/openapi.js';
import { SystemClock } from '../dist/src/platform/clock.js';

const TARGET = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));
const UNUSED_SECRET = Buffer.alloc(32).toString('base64');

const settings = {
  work: 'off',
  clock: new SystemClock(),
  // Never initialised: nothing is asked of it before the first request.
  dataSource: createDataSource({ url: 'postgres://127.0.0.1:1/none', poolSize: 1, entities: [] }),
  namedStatements: false,
  keyRing: `unused:${UNUSED_SECRET}`,
  cursorSecret: UNUSED_SECRET,
  connections: {},
  options: {},
};

const app = await NestFactory.create(AppModule.forRoot(settings), {
  ...APP_OPTIONS,
  abortOnError: false,
  logger: ['error', 'warn'],
});
const text = `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
if (process.argv.includes('--stdout')) process.stdout.write(text);
else writeFileSync(TARGET, text);
