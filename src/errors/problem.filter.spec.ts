import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ForbiddenException,
  HttpException,
  Logger,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { AppError, ValidationError } from './app-error.js';
import { ERRORS } from './catalogue.js';
import { ProblemFilter } from './problem.filter.js';

class RecordingLogger extends Logger {
  readonly lines: string[] = [];

  override error(record: unknown): void {
    this.lines.push(`error ${JSON.stringify(record)}`);
  }

  override warn(record: unknown): void {
    this.lines.push(`warn ${JSON.stringify(record)}`);
  }
}

interface Outcome {
  readonly response: Response;
  readonly body: Record<string, unknown>;
  readonly lines: readonly string[];
}

const PATH = '/v1/verifications/0193f0a0';

/** The answer of a real server whose one handler ends in `error`. */
async function fail(error: unknown, target = `${PATH}?customer_id=secret`, id: unknown = 'req-1'): Promise<Outcome> {
  const logger = new RecordingLogger();
  const filter = new ProblemFilter(logger);
  const server = createServer((request, response) => {
    filter.answer(error, Object.assign(request, { id }), response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const response = await fetch(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}${target}`);
    return { response, body: (await response.json()) as Record<string, unknown>, lines: logger.lines };
  } finally {
    server.close();
  }
}

/** An error as pg and TypeORM throw it, full of values. */
function databaseError(code: string): Error {
  const driverError = Object.assign(new Error('secret in message'), { code, detail: 'secret', where: 'secret' });
  return Object.assign(new Error('secret query'), { driverError, query: 'secret', parameters: ['secret'] });
}

describe('ProblemFilter', () => {
  it('answers an AppError as a whole problem document', async () => {
    const members = { from: 'failed', to: 'pending', allowed: ['verified'] };
    const { response, body, lines } = await fail(
      new AppError('conflict', 'INVALID_STATE_TRANSITION', 'From failed to pending is no way.', { members }),
    );
    expect(response.status).toBe(409);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      ...members,
      type: 'urn:problem:customer-verifications:invalid-state-transition',
      title: 'Invalid state transition',
      status: 409,
      detail: 'From failed to pending is no way.',
      instance: PATH,
      code: 'INVALID_STATE_TRANSITION',
      request_id: 'req-1',
    });
    expect(lines).toEqual([]);
  });

  it('adds the faults of a validation error', async () => {
    const fields = [{ field: 'input.vat_number', code: 'REQUIRED', message: 'is required.' }] as const;
    const { response, body } = await fail(new ValidationError(fields));
    expect(response.status).toBe(400);
    expect(body).toMatchObject({ code: 'VALIDATION_ERROR', fields });
  });

  it('lets no further member stand in for a fixed one', async () => {
    const members = { status: 200, code: 'X', request_id: 'y' };
    const { body } = await fail(new AppError('conflict', 'NO_CUSTOMER_ACTION', 'Nothing to do.', { members }));
    expect(body).toMatchObject({ status: 409, code: 'NO_CUSTOMER_ACTION', request_id: 'req-1' });
  });

  it.each([
    [new AppError('unauthenticated', 'UNAUTHORIZED', 'No key.'), 'www-authenticate', 'Bearer'],
    [new AppError('rate_limited', 'RATE_LIMITED', 'Slow.', { retryAfterSeconds: 2.1 }), 'retry-after', '3'],
    [new AppError('rate_limited', 'RATE_LIMITED', 'Slow.'), 'retry-after', '1'],
    [new AppError('unavailable', 'PROVIDER_UNAVAILABLE', 'Away.'), 'retry-after', '1'],
    [new AppError('conflict', 'IDEMPOTENCY_IN_PROGRESS', 'Wait.', { retryAfterSeconds: 0 }), 'retry-after', '0'],
    [new AppError('conflict', 'NO_CUSTOMER_ACTION', 'Nothing.'), 'retry-after', null],
  ])('answers %s with %s: %s', async (error, name, value) => {
    expect((await fail(error)).response.headers.get(name)).toBe(value);
  });

  const httpErrors: readonly [string, unknown, number, string][] = [
    ['an unknown route', new NotFoundException('Cannot GET /secret'), 404, 'NOT_FOUND'],
    ["a host's guard", new ForbiddenException('secret'), 403, 'FORBIDDEN'],
    ["a host's 409", new HttpException('secret', 409), 400, 'MALFORMED_REQUEST'],
    ["a host's 503", new ServiceUnavailableException('secret'), 503, 'SERVICE_UNAVAILABLE'],
    [
      'a parser: too large',
      Object.assign(new Error('secret'), { status: 413, expose: true }),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'a parser: no JSON',
      Object.assign(new SyntaxError('secret'), { status: 400, expose: true, type: 'entity.parse.failed' }),
      400,
      'MALFORMED_JSON',
    ],
    [
      'a path that cannot be decoded',
      Object.assign(new URIError('secret %ff'), { status: 400 }),
      400,
      'MALFORMED_REQUEST',
    ],
  ];

  it.each(httpErrors)("answers %s without its words, and doesn't log it", async (_, error, status, code) => {
    const { response, body, lines } = await fail(error);
    expect([response.status, body['code']]).toEqual([status, code]);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(lines).toEqual([]);
  });

  it.each(['08006', '53300', '57P01', '57P03', '57014', '40001', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'])(
    'answers %s of the database as unavailable',
    async (code) => {
      const { response, body, lines } = await fail(databaseError(code));
      expect([response.status, body['code'], response.headers.get('retry-after')]).toEqual([
        503,
        'SERVICE_UNAVAILABLE',
        '1',
      ]);
      expect(lines).toHaveLength(1);
      expect(lines.join() + JSON.stringify(body)).not.toContain('secret');
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
  ])('answers "%s" of the pool as unavailable', async (message) => {
    expect((await fail(new Error(message))).response.status).toBe(503);
  });

  it.each(['22021', '22P05', '22P02'])('answers %s as the fault of the request, and tells the log', async (code) => {
    const { response, body, lines } = await fail(databaseError(code));
    expect([response.status, body['code']]).toEqual([400, 'MALFORMED_REQUEST']);
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('secret');
  });

  const unexpected: readonly [string, unknown][] = [
    ['an error', new Error('secret\n    at secret (/secret:1:1)')],
    ['a type error', new TypeError("Cannot create property 'a' on string 'secret'")],
    ['a constraint', databaseError('23505')],
    ["a vendor's 401", Object.assign(new Error('secret'), { status: 401 })],
    ['an error with an odd code', Object.assign(new Error('secret'), { code: 'secret words' })],
    ['text', 'secret'],
    ['nothing', undefined],
    ['null', null],
    [
      'a circle of causes',
      Object.assign(new Error('secret'), {
        get cause() {
          return this;
        },
      }),
    ],
  ];

  it.each(unexpected)('answers %s with 500 and keeps its words to itself, the log included', async (_, error) => {
    const { response, body, lines } = await fail(error);
    expect([response.status, body['code'], body['detail']]).toEqual([
      500,
      'INTERNAL_ERROR',
      ERRORS.INTERNAL_ERROR.description,
    ]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^error /);
    expect(lines.join() + JSON.stringify(body)).not.toContain('secret');
    expect(lines.join()).toContain('req-1');
  });

  it('logs where an unexpected error came from', async () => {
    const { lines } = await fail(Object.assign(new Error('secret'), { code: '23505' }));
    expect(lines[0]).toContain('"code":"23505"');
    expect(lines[0]).toContain('problem.filter.spec.ts');
  });

  it.each([null, 7])('names the request itself where nobody did (%j)', async (id) => {
    const { body } = await fail(new AppError('not_found', 'NOT_FOUND', 'Nothing.'), PATH, id);
    expect(body['request_id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['/v1/x?customer_id=1', '/v1/x'],
    ['/v1/%2e%20x', '/v1/%2e%20x'],
    ['/v1/"<b>|^`{}', '/v1/%22%3Cb%3E%7C%5E%60%7B%7D'],
  ])('gives %s the instance %s', async (target, instance) => {
    const requested = new AppError('not_found', 'NOT_FOUND', 'Nothing.');
    const filter = new ProblemFilter(new RecordingLogger());
    const written: string[] = [];
    const response = {
      headersSent: false,
      setHeader: () => undefined,
      end: (body: Buffer) => written.push(body.toString()),
    } as unknown as ServerResponse;
    filter.answer(requested, { originalUrl: target, complete: true } as never, response);
    expect(JSON.parse(written.join(''))).toMatchObject({ instance });
  });

  it('breaks off an answer that has begun', async () => {
    const filter = new ProblemFilter(new RecordingLogger());
    const server = createServer((request, response) => {
      response.writeHead(200).write('{"data":');
      filter.answer(new Error('late'), request, response);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
    server.close();
  });
});
