import { PROGRAMME_KINDS, type ProgrammeKind } from '#contracts';
import { OneOf, WholeNumber } from '#core';

const CAP = { min: 1, max: 100, nullable: true, description: 'Classes that a resident may hold in a term; null: any.' };

export class ProgrammeCapRequest {
  @WholeNumber(CAP)
  classesPerTerm!: number | null;
}

export class ProgrammeCapView {
  @OneOf(PROGRAMME_KINDS)
  programmeKind!: ProgrammeKind;

  @WholeNumber(CAP)
  classesPerTerm!: number | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}
