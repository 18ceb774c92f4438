import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Caller, CoreErrors } from '#core';
import { StaffService } from '#people';
import { OrganisationsService, PlacesService, VenuesService } from '#places';
import { ClassAvailability, ClassSession, CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import type { TeacherView, VenueOfClassView } from './class-parts.dto.js';
import type {
  ClassCardView,
  ClassPlanningView,
  ClassView,
  SessionView,
  StoppedView,
  TermNamesView,
} from './class-views.dto.js';
import { type ClassRow, selectClasses } from './classes.queries.js';
import { CoursesService } from '../courses/courses.service.js';
import { TermsService } from '../terms/terms.service.js';

/** Puts classes together as they are shown, with what other libs know of them: school, venue, township, teacher. */
@Injectable()
export class ClassViews {
  constructor(
    private readonly terms: TermsService,
    private readonly courses: CoursesService,
    private readonly organisations: OrganisationsService,
    private readonly venues: VenuesService,
    private readonly places: PlacesService,
    private readonly staff: StaffService,
  ) {}

  /** Classes as lists show them, in the order of the rows. */
  async cards(em: EntityManager, found: readonly ClassRow[]): Promise<ClassCardView[]> {
    // Asked for together, as in a transaction they are then sent together.
    const [organisations, teachers, venues] = await Promise.all([
      this.organisations.namesOf(
        em,
        found.map((row) => row.organisation_id),
      ),
      this.teachersOf(
        em,
        found.map((row) => row.teacher_id),
      ),
      this.venuesOf(
        em,
        found.map((row) => row.venue_id),
      ),
    ]);
    const cards: ClassCardView[] = [];
    for (const row of found) {
      const venue = venues.get(row.venue_id)!;
      const township = await this.places.townshipOf(venue.regionCode);
      cards.push({
        id: row.id,
        code: row.code,
        name: row.name,
        nameEn: row.name_en,
        programmeKind: row.programme_kind,
        state: row.state,
        course: { id: row.course_id, code: row.course_code, name: row.course_name, nameEn: row.course_name_en },
        organisation: { id: row.organisation_id, ...organisations.get(row.organisation_id)! },
        teacher: teachers.get(row.teacher_id)!,
        venue,
        township: township ? { code: township.code, shortName: township.shortName, nameEn: township.nameEn } : null,
        seats: row.seats,
        seatsLeft: Math.max(0, row.seats - row.taken - row.offered - row.held),
        admission: row.admission,
        applied: row.applied,
        waiting: row.waiting,
        waitingLimit: row.waiting_limit,
        enrollmentOpensAt: row.enrollment_opens_at.toISOString(),
        enrollmentClosesAt: row.enrollment_closes_at.toISOString(),
        minAge: row.min_age,
        maxAge: row.max_age,
        feeFen: row.fee_fen,
        materialsFen: row.materials_fen,
        sessionCount: row.session_count,
        firstSessionAt: isoOf(row.first_session_at),
        lastSessionAt: isoOf(row.last_session_at),
      });
    }
    return cards;
  }

  /**
   * One class as this caller may see it: what was published is public, stopped ones too; all else of it, and drafts, are
   * for those who may read the school's classes.
   *
   * @throws CATALOGUE.CLASS_UNKNOWN; CORE.FORBIDDEN to staff of another school, who may know that there is a class
   */
  async view(em: EntityManager, id: string, caller: Caller): Promise<ClassView> {
    const courseClass = await em.findOneBy(CourseClass, { id });
    if (!courseClass) throw CatalogueErrors.CLASS_UNKNOWN();
    const forStaff = caller.can('classes.read', courseClass.organisationId);
    if (!this.maySee(caller, courseClass)) {
      throw caller.can('classes.read') ? CoreErrors.FORBIDDEN() : CatalogueErrors.CLASS_UNKNOWN();
    }
    const [[card], term, sessions, termNames, stopped, planning] = await Promise.all([
      selectClasses(em, { conditions: ['c.id = $1'], order: 'c.id', limit: 1, parameters: [id] }).then((found) =>
        this.cards(em, found),
      ),
      this.terms.require(em, courseClass.termId),
      em.find(ClassSession, { where: { classId: id }, order: { startsAt: 'ASC', number: 'ASC' } }),
      this.termNamesOf(em, courseClass),
      this.stoppedOf(em, courseClass),
      forStaff ? this.planning(em, courseClass) : undefined,
    ]);
    return {
      ...card!,
      summary: courseClass.summary,
      materials: courseClass.materials,
      term: { id: term.id, name: term.name, nameEn: term.nameEn },
      renewalOpensAt: isoOf(courseClass.renewalOpensAt),
      renewalClosesAt: isoOf(courseClass.renewalClosesAt),
      lateEntryClosesAt: isoOf(courseClass.lateEntryClosesAt),
      enrollmentRules: courseClass.enrollmentRules,
      seatReserves: courseClass.seatReserves,
      minimum: courseClass.minimum,
      minimumDecidedAt: isoOf(courseClass.minimumDecidedAt),
      termNames,
      stopped,
      sessions: sessions.map(sessionViewOf),
      ...(planning && { planning, version: courseClass.version }),
    };
  }

  /** Whether the caller may see anything of the class: what was published is public. */
  maySee(caller: Caller, { publishedAt, organisationId }: CourseClass): boolean {
    return publishedAt !== null || caller.can('classes.read', organisationId);
  }

  /** Teachers by id. */
  async teachersOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, TeacherView>> {
    const names = await this.staff.namesOf(em, ids);
    return new Map(ids.map((id) => [id, { id, name: names.get(id)! }]));
  }

  /** Venues by id. */
  async venuesOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, VenueOfClassView>> {
    const venues = new Map<string, VenueOfClassView>();
    for (const venue of await this.venues.requireAll(em, ids)) {
      venues.set(venue.id, {
        id: venue.id,
        name: venue.name,
        nameEn: venue.nameEn,
        address: venue.address,
        directions: venue.directions,
        stepFree: venue.stepFree,
        accessRoute: venue.accessRoute,
        regionCode: venue.regionCode,
      });
    }
    return venues;
  }

  /** The names of the regions and courses that the terms speak of. */
  private async termNamesOf(em: EntityManager, { enrollmentRules, seatReserves }: CourseClass): Promise<TermNamesView> {
    const tree = await this.places.regionTree();
    const regionCodes = [
      ...enrollmentRules.flatMap((rule) => (rule.kind === 'local' ? rule.regionCodes : [])),
      ...seatReserves.flatMap(({ regionCode }) => regionCode ?? []),
    ];
    const courseCodes = enrollmentRules.flatMap((rule) => (rule.kind === 'completed_course' ? rule.courseCodes : []));
    return {
      regions: [...new Set(regionCodes)].flatMap((code) => {
        const region = tree.get(code);
        return region ? [{ code, name: region.shortName, nameEn: region.nameEn }] : [];
      }),
      courses: await this.courses.named(em, courseCodes),
    };
  }

  private async stoppedOf(em: EntityManager, courseClass: CourseClass): Promise<StoppedView | null> {
    const { stoppedAt, stoppedReason, movedTo } = courseClass;
    if (stoppedAt === null || stoppedReason === null) return null;
    const other = movedTo === null ? null : await em.findOneByOrFail(CourseClass, { id: movedTo });
    return {
      at: stoppedAt.toISOString(),
      reason: stoppedReason,
      movedTo: other && { id: other.id, code: other.code, name: other.name, nameEn: other.nameEn },
    };
  }

  private async planning(em: EntityManager, courseClass: CourseClass): Promise<ClassPlanningView> {
    const availability = await em.findOneBy(ClassAvailability, { classId: courseClass.id });
    return {
      approvedMinutes: courseClass.approvedMinutes,
      submittedAt: isoOf(courseClass.submittedAt),
      decidedAt: isoOf(courseClass.decidedAt),
      decisionNote: courseClass.decisionNote,
      publishedAt: isoOf(courseClass.publishedAt),
      finishedAt: isoOf(courseClass.finishedAt),
      taken: availability?.taken ?? 0,
      offered: availability?.offered ?? 0,
      held: availability?.held ?? 0,
    };
  }
}

const isoOf = (moment: Date | null): string | null => moment?.toISOString() ?? null;

/** A session as its class shows it. */
export function sessionViewOf({
  id,
  number,
  startsAt,
  endsAt,
  state,
  cancelledReason,
  frozen,
  makeupOf,
  substituteName,
  substituteReason,
}: ClassSession): SessionView {
  return {
    id,
    number,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    state,
    cancelledReason,
    frozen,
    makeupOf,
    substitute: substituteName === null ? null : { name: substituteName, reason: substituteReason ?? '' },
  };
}
