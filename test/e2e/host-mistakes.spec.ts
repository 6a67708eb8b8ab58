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
});
