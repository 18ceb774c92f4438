import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Codes of a session's screen that an account sent lately and that may have been guesses. */
@Entity({ name: 'check_in_tries' })
export class CheckInTriesEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid', primaryKeyConstraintName: 'pk_check_in_tries' })
  accountId!: string;

  @PrimaryColumn({ name: 'session_id', type: 'uuid', primaryKeyConstraintName: 'pk_check_in_tries' })
  sessionId!: string;

  @Column({ type: 'timestamptz' })
  since!: Date;

  @Column({ type: 'int' })
  tries!: number;
}
