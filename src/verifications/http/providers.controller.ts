import type { ServerResponse } from 'node:http';
import { Controller, Get, Req, Res, UseFilters, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ContextGuard, Ctx, type RequestContext, RequireScope } from '../../context/index.js';
import { ApiProblems, ProblemFilter } from '../../errors/index.js';
import { refuseQuery } from '../../input/index.js';
import { type AnsweredRequest, sendJson } from '../../output/index.js';
import { ProvidersDto } from './provider.dto.js';
import { ProviderStates } from './provider-states.js';

/** What can be asked of whom. */
@ApiTags('providers')
@ApiBearerAuth()
@UseFilters(ProblemFilter)
@UseGuards(ContextGuard)
@Controller({ path: 'providers', version: VERSION_NEUTRAL })
export class ProvidersController {
  constructor(private readonly states: ProviderStates) {}

  @Get()
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'List providers, their checks and what input those need',
    description:
      'What is wired for the key that asks (some providers answer test keys alone), by whose connection it is asked, and what keeps questions from it ' +
      'just now. Scope `verifications:read`.',
  })
  @ApiOkResponse({ type: ProvidersDto, description: 'Every provider.' })
  @ApiProblems('VALIDATION_ERROR')
  @RequireScope('verifications:read')
  async list(
    @Ctx() ctx: RequestContext,
    @Req() request: AnsweredRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    refuseQuery(request);
    sendJson(response, 200, JSON.stringify({ data: await this.states.of(ctx) }));
  }
}
