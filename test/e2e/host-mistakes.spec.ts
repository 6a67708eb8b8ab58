import { randomBytes, randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { VerificationsModule } from 'customer-verifications';
import { type HostApplication, hostDataSource, startHost } from '../host/host-application.js';

describe("a host's mistake", () => {
  describe('in a context', () => {
    let host: HostApplication;
    const logged: unknown[] = [];

    beforeAll(async () => {
      const keep = (line: unknown): void => void logged.push(line);
      const setUp = (nest: HostApplication['nest']): void => nest.useLogger({ log: keep, error: keep, warn: keep });
      host = await startHost({ setUp });
    });
    afterAll(() => host.close());

    it('is answered as a fault, and the log says what it is', async () => {
      const organizationId = randomUUID().toUpperCase();
      const session = host.sessions.open({ name: 'ada', organizationId });
      expect((await host.call(session, 'GET', '/platform/kyc/verifications')).status).toBe(500);
      const fault = 'the request context is malformed: organizationId must be a UUID in lower case';
      expect(logged).toContainEqual({ event: 'malformed_context', fault });
      expect(JSON.stringify(logged)).not.toContain(organizationId);
    });
  });

  it.each([
    ['keyRing', { keyRing: `a:${randomBytes(16).toString('base64')}` }],
    ['cursorSecret', { cursorSecret: 'not so secret' }],
  ])('in %s is told by name before anything is served', async (option, given) => {
    const keyRing = `a:${randomBytes(32).toString('base64')}`;
    const dataSource = hostDataSource('postgres://nobody@127.0.0.1:1/nothing');
    const host = VerificationsModule.forRoot({ keyRing, dataSource, ...given });
    const made = NestFactory.createApplicationContext(host, { abortOnError: false, logger: false });
    await expect(made).rejects.toThrow(new RegExp(`^${option}\\b`));
  });

  it('in connections is told with every other, before anything is served and without a value', async () => {
    const keyRing = `a:${randomBytes(32).toString('base64')}`;
    const dataSource = hostDataSource('postgres://nobody@127.0.0.1:1/nothing');
    const [credentials, settings] = [{ api_key: 'canary' }, { base_url: 'https://vendor.example' }];
    const connections = {
      sandbox: { settings, credentials, callbackToken: 'canary', callback_secrets: ['canary'] },
      offline: { settings: {}, credentials: {} },
      nobody: { settings, credentials },
    };
    const host = VerificationsModule.forRoot({ keyRing, dataSource, options: { connections } });
    const made = NestFactory.createApplicationContext(host, { abortOnError: false, logger: false });
    await expect(made).rejects.toThrow(
      new TypeError(
        'options.connections: sandbox.callbackToken must have at least 32 characters; sandbox.callback_secrets is not known; ' +
          'sandbox needs both callbackToken and callbackSecrets, or neither; offline takes no connection; ' +
          'nobody is no provider that is wired here',
      ),
    );
  });

  it('that leaves secrets of callbacks without an address is told', async () => {
    const keyRing = `a:${randomBytes(32).toString('base64')}`;
    const dataSource = hostDataSource('postgres://nobody@127.0.0.1:1/nothing');
    const [credentials, settings] = [{ api_key: 'canary' }, { base_url: 'https://vendor.example' }];
    const connections = { sandbox: { settings, credentials, callbackSecrets: ['canary'] } };
    const host = VerificationsModule.forRoot({ keyRing, dataSource, options: { connections } });
    const made = NestFactory.createApplicationContext(host, { abortOnError: false, logger: false });
    await expect(made).rejects.toThrow(
      new TypeError('options.connections: sandbox needs both callbackToken and callbackSecrets, or neither'),
    );
  });
});
