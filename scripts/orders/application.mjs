import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { APP_OPTIONS } from '../../dist/src/app.setup.js';
import { AppModule } from '../../dist/src/app.module.js';
import { CallbackLoop } from '../../dist/src/callbacks/index.js';
import { requestContext, SCOPES } from '../../dist/src/context/index.js';
import { createDataSource } from '../../dist/src/database/data-source.js';
import { addMilliseconds, Clock, instant } from '../../dist/src/platform/clock.js';
import { ENTITIES } from '../../dist/src/schema/index.js';
import { acceptRequest } from '../../dist/src/verifications/start/create-request.js';
import { FollowUps } from '../../dist/src/verifications/start/follow-ups.js';
import { NewVerifications } from '../../dist/src/verifications/start/new-verifications.js';
import { ProviderCalls } from '../../dist/src/verifications/start/provider-calls.js';
import { VerificationStarts } from '../../dist/src/verifications/start/verification-starts.js';
import { SlicesRepository } from '../../dist/src/verifications/store/slices.repository.js';
import { VerificationsRepository } from '../../dist/src/verifications/store/verifications.repository.js';
import { VerificationDoor } from '../../dist/src/verifications/verification-door.js';
import { VerificationsService } from '../../dist/src/verifications/verifications.service.js';
import { DueRows } from '../../dist/src/work/index.js';

const HOUR_MS = 3_600_000;
const BEGINNING = instant('2026-03-01T00:00:00.000001Z');

/** The waiting window, in hours, of every first round. */
export const WINDOW_HOURS = 72;

/**
 * Hours (also parts of one) after the beginning of all stories, as an instant.
 * @param {number} hour
 */
export const at = (hour) => addMilliseconds(BEGINNING, Math.round(hour * HOUR_MS));

/** A clock that shows each piece of work the time that its story has come to: many stories are told at once. */
export class StoryClock extends Clock {
  #told = new AsyncLocalStorage();

  now() {
    return this.#told.getStore() ?? BEGINNING;
  }

  /** Does `work`, and all that it sets going, at `hour`. */
  during(hour, work) {
    return this.#told.run(at(hour), work);
  }
}

/** What was logged as an error, which no order of things should bring about. */
class ErrorLog {
  errors = [];
  log() {}
  warn() {}
  error(message) {
    this.errors.push(typeof message === 'string' ? message : JSON.stringify(message));
  }
}

/**
 * @typedef {object} OrdersApplication
 * @property {VerificationsService} service
 * @property {VerificationDoor} door
 * @property {FollowUps} followUps
 * @property {DueRows} due
 * @property {VerificationsRepository} repository
 * @property {SlicesRepository} slices
 * @property {(ctx: object, request: object) => Promise<object>} store a verification as a create commits it, without asking anybody
 * @property {CallbackLoop} callbacks hears what waits in the inbox
 * @property {string} url
 * @property {() => Promise<void>} settled resolves when no provider is being asked any more
 * @property {string[]} errors what was logged as an error
 * @property {() => Promise<void>} close
 */

/**
 * One process's worth of the service on a database; nothing happens in it by a timer.
 * @param {{ url: string, clock: Clock, adapter: object, keyRing: string }} settings
 * @returns {Promise<OrdersApplication>}
 */
export async function openApplication({ url, clock, adapter, keyRing }) {
  const dataSource = await createDataSource({ url, poolSize: 10, entities: ENTITIES }).initialize();
  const settings = {
    ...{ clock, dataSource, keyRing, namedStatements: true, work: 'off', adapters: [adapter] },
    connections: {},
    testConnections: { [adapter.provider]: adapter.connection },
    options: { waitMs: 2_000, windowMs: WINDOW_HOURS * HOUR_MS },
    cursorSecret: randomBytes(32).toString('base64'),
  };
  const logger = new ErrorLog();
  const manner = { ...APP_OPTIONS, logger, abortOnError: false };
  const nest = await NestFactory.create(AppModule.forRoot(settings), manner);
  await nest.listen(0, '127.0.0.1');
  const get = (type) => nest.get(type, { strict: false });
  const [starts, beginnings] = [get(VerificationStarts), get(NewVerifications)];
  const [calls, callbacks] = [get(ProviderCalls), get(CallbackLoop)];
  return {
    service: get(VerificationsService),
    door: get(VerificationDoor),
    followUps: get(FollowUps),
    due: get(DueRows),
    repository: get(VerificationsRepository),
    slices: get(SlicesRepository),
    store: async (ctx, request) => {
      const accepted = acceptRequest(starts.judge(ctx, request), null);
      return (await beginnings.store(ctx, accepted, undefined)).verification;
    },
    callbacks,
    settled: settlingOf(calls, callbacks),
    url: `http://127.0.0.1:${nest.getHttpServer().address().port}`,
    errors: logger.errors,
    close: () => nest.close().then(() => dataSource.destroy()),
  };
}

/** What waits for every question that is under way, without ending anything. */
function settlingOf(calls, callbacks) {
  const { track } = calls;
  const underWay = new Set();
  calls.track = (work) => {
    const done = work.catch(() => undefined).then(() => underWay.delete(done));
    underWay.add(done);
    return track.call(calls, work);
  };
  return async () => {
    await callbacks.settled();
    while (underWay.size > 0) await Promise.all(underWay);
  };
}

/** A key ring that the applications on one database share. */
export function newKeyRing() {
  return `orders:${randomBytes(32).toString('base64')}`;
}

/** Test contexts of new organizations: events of one organization are appended one after the other. */
export function organizations(count) {
  return Array.from({ length: count }, () => contextOf(randomUUID(), 'key:creator'));
}

/** A context of the same organization for another actor. */
export function contextOf(organizationId, actorId) {
  const actor = { id: actorId, principalId: actorId };
  return requestContext({ organizationId, livemode: false, actor, scopes: SCOPES, requestId: randomUUID() });
}
