import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import { ResidentsService } from '#people';
import { AdmissionQueries } from './admission.queries.js';
import { type Applicant, countsAs, meetAtOnce, sessionsByClass } from './enrollment.rules.js';

/** What the rules ask about one resident and one class, read without locks: for showing, not for deciding. */
@Injectable()
export class EligibilityQueries {
  constructor(
    private readonly source: DataSource,
    private readonly admission: AdmissionQueries,
    private readonly seats: ClassSeatsService,
    private readonly residents: ResidentsService,
  ) {}

  async facts(classId: string, residentId: string, course: SeatClass): Promise<Applicant & { present: boolean }> {
    const em = this.source.manager;
    const [[resident], live] = await Promise.all([
      this.residents.factsOf(em, [residentId]),
      this.admission.live(em, [residentId], [course.termId]),
    ]);
    const held = live.filter(
      (enrollment) => enrollment.classId !== classId && ['taken', 'offered'].includes(countsAs(enrollment.state) ?? ''),
    );
    const times = held.length
      ? sessionsByClass(await this.seats.sessionTimes(em, [classId, ...held.map((enrollment) => enrollment.classId)]))
      : new Map<string, never[]>();
    const clash = held.find((enrollment) => meetAtOnce(times.get(classId) ?? [], times.get(enrollment.classId) ?? []));
    return {
      birthDate: resident?.birthDate ?? '1900-01-01',
      heldOfKind: held.filter(({ programmeKind }) => programmeKind === course.programmeKind).length,
      clashesWith: clash?.className ?? null,
      present: live.some((enrollment) => enrollment.classId === classId),
    };
  }
}
