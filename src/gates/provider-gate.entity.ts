import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the deployment knows of one gate. Its tenant is the deployment: see `deploymentScope`. */
@Entity({ schema: 'customer_verifications', name: 'provider_gates' })
@Index('provider_gates_shut_idx', { synchronize: false })
@Check('provider_gates_trips_check', `trips >= 0`)
export class ProviderGate {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'provider_gates_pkey' })
  organizationId!: string;

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'provider_gates_pkey' })
  livemode!: boolean;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'provider_gates_pkey' })
  provider!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'provider_gates_pkey' })
  partition!: string;

  /** How often in a row the circuit has opened; 0: there is none open. */
  @Column('integer', { default: 0 })
  trips!: number;

  /** Nobody passes before that, be it for the open circuit or because the vendor asked for it. */
  @Column('timestamptz', { name: 'shut_until', nullable: true })
  shutUntil!: string | null;

  /** The vendor's last fault. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'opened_at', nullable: true })
  openedAt!: string | null;

  /** Somebody is trying whether the vendor is back; by the database's clock. */
  @Column('timestamptz', { name: 'probe_until', nullable: true })
  probeUntil!: string | null;

  /** When an even flow of the calls made so far would end. */
  @Column('timestamptz', { name: 'spent_until', nullable: true })
  spentUntil!: string | null;

  /** The queues before it, by organization: see `turnText`. */
  @Column('jsonb', { default: {} })
  queues!: Readonly<Record<string, readonly [due: number, until: number]>>;
}
