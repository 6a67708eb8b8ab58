import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ERRORS, FIELD_FAULTS } from './catalogue.js';

/** One fault in the input. */
@ApiSchema({ name: 'FieldFault' })
export class FieldFaultDto {
  /** Where: a path into the body, or the name of a parameter or header. */
  @ApiProperty({ example: 'input.vat_number' })
  field!: string;

  @ApiProperty({ enum: Object.keys(FIELD_FAULTS), enumName: 'FieldFaultCode', example: 'REQUIRED' })
  code!: string;

  /** For people. Never repeats the value. */
  @ApiProperty({ example: FIELD_FAULTS.REQUIRED })
  message!: string;
}

/** A problem document (RFC 9457). Programs go by `code`, which is stable. */
@ApiSchema({ name: 'Problem' })
export class ProblemDto {
  @ApiProperty({ format: 'uri', example: 'urn:problem:customer-verifications:validation-error' })
  type!: string;

  @ApiProperty({ example: ERRORS.VALIDATION_ERROR.title })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  /** What happened this time, for people. */
  @ApiProperty({ example: ERRORS.VALIDATION_ERROR.description })
  detail!: string;

  /** The path of the request, without its query. */
  @ApiProperty({ format: 'uri-reference', example: '/v1/verifications' })
  instance!: string;

  /** Stable, for programs. */
  @ApiProperty({ enum: Object.keys(ERRORS), enumName: 'ErrorCode', example: 'VALIDATION_ERROR' })
  code!: string;

  /** Also in the header `X-Request-Id`; tell it when asking for help. */
  @ApiProperty({ example: '0199a3f0-0000-7000-8000-000000000001' })
  request_id!: string;

  /** With `VALIDATION_ERROR`: every fault, at most 32. */
  @ApiPropertyOptional({ type: [FieldFaultDto] })
  fields?: FieldFaultDto[];

  /** With `FORBIDDEN`: the scope that is missing. */
  @ApiPropertyOptional({ type: String, nullable: true, example: 'verifications:read' })
  scope?: string | null;

  /** With `INVALID_STATE_TRANSITION`: the status found. */
  @ApiPropertyOptional({ example: 'failed' })
  from?: string;

  /** With `INVALID_STATE_TRANSITION`: the status asked for. */
  @ApiPropertyOptional({ example: 'pending' })
  to?: string;

  /** With `INVALID_STATE_TRANSITION`: what an override may lead to from there. */
  @ApiPropertyOptional({ type: [String], example: ['verified'] })
  allowed?: string[];
}
