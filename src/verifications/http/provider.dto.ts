import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { z } from 'zod';
import type { CheckCapability, ProviderAdapter } from '../../providers/provider-adapter.js';

/** One check of a provider. */
@ApiSchema({ name: 'ProviderCheck' })
export class ProviderCheckDto {
  @ApiProperty({ example: 'business_entity' })
  verification_type!: string;

  @ApiProperty({ example: 'vat_format' })
  check_type!: string;

  /** What a pass proves, and what not. */
  @ApiProperty({ example: 'That the number is well formed; not that it was issued.' })
  proves!: string;

  @ApiProperty({ example: true })
  input_required!: boolean;

  /** JSON Schema (draft 2020-12) of `input`. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { type: 'object' } })
  input_schema!: object;

  /** An input that works when tried. */
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true, example: { vat_number: 'DE143454214' } })
  input_example!: object | null;

  /** How long a pass counts by policy; null: it does not end. */
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  validity_days!: number | null;
}

/** What a provider can do besides. */
@ApiSchema({ name: 'ProviderCapabilities' })
export class ProviderCapabilitiesDto {
  /** Whether an old answer can be read again, or asking means asking afresh. */
  @ApiProperty({ enum: ['by_reference', 'rerun', 'none'], example: 'rerun' })
  fetch!: string;

  @ApiProperty({ example: false })
  find!: boolean;

  @ApiProperty({ example: false })
  callbacks!: boolean;

  @ApiProperty({ example: true })
  idempotent_start!: boolean;

  @ApiProperty({ enum: ['done', 'accepted', 'unsupported'], example: 'unsupported' })
  redact!: string;
}

/** A provider, and what it can be asked. */
@ApiSchema({ name: 'Provider' })
export class ProviderDto {
  @ApiProperty({ example: 'offline' })
  provider!: string;

  @ApiProperty({ example: 'Checks of form and checksum that need no network.' })
  description!: string;

  /** True: for test keys alone. */
  @ApiProperty({ example: false })
  test_only!: boolean;

  @ApiProperty({ type: ProviderCapabilitiesDto })
  capabilities!: ProviderCapabilitiesDto;

  @ApiProperty({ type: [ProviderCheckDto] })
  checks!: ProviderCheckDto[];
}

/** Every provider that is wired. */
@ApiSchema({ name: 'ProviderList' })
export class ProvidersDto {
  @ApiProperty({ type: [ProviderDto] })
  data!: ProviderDto[];
}

/** A provider as JSON text. */
export function providerText({ provider, description, testOnly, capabilities, checks }: ProviderAdapter): string {
  const { fetch, find, callbacks, idempotentStart, redact } = capabilities;
  const shown: ProviderDto = {
    provider,
    description,
    test_only: testOnly,
    capabilities: { fetch, find, callbacks, idempotent_start: idempotentStart, redact },
    checks: checks.map(checkOf),
  };
  return JSON.stringify(shown);
}

function checkOf(check: CheckCapability): ProviderCheckDto {
  return {
    verification_type: check.verificationType,
    check_type: check.checkType,
    proves: check.proves,
    input_required: check.inputRequired,
    input_schema: z.toJSONSchema(check.input, { io: 'input' }),
    input_example: check.example,
    validity_days: check.validityDays,
  };
}
