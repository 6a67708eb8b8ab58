import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, Module, Post, UseFilters } from '@nestjs/common';
import type { MiddlewareConsumer, NestModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError, ProblemFilter } from '../errors/index.js';
import { StrictBodyMiddleware } from './body.middleware.js';

@Controller('ours')
@UseFilters(ProblemFilter)
class OurController {
  @Get()
  get(): never {
    throw new AppError('not_found', 'NOT_FOUND', 'Nothing is found at this address.');
  }

  @Post()
  post(@Body() body: unknown): unknown {
    return { body };
  }
}

@Module({ controllers: [OurController] })
class OurModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(StrictBodyMiddleware).forRoutes(OurController);
  }
}

@Controller('theirs')
class TheirController {
  @Post()
  post(@Body() body: unknown): unknown {
    return { body };
  }
}

@Module({ imports: [OurModule], controllers: [TheirController] })
class HostModule {}

async function inHost<T>(bodyParser: boolean, use: (url: string) => Promise<T>, prefix = ''): Promise<T> {
  const app = await NestFactory.create<NestExpressApplication>(HostModule, {
    bodyParser,
    logger: false,
    rawBody: false,
  });
  if (prefix !== '') app.setGlobalPrefix(prefix);
  await app.listen(0, '127.0.0.1');
  try {
    const { port } = app.getHttpServer().address() as AddressInfo;
    return await use(`http://127.0.0.1:${String(port)}${prefix}`);
  } finally {
    await app.close();
  }
}

async function post(url: string, body: string): Promise<[number, string | null, unknown]> {
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return [response.status, response.headers.get('content-type'), await response.json()];
}

describe('strict input and problem documents on the controllers of one module', () => {
  it.each(['', '/host'])('read and answer for these alone (prefix "%s")', async (prefix) => {
    await inHost(
      false,
      async (url) => {
        expect(await post(`${url}/ours`, '{"a":1}')).toMatchObject([201, expect.any(String), { body: { a: 1 } }]);
        const problem = { code: 'VALIDATION_ERROR', fields: [{ field: 'a', code: 'REPEATED_FIELD' }] };
        expect(await post(`${url}/ours`, '{"a":1,"a":2}')).toMatchObject([400, 'application/problem+json', problem]);
        const missing = await fetch(`${url}/ours?customer_id=1`);
        expect(missing.headers.get('content-type')).toBe('application/problem+json');
        expect(await missing.json()).toMatchObject({ code: 'NOT_FOUND', instance: `${prefix}/ours` });
      },
      prefix,
    );
  });

  it("leave a host's parser and routes as they are", async () => {
    await inHost(true, async (url) => {
      expect(await post(`${url}/theirs`, '{"a":1e300,"a":"\\u0000"}')).toMatchObject([
        201,
        expect.any(String),
        { body: {} },
      ]);
      expect(await post(`${url}/ours`, '{"a":1}')).toMatchObject([201, expect.any(String), { body: { a: 1 } }]);
      expect(await post(`${url}/ours`, '{"a":1e300}')).toMatchObject([400, 'application/problem+json', {}]);
      const [status, type] = await post(`${url}/theirs/none`, '{}');
      expect([status, type]).toEqual([404, 'application/json; charset=utf-8']);
    });
  });
});
