import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The host's own table, with a name that the library uses too, in a schema of its own. */
@Entity({ schema: 'public', name: 'events' })
export class LedgerEvent {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  note!: string;
}
