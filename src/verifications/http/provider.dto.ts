import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { z } from 'zod';
import type { CheckCapability, ConnectionForm, ProviderAdapter } from '../../providers/provider-adapter.js';

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

/** What a connection to the provider holds, and whose counts for the caller. */
@ApiSchema({ name: 'ProviderConnectionForm' })
export class ProviderConnectionFormDto {
  /** Whose connection counts: the organization's own, else the deployment's; `none`: nobody has set one up. */
  @ApiProperty({ enum: ['own', 'deployment', 'none'], example: 'none' })
  source!: string;

  /** JSON Schema (draft 2020-12) of `settings`. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { type: 'object' } })
  settings_schema!: object;

  /** The settings that whoever runs the deployment decides. */
  @ApiProperty({ type: [String], example: ['base_url'] })
  deployment_settings!: readonly string[];

  /** The names of the credentials that are needed. */
  @ApiProperty({ type: [String], example: ['api_key'] })
  credentials!: readonly string[];

  @ApiProperty({ type: [String], example: [] })
  optional_credentials!: readonly string[];
}

/** What keeps questions from the provider just now. Checks wait meanwhile, and are asked by themselves. */
@ApiSchema({ name: 'ProviderInterruption' })
export class ProviderInterruptionDto {
  /** What of the provider is concerned, e.g. a member state; `*`: all of it; null: the caller's account there. */
  @ApiProperty({ type: String, nullable: true, example: 'vies DE' })
  partition!: string | null;

  /** `circuit`: it failed several times in a row; `throttle`: it asked to be left alone. */
  @ApiProperty({ enum: ['circuit', 'throttle'], example: 'circuit' })
  kind!: string;

  @ApiProperty({ example: 'member_state_unavailable' })
  reason!: string;

  /** Until when nobody asks; after a circuit one question is tried then. */
  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:30:00.123456Z' })
  until!: string;
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

  /** True: made after facts that nobody has confirmed. */
  @ApiProperty({ example: false })
  experimental!: boolean;

  @ApiProperty({ type: ProviderCapabilitiesDto })
  capabilities!: ProviderCapabilitiesDto;

  @ApiProperty({ type: [ProviderCheckDto] })
  checks!: ProviderCheckDto[];

  /** Null: it calls nobody, and needs none. */
  @ApiProperty({ type: ProviderConnectionFormDto, nullable: true })
  connection!: ProviderConnectionFormDto | null;

  /** Empty: nothing does. */
  @ApiProperty({ type: [ProviderInterruptionDto] })
  interruptions!: ProviderInterruptionDto[];
}

/** Every provider that is wired. */
@ApiSchema({ name: 'ProviderList' })
export class ProvidersDto {
  @ApiProperty({ type: [ProviderDto] })
  data!: ProviderDto[];
}

/** What of a provider is the same for everybody, as long as the process runs. */
export type FixedProvider = Omit<ProviderDto, 'connection' | 'interruptions'> & {
  readonly form: Omit<ProviderConnectionFormDto, 'source'> | null;
};

/** Writes a provider down once. */
export function fixedProvider(adapter: ProviderAdapter): FixedProvider {
  const { provider, description, testOnly, experimental = false, capabilities, checks, connectionForm } = adapter;
  const { fetch, find, callbacks, idempotentStart, redact } = capabilities;
  return {
    provider,
    description,
    test_only: testOnly,
    experimental,
    capabilities: { fetch, find, callbacks, idempotent_start: idempotentStart, redact },
    checks: checks.map(checkOf),
    form: connectionForm && formOf(connectionForm),
  };
}

function formOf(form: ConnectionForm): FixedProvider['form'] {
  return {
    settings_schema: z.toJSONSchema(form.settings, { io: 'input' }),
    deployment_settings: form.deploymentSettings ?? [],
    credentials: form.credentials,
    optional_credentials: form.optionalCredentials ?? [],
  };
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
