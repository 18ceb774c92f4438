import { PROGRAMME_KINDS, type ProgrammeKind } from '#contracts';
import { Id, OneOf, PageQuery, Text, WholeNumber } from '#core';

export class CreateCourseRequest {
  @Text({ max: 40, description: "The bureau's course code, the same in every school." })
  code!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 200, optional: true, nullable: true })
  nameEn?: string | null;

  @OneOf(PROGRAMME_KINDS)
  programmeKind!: ProgrammeKind;

  @Text({ max: 2000, optional: true, nullable: true })
  summary?: string | null;
}

export class ChangeCourseRequest {
  @Text({ max: 40, optional: true })
  code?: string;

  @Text({ max: 100, optional: true })
  name?: string;

  @Text({ max: 200, optional: true, nullable: true })
  nameEn?: string | null;

  @OneOf(PROGRAMME_KINDS, { optional: true })
  programmeKind?: ProgrammeKind;

  @Text({ max: 2000, optional: true, nullable: true })
  summary?: string | null;
}

export class CoursesQuery extends PageQuery {
  @OneOf(PROGRAMME_KINDS, { optional: true })
  programmeKind?: ProgrammeKind;

  @Text({ max: 100, optional: true, description: 'Part of the name or of the code.' })
  q?: string;
}

export class CourseView {
  @Id()
  id!: string;

  @Text({ max: 40 })
  code!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @OneOf(PROGRAMME_KINDS)
  programmeKind!: ProgrammeKind;

  @Text({ max: 2000, nullable: true })
  summary!: string | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}
