import { Day, Id, Text, WholeNumber } from '#core';

export class CreateTermRequest {
  @Text({ max: 60, description: '如 2026 年秋季学期' })
  name!: string;

  @Text({ max: 120, optional: true, nullable: true })
  nameEn?: string | null;

  @Day({ description: 'First day.' })
  startsOn!: string;

  @Day({ description: 'Last day, included.' })
  endsOn!: string;
}

export class ChangeTermRequest {
  @Text({ max: 60, optional: true })
  name?: string;

  @Text({ max: 120, optional: true, nullable: true })
  nameEn?: string | null;

  @Day({ optional: true })
  startsOn?: string;

  @Day({ optional: true })
  endsOn?: string;
}

export class TermView {
  @Id()
  id!: string;

  @Text({ max: 60 })
  name!: string;

  @Text({ max: 120, nullable: true })
  nameEn!: string | null;

  @Day()
  startsOn!: string;

  @Day()
  endsOn!: string;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}
