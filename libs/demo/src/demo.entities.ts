import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The mark that the demo leaves in the database: at most one row; none where real people use it. */
@Entity({ name: 'demo_loads' })
export class DemoLoadEntity {
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_demo_loads' })
  id!: number;

  /** The day around which everything was laid. */
  @Column({ type: 'date' })
  day!: string;

  @Column({ type: 'int' })
  seed!: number;

  @Column({ name: 'begun_at', type: 'timestamptz' })
  begunAt!: Date;

  /** Null while it is being loaded, and after a loading that was cut off. */
  @Column({ name: 'loaded_at', type: 'timestamptz', nullable: true })
  loadedAt!: Date | null;

  /** Percent of it that has happened so far. */
  @Column({ type: 'int', default: 0 })
  progress!: number;
}
