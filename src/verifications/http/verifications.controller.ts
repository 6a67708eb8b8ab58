import type { ServerResponse } from 'node:http';
import {
  Controller,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ContextGuard, Ctx, type RequestContext, RequireScope } from '../../context/index.js';
import { ProblemFilter } from '../../errors/index.js';
import {
  matchesStrongly,
  OptionalStrictBody,
  prefersAsync,
  readIdempotencyKey,
  readIfMatch,
  readInstant,
  refuseBody,
  refuseQuery,
  StrictBody,
} from '../../input/index.js';
import type { AnsweredRequest } from '../../output/index.js';
import { VerificationsService } from '../verifications.service.js';
import { wireText } from '../store/verification.wire.js';
import { eventText, evidenceText, sendOutcome, sendPage, sendVerification } from './answers.js';
import { readListQuery, readPage } from './list-query.js';
import { IdPipe } from './id.pipe.js';
import { CreateVerificationDto, OverrideVerificationDto, RecheckVerificationDto } from './verification.dto.js';
import * as Api from './verifications.document.js';

/** The verifications of the caller's organization. */
@ApiTags('verifications')
@ApiBearerAuth()
@UseFilters(ProblemFilter)
@UseGuards(ContextGuard)
@Controller({ path: 'verifications', version: VERSION_NEUTRAL })
export class VerificationsController {
  constructor(private readonly service: VerificationsService) {}

  @Get()
  @Api.List()
  @RequireScope('verifications:read')
  async list(
    @Ctx() ctx: RequestContext,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const { filter, page } = readListQuery(request.originalUrl);
    sendPage(request, response, await this.service.list(ctx, filter, page), wireText);
  }

  @Post()
  @Api.Create()
  @RequireScope('verifications:write')
  async create(
    @Ctx() ctx: RequestContext,
    @StrictBody(CreateVerificationDto) body: CreateVerificationDto,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    const {
      customer_id: customerId,
      provider,
      verification_type: verificationType,
      check_type: checkType,
      input,
    } = body;
    const outcome = await this.service.create(
      ctx,
      { customerId, provider, verificationType, checkType, input },
      { idempotencyKey: readIdempotencyKey(request) ?? undefined, respondAsync: prefersAsync(request) },
    );
    const [path = ''] = request.originalUrl.split('?');
    sendOutcome(response, outcome, { location: `${path.replace(/\/$/, '')}/${outcome.verification.id}` });
  }

  @Get(':id')
  @Api.Get()
  @RequireScope('verifications:read')
  async get(
    @Ctx() ctx: RequestContext,
    @Param('id', IdPipe) id: string,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    sendVerification(request, response, await this.service.get(ctx, id));
  }

  @Patch(':id')
  @Api.Override()
  @RequireScope('verifications:override')
  // eslint-disable-next-line no-restricted-syntax -- Nest hands each part of a request over as a parameter
  async override(
    @Ctx() ctx: RequestContext,
    @Param('id', IdPipe) id: string,
    @StrictBody(OverrideVerificationDto) { status, reason, expires_at: until }: OverrideVerificationDto,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    const meant = readIfMatch(request);
    const expiresAt = typeof until === 'string' ? readInstant('expires_at', until) : until;
    const outcome = await this.service.override(
      ctx,
      id,
      { status, reason, expiresAt },
      {
        idempotencyKey: readIdempotencyKey(request) ?? undefined,
        precondition: meant ? (version) => matchesStrongly(meant, String(version)) : undefined,
      },
    );
    sendOutcome(response, outcome);
  }

  @Post(':id/recheck')
  @HttpCode(200)
  @Api.Recheck()
  @RequireScope('verifications:write')
  // eslint-disable-next-line no-restricted-syntax -- Nest hands each part of a request over as a parameter
  async recheck(
    @Ctx() ctx: RequestContext,
    @Param('id', IdPipe) id: string,
    @OptionalStrictBody(RecheckVerificationDto) { input }: RecheckVerificationDto,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    const idempotencyKey = readIdempotencyKey(request) ?? undefined;
    const manner = { idempotencyKey, respondAsync: prefersAsync(request), input };
    sendOutcome(response, await this.service.recheck(ctx, id, manner));
  }

  @Post(':id/customer-action')
  @HttpCode(200)
  @Api.IssueCustomerAction()
  @RequireScope('verifications:write')
  async customerAction(
    @Ctx() ctx: RequestContext,
    @Param('id', IdPipe) id: string,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    refuseBody(request);
    const idempotencyKey = readIdempotencyKey(request) ?? undefined;
    sendOutcome(response, await this.service.customerAction(ctx, id, { idempotencyKey }));
  }

  @Get(':id/history')
  @Api.History()
  @RequireScope('verifications:read')
  async history(
    @Ctx() ctx: RequestContext,
    @Param('id', IdPipe) id: string,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    sendPage(request, response, await this.service.history(ctx, id, readPage(request.originalUrl)), eventText);
  }

  @Get(':id/evidence')
  @Api.Evidence()
  @RequireScope('evidence:read')
  async evidence(
    @Ctx() ctx: RequestContext,
    @Param('id', IdPipe) id: string,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    sendPage(request, response, await this.service.evidence(ctx, id, readPage(request.originalUrl)), evidenceText);
  }
}
