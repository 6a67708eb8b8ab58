import { randomUUID } from 'node:crypto';
import { ModulesContainer } from '@nestjs/core';
import { newApiKey } from '#app/access/index.js';
import { ACCESS } from '#app/context/route-access.js';
import { SCOPES } from '#app/context/index.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf } from '../support/database-dump.js';
import {
  created,
  manualRequest,
  membersIn,
  override,
  pathOf,
  refusalOf,
  VERIFICATIONS,
} from '../support/verification-requests.js';

const CONNECTIONS = '/v1/provider-connections';

/** Every route that wants a key, with its scope. */
const ROUTES = [
  ['GET', VERIFICATIONS, 'verifications:read'],
  ['POST', VERIFICATIONS, 'verifications:write'],
  ['GET', `${VERIFICATIONS}/:id`, 'verifications:read'],
  ['PATCH', `${VERIFICATIONS}/:id`, 'verifications:override'],
  ['POST', `${VERIFICATIONS}/:id/recheck`, 'verifications:write'],
  ['POST', `${VERIFICATIONS}/:id/customer-action`, 'verifications:write'],
  ['GET', `${VERIFICATIONS}/:id/history`, 'verifications:read'],
  ['GET', `${VERIFICATIONS}/:id/evidence`, 'evidence:read'],
  ['GET', '/v1/providers', 'verifications:read'],
  ['GET', CONNECTIONS, 'connections:read'],
  ['GET', `${CONNECTIONS}/:provider`, 'connections:read'],
  ['PUT', `${CONNECTIONS}/:provider`, 'connections:write'],
  ['DELETE', `${CONNECTIONS}/:provider`, 'connections:write'],
  ['POST', `${CONNECTIONS}/:provider/test`, 'connections:write'],
] as const;
const OPEN_ROUTES = ['GET /health/live', 'GET /health/ready'];
/** Who calls proves by address and signature who it is. */
const PROVIDERS_ROUTE = 'POST /v1/provider-callbacks/:provider/:token';
const BELOW_ID = ROUTES.filter(([, path]) => path.includes(':id'));

