import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { EVENT_TYPES, type EventType } from '../../events/index.js';
import { STATUSES, type Status } from '../lifecycle/lifecycle.js';
import { TIME, VerificationDto } from './verification.dto.js';

/** One event of a verification. */
@ApiSchema({ name: 'Event' })
export class EventDto {
  @ApiProperty({ example: 'key:0199a3ef-0000-7000-8000-000000000002' })
  actor_id!: string;

  /** False: recorded, but the status does not rest on it. */
  @ApiProperty({ example: true })
  applied!: boolean;

  @ApiProperty({ enum: STATUSES, nullable: true, example: null })
  from_status!: Status | null;

  @ApiProperty({ format: 'uuid', example: '0199a3f1-2222-7222-8333-444455556666' })
  id!: string;

  @ApiProperty({ ...TIME, example: '2026-11-22T09:30:00.123456Z' })
  occurred_at!: string;

  @ApiProperty({ ...TIME, example: '2026-11-22T09:30:00.124001Z' })
  recorded_at!: string;

  /** Gap-free in the organization's stream. */
  @ApiProperty({ type: 'integer', format: 'int64', example: 1 })
  sequence!: number;

  @ApiProperty({ enum: STATUSES, example: 'pending' })
  to_status!: Status;

  @ApiProperty({ enum: EVENT_TYPES, example: 'verification.created' })
  type!: EventType;

  @ApiProperty({ format: 'uuid', example: '0199a3f1-1111-7222-8333-444455556666' })
  verification_id!: string;

  /** The version after the event. */
  @ApiProperty({ type: 'integer', example: 1 })
  version!: number;

  /** The verification after the event; null once redacted. */
  @ApiProperty({ type: VerificationDto, nullable: true })
  data!: VerificationDto | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;
}

/** A page of events, oldest first. */
@ApiSchema({ name: 'EventPage' })
export class HistoryPageDto {
  @ApiProperty({ type: [EventDto] })
  data!: EventDto[];

  @ApiProperty({ type: String, nullable: true, example: null })
  next_cursor!: string | null;

  @ApiProperty({ example: false })
  has_more!: boolean;
}

/** One piece of evidence. */
@ApiSchema({ name: 'Evidence' })
export class EvidenceDto {
  @ApiProperty({ format: 'uuid', example: '0199a3f1-3333-7222-8333-444455556666' })
  id!: string;

  /** What the caller gave, or what the provider answered. */
  @ApiProperty({ enum: ['input', 'answer'], example: 'input' })
  kind!: 'input' | 'answer';

  /** 1 at create, one more at each recheck. */
  @ApiProperty({ type: 'integer', example: 1 })
  round!: number;

  @ApiProperty({ ...TIME, example: '2026-11-22T09:30:00.123456Z' })
  recorded_at!: string;

  @ApiProperty({
    description: 'As given or answered.',
    anyOf: [{ type: 'object', additionalProperties: true }, { type: 'array', items: {} }, { type: 'string' }],
    example: { vat_number: 'DE143454214' },
  })
  content!: unknown;
}

/** A page of evidence, oldest first. */
@ApiSchema({ name: 'EvidencePage' })
export class EvidencePageDto {
  @ApiProperty({ type: [EvidenceDto] })
  data!: EvidenceDto[];

  @ApiProperty({ type: String, nullable: true, example: null })
  next_cursor!: string | null;

  @ApiProperty({ example: false })
  has_more!: boolean;
}
