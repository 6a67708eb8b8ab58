import type { ServerResponse } from 'node:http';
import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Req,
  Res,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ContextGuard, Ctx, type RequestContext, RequireScope } from '../context/index.js';
import { ProblemFilter } from '../errors/index.js';
import {
  matchesStrongly,
  matchesWeakly,
  readIdempotencyKey,
  readIfMatch,
  readIfNoneMatch,
  refuseBody,
  refuseQuery,
  StrictBody,
} from '../input/index.js';
import { type AnsweredRequest, sendJson } from '../output/index.js';
import { PutConnectionDto, shownConnection, shownTest } from './connection.dto.js';
import * as Api from './connections.document.js';
import type { ConnectionState, KnownConnection } from './connections.repository.js';
import { type ConnectionPrecondition, OwnConnections } from './own-connections.js';

/** The connections of the caller's organization: live ones for a live key, test ones for a test key. */
@ApiTags('provider connections')
@ApiBearerAuth()
@UseFilters(ProblemFilter)
@UseGuards(ContextGuard)
@Controller({ path: 'provider-connections', version: VERSION_NEUTRAL })
export class ConnectionsController {
  constructor(private readonly own: OwnConnections) {}

  @Get()
  @Api.List()
  @RequireScope('connections:read')
  async list(
    @Ctx() ctx: RequestContext,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    const found = await this.own.list(ctx);
    const data = found.map((connection) => shownConnection(connection, callbacksOf(request)));
    sendJson(response, 200, JSON.stringify({ data }));
  }

  @Get(':provider')
  @Api.Get()
  @RequireScope('connections:read')
  async get(
    @Ctx() ctx: RequestContext,
    @Param('provider') provider: string,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    send(request, response, 200, await this.own.get(ctx, provider));
  }

  @Put(':provider')
  @Api.Put()
  @RequireScope('connections:write')
  // eslint-disable-next-line no-restricted-syntax -- Nest hands each part of a request over as a parameter
  async put(
    @Ctx() ctx: RequestContext,
    @Param('provider') provider: string,
    @StrictBody(PutConnectionDto) body: PutConnectionDto,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    const { settings, credentials, callback_secrets: callbackSecrets, rotate_callback_token: rotate } = body;
    const change = { settings, credentials, callbackSecrets, rotateCallbackToken: rotate };
    const { connection, isNew } = await this.own.put(ctx, provider, change, preconditionOf(request));
    send(request, response, isNew ? 201 : 200, connection);
  }

  @Delete(':provider')
  @HttpCode(204)
  @Api.Remove()
  @RequireScope('connections:write')
  async remove(
    @Ctx() ctx: RequestContext,
    @Param('provider') provider: string,
    @Req() request: AnsweredRequest,
  ): Promise<void> {
    refuseQuery(request);
    refuseBody(request);
    await this.own.remove(ctx, provider, preconditionOf(request));
  }

  @Post(':provider/test')
  @HttpCode(200)
  @Api.Test()
  @RequireScope('connections:write')
  async test(
    @Ctx() ctx: RequestContext,
    @Param('provider') provider: string,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    refuseBody(request);
    // Nothing is changed by it: a repetition may as well ask again.
    readIdempotencyKey(request);
    sendJson(response, 200, JSON.stringify({ data: shownTest(await this.own.test(ctx, provider)) }));
  }
}

function send(request: AnsweredRequest, response: ServerResponse, status: number, known: KnownConnection): void {
  const text = JSON.stringify({ data: shownConnection(known, callbacksOf(request)) });
  sendJson(response, status, text, { etag: `"${tagOf(known)}"` });
}

/** RFC 9110, sections 13.1.1 and 13.1.2; with both headers both must hold. */
function preconditionOf(request: AnsweredRequest): ConnectionPrecondition {
  const [meant, refused] = [readIfMatch(request), readIfNoneMatch(request)];
  return (was) => {
    const isMeant = meant === null || (was !== null && matchesStrongly(meant, tagOf(was)));
    return isMeant && (refused === null || was === null || !matchesWeakly(refused, tagOf(was)));
  };
}

function tagOf({ version, createdAt }: ConnectionState): string {
  return `${String(version)}-${createdAt.replace(/\D/g, '')}`;
}

/** The neighbour of our own address, whatever prefix a host has put in front of both. */
function callbacksOf({ originalUrl }: AnsweredRequest): string {
  const [path = ''] = originalUrl.split('?');
  return `${path.slice(0, path.lastIndexOf('/provider-connections'))}/provider-callbacks`;
}
