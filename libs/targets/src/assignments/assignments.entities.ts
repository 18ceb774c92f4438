import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What is to be reached of an indicator in a year: by a township, by an organisation, or by the whole district where
 * neither is named.
 */
@Entity({ name: 'indicator_assignments' })
export class IndicatorAssignment {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_indicator_assignments' })
  id!: string;

  @Column({ name: 'indicator_code', type: 'text' })
  indicatorCode!: string;

  @Column({ type: 'int' })
  year!: number;

  @Column({ name: 'region_code', type: 'text', nullable: true })
  regionCode!: string | null;

  @Column({ name: 'organisation_id', type: 'uuid', nullable: true })
  organisationId!: string | null;

  /** In the indicator's unit. */
  @Column({ type: 'numeric' })
  value!: string;

  /** 文号 of the paper that assigned it. */
  @Column({ name: 'document_number', type: 'text', nullable: true })
  documentNumber!: string | null;

  @Column({ name: 'assigned_by', type: 'uuid' })
  assignedBy!: string;

  @Column({ name: 'assigned_at', type: 'timestamptz' })
  assignedAt!: Date;

  @Column({ type: 'int' })
  version!: number;
}
