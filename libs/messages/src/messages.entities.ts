import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TemplateName } from './messages.templates.js';

/** A message to a resident and what became of it. Sign-in codes are no messages: they live with lib people. */
@Entity({ name: 'messages' })
export class MessageEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_messages' })
  id!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ type: 'text' })
  template!: TemplateName;

  @Column({ type: 'jsonb' })
  variables!: Record<string, unknown>;

  @Column({ type: 'text', default: 'queued' })
  state!: 'queued' | 'sent' | 'undeliverable';

  @Column({ type: 'text', nullable: true })
  channel!: string | null;

  @Column({ type: 'int', default: 0 })
  attempts!: number;

  /** Why it was not sent (yet), as a word: `no-phone`, `gateway-503`. */
  @Column({ type: 'text', nullable: true })
  problem!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true })
  sentAt!: Date | null;
}
