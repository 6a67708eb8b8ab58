import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsObject,
  IsString,
  Length,
  ValidateIf,
} from 'class-validator';
import type { JsonObject } from '../platform/json.js';
import { REASONS } from '../providers/reasons.js';
import type { ConnectionTest } from './connection-tests.js';
import type { KnownConnection } from './connections.repository.js';

const TIME = { type: String, format: 'date-time' } as const;

/** What an organization sets up. Secrets go in and never come out. */
@ApiSchema({ name: 'PutProviderConnection' })
export class PutConnectionDto {
  /** By the form that `GET /v1/providers` shows; left out: all as they are by themselves. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { strike_off: 'review' } })
  @ValidateIf((request: PutConnectionDto) => request.settings !== undefined)
  @IsObject({ message: 'must be an object' })
  settings?: JsonObject;

  /** All of them; left out: those that are set stay. Write-only. */
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    writeOnly: true,
    example: { api_key: 'the key of your account there' },
  })
  @ValidateIf((request: PutConnectionDto) => request.credentials !== undefined)
  @IsObject({ message: 'must be an object' })
  credentials?: JsonObject;

  /** What its callbacks are signed with: one or, while one replaces another, several; left out: those that are set stay. Write-only. */
  @ApiPropertyOptional({ type: [String], minItems: 1, maxItems: 5, uniqueItems: true, writeOnly: true })
  @ValidateIf((request: PutConnectionDto) => request.callback_secrets !== undefined)
  // Judged from the last to the first: what is no list, or holds no text, is not told about lengths.
  @ArrayUnique({ message: 'must not repeat an item' })
  @Length(8, 1024, { each: true, message: 'must be texts of 8 to 1024 characters' })
  @IsString({ each: true, message: 'must be texts' })
  @ArrayMaxSize(5, { message: 'must have at most 5 items' })
  @ArrayMinSize(1, { message: 'must have at least 1 item' })
  @IsArray({ message: 'must be a list' })
  callback_secrets?: string[];

  /** True: callbacks come by another address from now on, and no more by the one before. */
  @ApiPropertyOptional({ example: false })
  @ValidateIf((request: PutConnectionDto) => request.rotate_callback_token !== undefined)
  @IsBoolean({ message: 'must be true or false' })
  rotate_callback_token?: boolean;
}

/** A connection, without its secrets. */
@ApiSchema({ name: 'ProviderConnection' })
export class ConnectionDto {
  @ApiProperty({ example: 'companies_house' })
  provider!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { strike_off: 'review' } })
  settings!: JsonObject;

  /** The names of the credentials that are set. */
  @ApiProperty({ type: [String], example: ['api_key'] })
  credentials!: string[];

  /** Where the provider sends its callbacks: the path behind this service's own address. Null where it makes none. */
  @ApiProperty({ type: String, nullable: true, example: null })
  callback_path!: string | null;

  /** How many secrets its callbacks may be signed with; with none, all are refused. */
  @ApiProperty({ type: 'integer', example: 0 })
  callback_secrets!: number;

  @ApiProperty({ ...TIME, example: '2026-11-22T09:30:00.123456Z' })
  created_at!: string;

  @ApiProperty({ ...TIME, example: '2026-11-22T09:30:00.123456Z' })
  updated_at!: string;

  /** Who changed it last. */
  @ApiProperty({ example: 'key:0199a3f1-1111-7222-8333-444455556666' })
  updated_by!: string;
}

/** One connection. */
@ApiSchema({ name: 'ProviderConnectionEnvelope' })
export class ConnectionEnvelopeDto {
  @ApiProperty({ type: ConnectionDto })
  data!: ConnectionDto;
}

/** All connections of the organization. */
@ApiSchema({ name: 'ProviderConnectionList' })
export class ConnectionListDto {
  @ApiProperty({ type: [ConnectionDto] })
  data!: ConnectionDto[];
}

/** What came of a test. */
@ApiSchema({ name: 'ProviderConnectionTest' })
export class ConnectionTestDto {
  /** Whether the provider answered, and takes the credentials. */
  @ApiProperty({ example: true })
  works!: boolean;

  /** Why not; null where it works. */
  @ApiProperty({ type: String, nullable: true, enum: [...REASONS.transient, ...REASONS.operator, null], example: null })
  reason!: string | null;

  @ApiProperty({ ...TIME, example: '2026-11-22T09:30:00.123456Z' })
  tested_at!: string;
}

/** What one test came to, in an envelope. */
@ApiSchema({ name: 'ProviderConnectionTestEnvelope' })
export class ConnectionTestEnvelopeDto {
  @ApiProperty({ type: ConnectionTestDto })
  data!: ConnectionTestDto;
}

/** A connection as the wire shows it; `callbacks` is the path in front of provider and token. */
export function shownConnection(known: KnownConnection, callbacks: string): ConnectionDto {
  const { provider, settings, credentials, callbackToken, callbackSecrets } = known;
  return {
    provider,
    settings,
    credentials: [...credentials],
    callback_path: callbackToken === null ? null : `${callbacks}/${provider}/${callbackToken}`,
    callback_secrets: callbackSecrets,
    created_at: known.createdAt,
    updated_at: known.updatedAt,
    updated_by: known.updatedBy,
  };
}

/** A test as the wire shows it. */
export function shownTest({ works, reason, testedAt }: ConnectionTest): ConnectionTestDto {
  return { works, reason, tested_at: testedAt };
}
