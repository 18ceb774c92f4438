import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The paper that says which townships and villages a year's coverage is judged by; they are the denominators of the year. */
@Entity({ name: 'coverage_lists' })
export class CoverageList {
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_coverage_lists' })
  year!: number;

  @Column('uuid')
  id!: string;

  @Column({ name: 'document_number', type: 'text' })
  documentNumber!: string;

  @Column('uuid', { name: 'signed_by' })
  signedBy!: string;

  @Column({ name: 'signed_at', type: 'timestamptz' })
  signedAt!: Date;

  @Column({ type: 'int' })
  version!: number;
}
