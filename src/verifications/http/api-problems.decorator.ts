import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { type ErrorCode, ERRORS } from '../../errors/index.js';

/** One fault in the input. */
export class FieldFaultDto {
  @ApiProperty({ example: 'input.vat_number' })
  field!: string;

  @ApiProperty({ example: 'REQUIRED' })
  code!: string;

  @ApiProperty({ example: 'is required.' })
  message!: string;
}

/** A problem document (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ example: 'urn:problem:customer-verifications:validation-error' })
  type!: string;

  @ApiProperty({ example: 'Validation error' })
  title!: string;

  @ApiProperty({ example: 400 })
  status!: number;

  @ApiProperty({ example: 'The request has faults; see fields.' })
  detail!: string;

  /** The path of the request, without its query. */
  @ApiProperty({ example: '/v1/verifications' })
  instance!: string;

  /** Stable, for programs. */
  @ApiProperty({ enum: Object.keys(ERRORS), enumName: 'ErrorCode', example: 'VALIDATION_ERROR' })
  code!: string;

  /** Also in the header `X-Request-Id`; tell it when asking for help. */
  @ApiProperty({ example: '0199a3f0-0000-7000-8000-000000000001' })
  request_id!: string;

  @ApiPropertyOptional({ type: [FieldFaultDto] })
  fields?: FieldFaultDto[];
}

/** What any call may end in. */
const EVERYWHERE: readonly ErrorCode[] = [
  'MALFORMED_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'HEADERS_TOO_LARGE',
  'INTERNAL_ERROR',
  'SERVICE_UNAVAILABLE',
];

/** Documents the error answers of a call: the named codes and those of every call, by status. */
export function ApiProblems(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const byStatus = Map.groupBy(new Set([...codes, ...EVERYWHERE]), (code) => ERRORS[code].status);
  const answers = [...byStatus].map(([status, listed]) =>
    ApiResponse({
      status,
      description: listed.map((code) => `\`${code}\`: ${ERRORS[code].description}`).join('\n\n'),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          examples: Object.fromEntries(listed.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    }),
  );
  return applyDecorators(ApiExtraModels(ProblemDto), ...answers);
}

function exampleOf(code: ErrorCode): object {
  const { status, title, description } = ERRORS[code];
  return {
    type: `urn:problem:customer-verifications:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail: description,
    instance: '/v1/verifications',
    code,
    request_id: '0199a3f0-0000-7000-8000-000000000001',
  };
}