describe('access', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const ask = (
    key: string | null,
    method: string,
    template: string,
    id: string = randomUUID(),
  ): Promise<TestAnswer> => {
    const body = method === 'PATCH' ? { status: 'verified' } : method === 'PUT' ? {} : manualRequest();
    const sends = method === 'PATCH' || method === 'PUT' || (method === 'POST' && template === VERIFICATIONS);
    return app.call(
      key === null ? null : { key },
      method,
      template.replace(':id', id).replace(':provider', 'sandbox'),
      sends ? { body } : {},
    );
  };

  it('is said for every route of the application, and three need no key', () => {
    const said = routesOf(app).map(({ method, path, access }) => `${method} ${path} ${String(access)}`);
    const expected = [
      ...ROUTES.map(([method, path, scope]) => `${method} ${path} ${scope}`),
      ...[...OPEN_ROUTES, PROVIDERS_ROUTE].map((route) => `${route} public`),
    ];
    expect(said.sort()).toEqual(expected.sort());
  });

  it('needs no key for what is open', async () => {
    for (const route of OPEN_ROUTES) expect((await ask(null, ...split(route))).status).toBe(200);
  });

  describe.each(ROUTES)('to %s %s', (method, path, scope) => {
    it.each([
      ['no key', () => null],
      ['an unknown key', () => newApiKey(false)],
      ['garbage', () => "x' or '1'='1"],
      ['a key cut short', () => tenant.key.slice(0, -1)],
      ['a key of the other world', () => tenant.key.replace('sk_test_', 'sk_live_')],
      ['a key in capital letters', () => tenant.key.toUpperCase()],
      ['a very long key', () => `sk_test_${'a'.repeat(4000)}`],
    ])('is refused with %s', async (_, key) => {
      const before = await digestOf(app);
      const answer = await ask(key(), method, path);
      expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(await digestOf(app)).toEqual(before);
    });

    it('is refused with every scope but its own, known id or not', async () => {
      const scopes = SCOPES.filter((other) => other !== scope);
      const poor = await app.tenant({ organizationId: tenant.organizationId, scopes });
      const known = await created(app, tenant);
      const before = await digestOf(app);
      const answers = [await ask(poor.key, method, path), await ask(poor.key, method, path, known.id)];
      expect(answers.map(refusalOf)).toEqual([
        [403, 'FORBIDDEN'],
        [403, 'FORBIDDEN'],
      ]);
      expect(answers[0]?.body.scope).toBe(scope);
      const without = ({ body }: TestAnswer): unknown => ({ ...body, request_id: '', instance: '' });
      expect(without(answers[0]!)).toEqual(without(answers[1]!));
      expect(await digestOf(app)).toEqual(before);
    });

    it('is given by its scope alone', async () => {
      const { key } = await app.tenant({ organizationId: tenant.organizationId, scopes: [scope] });
      const known = await created(app, tenant);
      // Of a connection there is none yet, and this one would need a credential.
      const others = path.includes(':provider') ? [400, 404] : [];
      expect([200, 201, 202, 409, ...others]).toContain((await ask(key, method, path, known.id)).status);
    });
  });

  describe.each(BELOW_ID)('by %s %s', (method, path) => {
    it.each([
      ['another organization', () => app.tenant()],
      [
        'the same organization’s live world',
        () => app.tenant({ organizationId: tenant.organizationId, livemode: true }),
      ],
    ])('is refused to %s as if there were nothing', async (_, other) => {
      const known = await created(app, tenant);
      const { key } = await other();
      const before = await digestOf(app);
      const answer = await ask(key, method, path, known.id);
      expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
      expect(answer.text).not.toContain(tenant.organizationId);
      expect(await digestOf(app)).toEqual(before);
    });
  });

  it('to lists shows the own world alone', async () => {
    const organizationId = randomUUID();
    const test = await app.tenant({ organizationId });
    const live = await app.tenant({ organizationId, livemode: true });
    const [one, other] = [await created(app, test), await created(app, live)];
    for (const [who, own] of [
      [test, one],
      [live, other],
    ] as const) {
      expect(membersIn(await app.call(who, 'GET', VERIFICATIONS), 'id')).toEqual([own.id]);
      const theirs = own === one ? other : one;
      const byCustomer = await app.call(who, 'GET', `${VERIFICATIONS}?customer_id=${String(theirs.customer_id)}`);
      expect(byCustomer.body.data).toEqual([]);
    }
  });

  it('cannot be taken by naming an organization', async () => {
    const stranger = await app.tenant();
    const theirs = await created(app, stranger);
    for (const headers of [
      { 'x-organization-id': stranger.organizationId },
      { organization_id: stranger.organizationId },
    ])
      expect((await app.call(tenant, 'GET', pathOf(theirs), { headers })).status).toBe(404);
    const body = manualRequest({ organization_id: stranger.organizationId });
    expect((await app.call(tenant, 'POST', VERIFICATIONS, { body })).status).toBe(400);
  });

  it('shares a key’s idempotency with nobody else', async () => {
    const key = { 'idempotency-key': 'shared' };
    const body = manualRequest();
    const organizationId = tenant.organizationId;
    const callers = [tenant, await app.tenant(), await app.tenant({ organizationId, livemode: true })];
    const ids = new Set<string>();
    for (const who of callers) {
      const answer = await app.call(who, 'POST', VERIFICATIONS, { body, headers: key });
      expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([201, null]);
      ids.add(answer.body.data.id);
    }
    expect(ids.size).toBe(3);
  });

  it('is not by another scheme', async () => {
    for (const authorization of [
      tenant.key,
      `Basic ${tenant.key}`,
      `Token ${tenant.key}`,
      `Bearer  ${tenant.key}`,
      'Bearer',
    ]) {
      const { status } = await app.call(null, 'GET', VERIFICATIONS, { headers: { authorization } });
      expect([authorization.split(' ')[0], status]).toEqual([authorization.split(' ')[0], 401]);
    }
    const lower = { authorization: `bearer ${tenant.key}` };
    expect((await app.call(null, 'GET', VERIFICATIONS, { headers: lower })).status).toBe(200);
    expect((await app.call(null, 'GET', `${VERIFICATIONS}?api_key=${tenant.key}`)).status).toBe(401);
  });

  it('lets an override of one organization’s leave the other’s alone', async () => {
    const stranger = await app.tenant();
    const theirs = await created(app, stranger);
    expect((await override(app, tenant, theirs, { status: 'failed' }, { 'if-match': '*' })).status).toBe(404);
    expect((await app.call(stranger, 'GET', pathOf(theirs))).body.data).toEqual(theirs);
  });
});

function split(route: string): [string, string] {
  const [method = '', path = ''] = route.split(' ');
  return [method, path];
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly access: unknown;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL', 'OPTIONS', 'HEAD', 'SEARCH'];

/** Every handler of every controller that the application has, as Nest's own metadata tell. */
function routesOf({ nest }: TestApp): Route[] {
  const controllers = [...nest.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].map(({ metatype }) => metatype as new () => object),
  );
  return controllers.flatMap((controller) => {
    const prefix = String(Reflect.getMetadata('path', controller)).replace(/^(?!health)/, 'v1/');
    const prototype = controller.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype).flatMap((name): Route[] => {
      const handler = prototype[name]!;
      if (name === 'constructor' || Reflect.getMetadata('path', handler) === undefined) return [];
      const path = `/${prefix}/${String(Reflect.getMetadata('path', handler))}`
        .replace(/\/+$/, '')
        .replaceAll('//', '/');
      const access: unknown = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller);
      return [{ method: METHODS[Number(Reflect.getMetadata('method', handler))] ?? '', path, access }];
    });
  });
}
