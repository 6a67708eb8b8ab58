import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What was asked (`input`) or answered (`answer`), encrypted with the verification's data key. */
@Entity({ schema: 'customer_verifications', name: 'evidence' })
@Check('evidence_kind_check', `kind in ('input', 'answer')`)
export class EvidenceItem {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'evidence_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'evidence_pkey' })
  livemode!: boolean;

  @PrimaryColumn('uuid', { name: 'verification_id', primaryKeyConstraintName: 'evidence_pkey' })
  verificationId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'evidence_pkey' })
  id!: string;

  @Column('text')
  kind!: 'input' | 'answer';

  @Column('integer')
  round!: number;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: string;

  @Column('bytea')
  sealed!: Buffer;

  /** Which of the verification's data keys locks it away. */
  @Column('integer', { name: 'key_generation', default: 1 })
  keyGeneration!: number;
}
