import { Controller, Get, UseFilters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiSchema, ApiTags } from '@nestjs/swagger';
import { Public } from '../context/index.js';
import { ApiPublicProblems, ProblemFilter } from '../errors/index.js';
import { Readiness } from './readiness.js';

/** How the process is. */
@ApiSchema({ name: 'Health' })
export class HealthDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}

const OK: HealthDto = { status: 'ok' };

/** For whatever keeps the process running and sends it traffic. */
@ApiTags('health')
@Public()
@UseFilters(ProblemFilter)
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process runs. */
  @Get('live')
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Does the process run?',
    description: 'Looks at nothing else.',
    security: [],
  })
  @ApiOkResponse({ type: HealthDto, description: 'It runs.' })
  @ApiPublicProblems()
  live(): HealthDto {
    return OK;
  }

  /** The process can do its work: the database answers and has the schema that this build needs. */
  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Can the process do its work?',
    description: 'The database answers, and its schema is the one that this build needs.',
    security: [],
  })
  @ApiOkResponse({ type: HealthDto, description: 'It can.' })
  @ApiPublicProblems('SERVICE_UNAVAILABLE')
  async ready(): Promise<HealthDto> {
    await this.readiness.assert();
    return OK;
  }
}
