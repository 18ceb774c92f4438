import { Column, Entity, PrimaryColumn } from 'typeorm';

export const REPLACEMENT_STATES = ['open', 'done', 'returned'] as const;
/**
 * Handed over name by name as the list is written or taken back; the list has the figure's place; the figure has its own
 * again.
 */
export type ReplacementState = (typeof REPLACEMENT_STATES)[number];

/** A figure beside the ledger that gives way to the names of an import (counting rules 9 and 14). */
@Entity({ name: 'import_replacements' })
export class ImportReplacementEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_import_replacements' })
  id!: string;

  @Column({ name: 'import_id', type: 'uuid' })
  importId!: string;

  @Column({ name: 'opening_figure_id', type: 'uuid', nullable: true })
  openingFigureId!: string | null;

  @Column({ name: 'sealed_total_id', type: 'uuid', nullable: true })
  sealedTotalId!: string | null;

  /** What the figure said when the list was confirmed. */
  @Column({ type: 'int' })
  value!: number;

  /** Rows that were foreseen to count in its place. */
  @Column({ type: 'int' })
  names!: number;

  @Column({ type: 'text', default: 'open' })
  state!: ReplacementState;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
