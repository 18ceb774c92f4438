import { ACCESS_ROUTES, type AccessRoute } from '#contracts';
import { Id, OneOf, RegionCode, Text, YesNo } from '#core';

/* What a class shows of that which it hangs on. */

export class CourseOfClassView {
  @Id()
  id!: string;

  @Text({ max: 40 })
  code!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;
}

export class OrganisationOfClassView {
  @Id()
  id!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 400, nullable: true })
  nameEn!: string | null;
}

export class TeacherView {
  @Id()
  id!: string;

  @Text({ max: 100 })
  name!: string;
}

export class VenueOfClassView {
  @Id()
  id!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 400, nullable: true })
  nameEn!: string | null;

  @Text({ max: 400 })
  address!: string;

  @Text({ max: 1000, nullable: true, description: 'How to find it and which bus or boat to take.' })
  directions!: string | null;

  @YesNo({ description: 'Reached without a step.' })
  stepFree!: boolean;

  @OneOf(ACCESS_ROUTES)
  accessRoute!: AccessRoute;

  @RegionCode()
  regionCode!: string;
}

export class TownshipView {
  @RegionCode()
  code!: string;

  @Text({ max: 60 })
  shortName!: string;

  @Text({ max: 120, nullable: true })
  nameEn!: string | null;
}

export class ClassNameView {
  @Id()
  id!: string;

  @Text({ max: 20 })
  code!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;
}
