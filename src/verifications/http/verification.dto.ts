import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsDefined, IsIn, IsObject, IsOptional, IsString, Length, Matches, ValidateIf } from 'class-validator';
import { UUID_INPUT } from '../../input/index.js';
import type { JsonObject } from '../../platform/json.js';
import { NAME_PATTERN } from '../../providers/provider-registry.js';
import { STATUSES, type Status } from '../lifecycle/lifecycle.js';

const UUID_EXAMPLE = '0199a3f0-7c1e-7cc3-9d6b-0d3c5f1e2a4b';
const ORGANIZATION_EXAMPLE = '0199a3ef-0000-7000-8000-000000000001';

/** A time as answers write it: UTC with exactly six decimals. */
export const TIME = {
  type: String,
  format: 'date-time',
  pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$`,
} as const;

/** {@link TIME}, or null. */
export const TIME_OR_NULL = { ...TIME, nullable: true } as const;

/** A verification: always these 16 members, null when unknown. Times are UTC with six decimals. */
@ApiSchema({ name: 'Verification' })
export class VerificationDto {
  /** Who caused the present status: `key:<uuid>`, `user:<issuer>:<sub>`, `system:<what>` or `provider:<name>`. */
  @ApiProperty({ example: 'provider:offline' })
  actor_id!: string;

  /** How it is checked, as the provider names it. */
  @ApiProperty({ example: 'vat_format', pattern: NAME_PATTERN.source })
  check_type!: string;

  @ApiProperty({ ...TIME, example: '2026-11-22T09:30:00.123456Z' })
  created_at!: string;

  /** The platform's id of the customer. */
  @ApiProperty({ format: 'uuid', example: UUID_EXAMPLE })
  customer_id!: string;

  /** End of the verified window, by the provider or by policy; null while pending, after a no, and where a pass does not end. */
  @ApiProperty({ ...TIME_OR_NULL, example: null })
  expires_at!: string | null;

  @ApiProperty({ format: 'uuid', example: '0199a3f1-1111-7222-8333-444455556666' })
  id!: string;

  /** When the provider was last asked, or last told us. */
  @ApiProperty({ ...TIME_OR_NULL, example: '2026-11-22T09:30:00.125000Z' })
  last_checked_at!: string | null;

  @ApiProperty({ format: 'uuid', example: ORGANIZATION_EXAMPLE })
  organization_id!: string;

  @ApiProperty({ example: 'offline', pattern: NAME_PATTERN.source })
  provider!: string;

  /** The provider's own id of the check; null where it gives none. */
  @ApiProperty({ type: String, nullable: true, example: null })
  provider_reference!: string | null;

  /** A reason code, or the words that an administrator gave with an override. */
  @ApiProperty({ type: String, nullable: true, example: 'format_valid' })
  reason!: string | null;

  /** An allow-listed projection of the provider's answer. */
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    example: { country: 'DE', identifier: 'vat_number', proves: 'form' },
  })
  result_payload!: Record<string, unknown> | null;

  @ApiProperty({ enum: STATUSES, example: 'verified' })
  status!: Status;

  @ApiProperty({ ...TIME, example: '2026-11-22T09:30:00.125000Z' })
  updated_at!: string;

  /** What is verified, as the provider names it. */
  @ApiProperty({ example: 'business_entity', pattern: NAME_PATTERN.source })
  verification_type!: string;

  /** The provider's decision time, or the override's; null unless there is a pass or there was one. */
  @ApiProperty({ ...TIME_OR_NULL, example: '2026-11-22T09:30:00.125000Z' })
  verified_at!: string | null;
}

/** What the customer must do next. Hand the URL over at once and keep it nowhere: it is a secret with a short life. */
@ApiSchema({ name: 'CustomerAction' })
export class CustomerActionDto {
  @ApiProperty({ enum: ['redirect'], example: 'redirect' })
  type!: 'redirect';

  @ApiProperty({ format: 'uri', example: 'https://verify.vendor.example/s/5b1f2c' })
  url!: string;

  /** When the URL stops working; null where the provider does not say. */
  @ApiProperty({ ...TIME_OR_NULL, example: '2026-11-24T09:30:00.000000Z' })
  expires_at!: string | null;
}

/** One verification. */
@ApiSchema({ name: 'VerificationAnswer' })
export class VerificationEnvelopeDto {
  @ApiProperty({ type: VerificationDto })
  data!: VerificationDto;
}

/** One verification, and what the customer must do where there is something to do. */
@ApiSchema({ name: 'StartedVerificationAnswer' })
export class StartedVerificationDto extends VerificationEnvelopeDto {
  @ApiPropertyOptional({ type: CustomerActionDto })
  customer_action?: CustomerActionDto;
}

/** A page of verifications, newest first. */
@ApiSchema({ name: 'VerificationPage' })
export class VerificationPageDto {
  @ApiProperty({ type: [VerificationDto] })
  data!: VerificationDto[];

  /** Send it as `cursor` for the next page; null on the last. */
  @ApiProperty({ type: String, nullable: true, example: null })
  next_cursor!: string | null;

  @ApiProperty({ example: false })
  has_more!: boolean;
}

/** What to check, and with whom. */
@ApiSchema({ name: 'CreateVerification' })
export class CreateVerificationDto {
  /** The platform's id of the customer. */
  @ApiProperty({ format: 'uuid', example: UUID_EXAMPLE })
  @Matches(UUID_INPUT, { message: 'customer_id must be a UUID' })
  customer_id!: string;

  /** One of `GET /v1/providers`. */
  @ApiProperty({ example: 'offline', pattern: NAME_PATTERN.source })
  @Matches(NAME_PATTERN)
  provider!: string;

  /** One of the provider's checks. */
  @ApiProperty({ example: 'business_entity', pattern: NAME_PATTERN.source })
  @Matches(NAME_PATTERN)
  verification_type!: string;

  /** May be left out: then the provider's first check of the type. */
  @ApiPropertyOptional({ example: 'vat_format', pattern: NAME_PATTERN.source })
  @ValidateIf((request: CreateVerificationDto) => request.check_type !== undefined)
  @Matches(NAME_PATTERN)
  check_type?: string;

  /** What the provider needs to know, by the check's `input_schema`. Kept encrypted, shown nowhere else. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { vat_number: 'DE143454214' } })
  @ValidateIf((request: CreateVerificationDto) => request.input !== undefined)
  @IsObject()
  input?: JsonObject;
}

/** What to ask about from now on. */
@ApiSchema({ name: 'RecheckVerification' })
export class RecheckVerificationDto {
  /**
   * What the provider needs to know, by the check's `input_schema`: instead of what is kept, or where that is kept no longer. Left out: what is kept.
   */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { vat_number: 'DE143454214' } })
  @ValidateIf((request: RecheckVerificationDto) => request.input !== undefined)
  @IsObject()
  input?: JsonObject;
}

/** An administrator's decision. */
@ApiSchema({ name: 'OverrideVerification' })
export class OverrideVerificationDto {
  /** Where to. `pending` is never possible (409). */
  @ApiProperty({ enum: STATUSES, example: 'verified' })
  @IsDefined()
  @IsIn(STATUSES)
  status!: Status;

  /** Why, in words for the next reader; 1-500 characters. No personal data. */
  @ApiPropertyOptional({ minLength: 1, maxLength: 500, example: 'Certificate of registration seen by compliance.' })
  @ValidateIf((request: OverrideVerificationDto) => request.reason !== undefined)
  // Judged from the last to the first: what is no text is not told about its length.
  @Length(1, 500)
  @IsString()
  reason?: string;

  /** With `verified` only: the end of the pass, in the future. Null: it does not end. Left out: the policy of the check. */
  @ApiPropertyOptional({ type: String, nullable: true, format: 'date-time', example: '2099-12-31T23:59:59Z' })
  @IsOptional()
  @IsString()
  expires_at?: string | null;
}
