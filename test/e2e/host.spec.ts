import { randomUUID } from 'node:crypto';
import { VersioningType } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type HostApplication, type HostOptions, startHost } from '../host/host-application.js';

const ROUTES = '/platform/kyc/verifications';
const PROBLEM = 'application/problem+json';

function vat(more: object = {}): string {
  const check = { provider: 'offline', verification_type: 'business_entity', input: { vat_number: 'DE143454214' } };
  return JSON.stringify({ customer_id: randomUUID(), ...check, ...more });
}

/** Starts a host for one visit. */
async function inHost(options: HostOptions, visit: (host: HostApplication) => Promise<void>): Promise<void> {
  const host = await startHost(options);
  await visit(host).finally(() => host.close());
}

describe("the library's routes in a host application", () => {
  let host: HostApplication;
  let session: string;

  beforeAll(async () => {
    host = await startHost();
    session = host.session();
  });
  afterAll(() => host.close());

  it("stand behind the host's prefix and the module's path, and know their own addresses", async () => {
    const created = await host.call(session, 'POST', ROUTES, vat());
    expect([created.status, created.body.data.status]).toEqual([201, 'verified']);
    const address = created.headers.get('location') ?? '';
    expect(address).toBe(`${ROUTES}/${String(created.body.data.id)}`);
    expect((await host.call(session, 'GET', address)).body).toEqual({ data: created.body.data });
    expect((await host.call(session, 'GET', `${address}/history`)).body.data).toHaveLength(2);
    expect((await host.call(session, 'GET', '/platform/kyc/providers')).status).toBe(200);
    await host.call(session, 'POST', ROUTES, vat());
    const page = await host.call(session, 'GET', `${ROUTES}?limit=1`);
    expect(page.headers.get('link')).toMatch(/^<\/platform\/kyc\/verifications\?limit=1&cursor=[^>]+>; rel="next"$/);
  });

  it.each(['/v1/verifications', '/platform/v1/verifications', '/kyc/verifications'])(
    'are not at %s',
    async (address) => {
      expect(await host.call(session, 'GET', address)).toMatchObject({ status: 404 });
    },
  );

  it('name the actor whom the host names', async () => {
    const { body } = await host.call(session, 'POST', ROUTES, vat({ provider: 'manual', input: undefined }));
    const address = `${ROUTES}/${String(body.data.id)}`;
    const decided = await host.call(session, 'PATCH', address, '{"status":"failed","reason":"seen by eye"}');
    expect(decided.body.data).toMatchObject({ status: 'failed', actor_id: 'user:https://login.host.example:ada' });
    expect(decided.body.data.organization_id).toBe(body.data.organization_id);
  });

  it('answer strangers, and the scopes that the host left out, with problem documents', async () => {
    const challenged = await host.call(null, 'GET', ROUTES);
    expect(challenged).toMatchObject({ status: 401, type: PROBLEM, body: { code: 'UNAUTHORIZED' } });
    const reader = { name: 'bo', organizationId: randomUUID(), scopes: ['verifications:read'] as const };
    const refused = await host.call(host.sessions.open(reader), 'POST', ROUTES, vat());
    expect(refused).toMatchObject({ status: 403, type: PROBLEM, body: { code: 'FORBIDDEN' } });
  });

  it('show one organization nothing of another', async () => {
    const { body } = await host.call(session, 'POST', ROUTES, vat());
    const other = host.session();
    expect(await host.call(other, 'GET', `${ROUTES}/${String(body.data.id)}`)).toMatchObject({
      ...{ status: 404, type: PROBLEM },
      body: { code: 'NOT_FOUND', instance: `${ROUTES}/${String(body.data.id)}` },
    });
    expect((await host.call(other, 'GET', ROUTES)).body.data).toEqual([]);
  });

  it.each([
    ['an unknown member', vat({ extra: 1 }), { code: 'VALIDATION_ERROR', fields: [{ field: 'extra' }] }],
    ['a wrong type', vat({ customer_id: 7 }), { code: 'VALIDATION_ERROR', fields: [{ field: 'customer_id' }] }],
    ['no member at all', '{}', { code: 'VALIDATION_ERROR' }],
    [
      'a number that is lost',
      vat({ input: { n: 2 ** 60 } }),
      { code: 'VALIDATION_ERROR', fields: [{ field: 'input.n' }] },
    ],
    ['NUL', vat({ provider: 'a\0' }), { code: 'VALIDATION_ERROR', fields: [{ field: 'provider' }] }],
  ])("refuse %s behind the host's body parser and validation as they do alone", async (_, body, problem) => {
    const refused = await host.call(session, 'POST', ROUTES, body);
    expect(refused).toMatchObject({ status: 400, type: PROBLEM, body: problem });
  });

  it('see a repeated member where the host keeps the bytes', async () => {
    await inHost({ rawBody: true }, async (careful) => {
      const repeated = vat().replace('{', '{"provider":"manual",');
      const refused = await careful.call(careful.session(), 'POST', ROUTES, repeated);
      expect(refused).toMatchObject({
        ...{ status: 400, type: PROBLEM },
        body: { fields: [{ field: 'provider', code: 'REPEATED_FIELD' }] },
      });
    });
  });

  it("leave the host's routes, validation, errors and bodies as they are", async () => {
    expect((await host.call(null, 'GET', '/platform/payouts/7')).body).toEqual({ id: '7' });
    expect(await host.call(null, 'GET', '/platform/payouts/none')).toMatchObject({
      ...{ status: 501, type: 'application/json; charset=utf-8' },
      body: { host_error: 501 },
    });
    expect((await host.call(null, 'POST', '/platform/payouts', '{"customer":"c","amount":1}')).status).toBe(200);
    const invalid = await host.call(null, 'POST', '/platform/payouts', '{"customer":7}');
    expect(invalid).toMatchObject({ status: 400, body: { host_error: 400 } });
    expect(invalid.headers.get('x-request-id')).toBeNull();
  });

  it("leave alone the host's own routes of the same name", async () => {
    const lax = await host.call(null, 'POST', '/platform/verifications', '{"a":1,"a":1e300}');
    expect(lax).toMatchObject({ status: 200, body: { host: { a: 1e300 } } });
    expect(lax.headers.get('x-request-id')).toBeNull();
  });

  it('are not there unless they are asked for, and then nothing of theirs is', async () => {
    await inHost({ http: false }, async (silent) => {
      const user = silent.session();
      for (const address of [ROUTES, '/platform/v1/verifications', '/platform/v1/providers', '/platform/providers']) {
        expect(await silent.call(user, 'GET', address)).toMatchObject({ status: 404, body: { host_error: 404 } });
      }
      const lax = await silent.call(null, 'POST', '/platform/verifications', '{"a":1e300}');
      expect(lax).toMatchObject({ status: 200, body: { host: { a: 1e300 } } });
      expect(lax.headers.get('x-request-id')).toBeNull();
    });
  });

  it.each(['forRoot', 'forRootAsync'] as const)('are served by %s', async (manner) => {
    await inHost({ manner, http: { path: '/a/b/' } }, async (other) => {
      const created = await other.call(other.session(), 'POST', '/platform/a/b/verifications', vat());
      expect(created.status).toBe(201);
      expect(created.headers.get('location')).toMatch(/^\/platform\/a\/b\/verifications\/[0-9a-f-]{36}$/);
    });
  });

  it.each([
    ['in the path', { type: VersioningType.URI, defaultVersion: '3' }],
    ['in a header', { type: VersioningType.HEADER, header: 'x-version', defaultVersion: '3' }],
  ] as const)('keep their addresses and their strictness where the host has versions %s', async (_, versioning) => {
    const setUp = (nest: NestExpressApplication): void => void nest.enableVersioning(versioning);
    await inHost({ setUp }, async (versioned) => {
      const user = versioned.session();
      expect((await versioned.call(user, 'POST', ROUTES, vat())).status).toBe(201);
      const refused = await versioned.call(user, 'POST', ROUTES, vat({ extra: 1 }));
      expect(refused).toMatchObject({ status: 400, type: PROBLEM, body: { code: 'VALIDATION_ERROR' } });
      expect(refused.headers.get('x-request-id')).toBe(refused.body.request_id);
    });
  });
});
