import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 结伴: residents who apply together, until nobody is left. */
@Entity({ name: 'companion_groups' })
export class CompanionGroupEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_companion_groups' })
  id!: string;

  /** What friends are told, so that they can join. */
  @Column({ type: 'text' })
  code!: string;

  @Column({ name: 'made_by_account', type: 'uuid', nullable: true })
  madeByAccount!: string | null;

  @Column({ name: 'made_by_staff', type: 'uuid', nullable: true })
  madeByStaff!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'dissolved_at', type: 'timestamptz', nullable: true })
  dissolvedAt!: Date | null;
}

/** A resident in a group; who joins again after leaving has a row of their own for it. */
@Entity({ name: 'companion_members' })
export class CompanionMemberEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_companion_members' })
  id!: string;

  @Column({ name: 'group_id', type: 'uuid' })
  groupId!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ name: 'joined_at', type: 'timestamptz' })
  joinedAt!: Date;

  @Column({ name: 'left_at', type: 'timestamptz', nullable: true })
  leftAt!: Date | null;
}
