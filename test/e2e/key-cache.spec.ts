import { Controller, Get, UseFilters } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { APP_GUARD } from '@nestjs/core';
import { newApiKey } from '#app/access/index.js';
import { Ctx, DenyAllGuard, Public } from '#app/context/index.js';
import { ProblemFilter } from '#app/errors/index.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { VERIFICATIONS } from '../support/verification-requests.js';

const SECOND = 1_000;

describe('a key', () => {
  let app: TestApp;
  let tenant: TestTenant;

  beforeEach(async () => {
    tenant = await app.tenant();
  });
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const status = async (key: string): Promise<number> => (await app.call({ key }, 'GET', VERIFICATIONS)).status;
  const change = (column: string, value: string | null): Promise<unknown> =>
    app.sql(`update customer_verifications.api_keys set ${column} = $1 where id = $2`, [value, tenant.keyId]);

  it('that is revoked works for a second more, and then no longer', async () => {
    expect(await status(tenant.key)).toBe(200);
    await change('revoked_at', app.clock.now());
    app.clock.advance(SECOND - 1);
    expect(await status(tenant.key)).toBe(200);
    app.clock.advance(2);
    expect(await status(tenant.key)).toBe(401);
  });

  it('that is revoked works no longer than that while the clock is put back', async () => {
    expect(await status(tenant.key)).toBe(200);
    await change('revoked_at', app.clock.now());
    app.clock.advance(-3_600 * SECOND);
    app.clock.passUnseen(SECOND + 1);
    expect(await status(tenant.key)).toBe(401);
    app.clock.advance(3_600 * SECOND);
  });

  it('that was never used before its revocation never works', async () => {
    await change('revoked_at', app.clock.now());
    expect(await status(tenant.key)).toBe(401);
  });

  it('ends on its day, whatever is remembered of it', async () => {
    await change('expires_at', app.clock.now());
    expect(await status(tenant.key)).toBe(401);
    await change('expires_at', '2026-11-22T12:00:00.000000Z');
    app.clock.advance(2 * SECOND);
    expect(await status(tenant.key)).toBe(200);
    while (app.clock.now() < '2026-11-22T11:59:59.999999Z') app.clock.advance(600_000);
    expect(await status(tenant.key)).toBe(401);
  });

  it('that is unknown is not looked for again within a second', async () => {
    const key = newApiKey(false);
    expect(await status(key)).toBe(401);
    // Were it looked for, it would be found from now on.
    await app.sql(`update customer_verifications.api_keys set hash = sha256(convert_to($1, 'UTF8')) where id = $2`, [
      key,
      tenant.keyId,
    ]);
    app.clock.advance(SECOND - 1);
    expect(await status(key)).toBe(401);
    app.clock.advance(2);
    expect(await status(key)).toBe(200);
  });

  it('keeps its scopes for a second', async () => {
    expect(await status(tenant.key)).toBe(200);
    await app.sql(`update customer_verifications.api_keys set scopes = '{}' where id = $1`, [tenant.keyId]);
    expect(await status(tenant.key)).toBe(200);
    app.clock.advance(SECOND + 1);
    expect(await status(tenant.key)).toBe(403);
  });

  it('is found for any number of requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => status(tenant.key)));
    expect(new Set(answers)).toEqual(new Set([200]));
  });

  it('is stored nowhere as it is', async () => {
    const rows = await app.sql<{ line: string }>('select t::text as line from customer_verifications.api_keys t');
    expect(JSON.stringify(rows)).not.toContain(tenant.key.slice(8));
    expect(app.logs.join('\n')).not.toContain(tenant.key.slice(8));
  });
});

let handled = 0;

function codeIn(text: string): unknown {
  return (JSON.parse(text) as { readonly code?: unknown }).code;
}

@UseFilters(ProblemFilter)
@Controller('careless')
class CarelessController {
  @Get('context')
  @Public()
  context(@Ctx() ctx: unknown): unknown {
    handled += 1;
    return ctx;
  }

  @Get('silent')
  silent(): string {
    handled += 1;
    return 'open to everybody';
  }
}

describe('a route that somebody forgot to guard', () => {
  let careless: NestExpressApplication;
  let url: string;

  beforeAll(async () => {
    const providers = [{ provide: APP_GUARD, useClass: DenyAllGuard }];
    const module = await Test.createTestingModule({ controllers: [CarelessController], providers }).compile();
    careless = module.createNestApplication<NestExpressApplication>({ logger: false });
    await careless.listen(0, '127.0.0.1');
    url = await careless.getUrl();
  });
  afterAll(() => careless.close());

  it('does not run where it asks for a context that no guard has made', async () => {
    const answer = await fetch(`${url}/careless/context`);
    expect([answer.status, codeIn(await answer.text()), handled]).toEqual([500, 'INTERNAL_ERROR', 0]);
  });

  it('does not run where it says nothing about who may call it', async () => {
    const answer = await fetch(`${url}/careless/silent`);
    expect([answer.status, codeIn(await answer.text()), handled]).toEqual([403, 'FORBIDDEN', 0]);
  });
});
