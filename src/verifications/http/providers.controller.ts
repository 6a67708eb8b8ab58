import type { ServerResponse } from 'node:http';
import { Controller, Get, Req, Res, UseFilters, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ContextGuard, Ctx, type RequestContext, RequireScope } from '../../context/index.js';
import { ApiProblems, ProblemFilter } from '../../errors/index.js';
import { readQuery } from '../../input/index.js';
import { type AnsweredRequest, sendJson } from '../../output/index.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { ProvidersDto, providerText } from './provider.dto.js';

/** What can be asked of whom. */
@ApiTags('providers')
@ApiBearerAuth()
@UseFilters(ProblemFilter)
@UseGuards(ContextGuard)
@Controller({ path: 'providers', version: VERSION_NEUTRAL })
export class ProvidersController {
  readonly #live: string;
  readonly #test: string;

  constructor(registry: ProviderRegistry) {
    // Nothing in it changes while the process runs: written once.
    const [live = '', test = ''] = [true, false].map(
      (mode) => `{"data":[${registry.list(mode).map(providerText).join(',')}]}`,
    );
    this.#live = live;
    this.#test = test;
  }

  @Get()
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'List providers, their checks and what input those need',
    description:
      'What is wired for the key that asks: some providers answer test keys alone. Scope `verifications:read`.',
  })
  @ApiOkResponse({ type: ProvidersDto, description: 'Every provider.' })
  @ApiProblems('VALIDATION_ERROR')
  @RequireScope('verifications:read')
  list(@Ctx() ctx: RequestContext, @Req() request: AnsweredRequest, @Res() response: ServerResponse): void {
    readQuery(request.originalUrl, []);
    sendJson(response, 200, ctx.livemode ? this.#live : this.#test);
  }
}
