import { randomUUID } from 'node:crypto';
import { Controller, Get, type Type, UseFilters } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants';
import { APP_GUARD, ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import {
  ContextGuard,
  ContextSource,
  type ContextualRequest,
  Ctx,
  DenyAllGuard,
  requestContext,
  type RequestContext,
  RequireScope,
  type Scope,
} from '#app/context/index.js';
import { ACCESS } from '#app/context/route-access.js';
import { ProblemFilter } from '#app/errors/index.js';
import { startTestApp } from '../support/app.js';

/** A source that believes what it is told. */
class CredulousSource extends ContextSource {
  async contextOf({ headers }: ContextualRequest): Promise<RequestContext | null> {
    if (headers.authorization === undefined) return null;
    const scopes = [headers.authorization as Scope];
    const actor = { id: 'user:probe', principalId: 'probe' };
    return requestContext({ organizationId: randomUUID(), livemode: false, actor, scopes, requestId: '' });
  }
}

/** Its author named a scope and forgot the guard. */
@UseFilters(ProblemFilter)
@Controller('probe')
class ProbeController {
  @Get('scoped')
  @RequireScope('verifications:read')
  scoped(@Ctx() { scopes }: RequestContext): unknown {
    return { scopes };
  }
}

@UseFilters(ProblemFilter)
@RequireScope('evidence:read')
@Controller('whole')
class WholeController {
  @Get()
  whole(): unknown {
    return { open: true };
  }
}

describe('a route that names a scope and no guard', () => {
  let nest: NestExpressApplication;
  let url: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [ProbeController, WholeController],
      providers: [
        { provide: ContextSource, useClass: CredulousSource },
        { provide: APP_GUARD, useClass: DenyAllGuard },
      ],
    }).compile();
    nest = module.createNestApplication<NestExpressApplication>({ logger: false });
    await nest.listen(0, '127.0.0.1');
    url = await nest.getUrl();
  });
  afterAll(() => nest.close());

  it.each([
    ['/probe/scoped', 'verifications:read'],
    ['/whole', 'evidence:read'],
  ])('is guarded all the same: %s', async (path, scope) => {
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${url}${path}`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'verifications:write' })).toBe(403);
    expect(await status({ authorization: scope })).toBe(200);
  });
});

describe('every route of the application', () => {
  it('is public by its own word, or has the guard that makes a context', async () => {
    const app = await startTestApp();
    const controllers = [...app.nest.get(ModulesContainer).values()].flatMap((module) =>
      [...module.controllers.values()].map(({ metatype }) => metatype as Type),
    );
    await app.close();
    const routes = controllers.flatMap((controller) => {
      const prototype = controller.prototype as Record<string, object>;
      const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
      const handlers = names.map((name) => prototype[name]!);
      return handlers
        .filter((handler) => Reflect.getMetadata('path', handler) !== undefined)
        .map((handler) => ({
          open: (Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller)) === 'public',
          guards: [handler, controller].flatMap(
            (at) => (Reflect.getMetadata(GUARDS_METADATA, at) as Type[] | undefined) ?? [],
          ),
        }));
    });
    expect(routes.filter(({ open }) => open)).toHaveLength(3);
    expect(routes.filter(({ open, guards }) => !open && !guards.includes(ContextGuard))).toEqual([]);
    expect(routes.length).toBeGreaterThan(9);
  });
});
