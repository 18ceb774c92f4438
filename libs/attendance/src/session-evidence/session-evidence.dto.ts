import { Id, Moment, Text, WholeNumber } from '#core';

export class SessionPhotoView {
  @Id()
  id!: string;

  @Moment({ description: 'When it was uploaded.' })
  addedAt!: string;

  @Text({ max: 100 })
  addedByName!: string;

  @Moment({ nullable: true, description: 'Since when it is hidden; null: it stands.' })
  withdrawnAt!: string | null;

  @Text({ max: 100, nullable: true })
  withdrawnByName!: string | null;

  @Text({ max: 200, nullable: true })
  withdrawnBecause!: string | null;

  @WholeNumber({ min: 1, max: 1_000_000 })
  version!: number;
}

export class WithdrawPhotoRequest {
  @Text({ max: 200, min: 2, description: 'Why it is taken back; it is kept.' })
  reason!: string;
}

export class HeadcountRequest {
  @WholeNumber({ min: 0, max: 100_000, description: 'Heads that were counted and whose names were not taken.' })
  headcount!: number;

  @Text({ max: 200, nullable: true, optional: true, description: 'Such as who counted, or why it is another figure.' })
  note?: string | null;
}

export class HeadcountView {
  @Id()
  id!: string;

  @WholeNumber({ min: 0, max: 100_000 })
  headcount!: number;

  @Text({ max: 200, nullable: true })
  note!: string | null;

  @Moment()
  recordedAt!: string;

  @Text({ max: 100 })
  recordedByName!: string;
}
