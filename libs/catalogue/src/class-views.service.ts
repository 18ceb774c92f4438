import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Caller, CoreErrors } from '#core';
import { StaffService } from '#people';
import { OrganisationsService, PlacesService, VenuesService } from '#places';
import { ClassAvailability, ClassSession, CourseClass } from './catalogue.entities.js';
import { CatalogueErrors } from './catalogue.errors.js';
import type {
  ClassCardView,
  ClassPlanningView,
  ClassView,
  SessionView,
  TeacherView,
  VenueOfClassView,
} from './classes.dto.js';
import { type ClassRow, selectClasses } from './classes.queries.js';
import { TermsService } from './terms.service.js';

/** Puts classes together as they are shown, with what other libs know of them: school, venue, township, teacher. */
@Injectable()
export class ClassViews {
  constructor(
    private readonly terms: TermsService,
    private readonly organisations: OrganisationsService,
    private readonly venues: VenuesService,
    private readonly places: PlacesService,
    private readonly staff: StaffService,
  ) {}

  /** Classes as lists show them, in the order of the rows. */
  async cards(em: EntityManager, found: readonly ClassRow[]): Promise<ClassCardView[]> {
    const organisations = await this.organisations.namesOf(
      em,
      found.map((row) => row.organisation_id),
    );
    const teachers = await this.teachersOf(
      em,
      found.map((row) => row.teacher_id),
    );
    const venues = await this.venuesOf(
      em,
      found.map((row) => row.venue_id),
    );
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
        seatsLeft: Math.max(0, row.seats - row.taken - row.offered),
        waiting: row.waiting,
        waitingLimit: row.waiting_limit,
        enrollmentOpensAt: row.enrollment_opens_at.toISOString(),
        enrollmentClosesAt: row.enrollment_closes_at.toISOString(),
        minAge: row.min_age,
        maxAge: row.max_age,
        feeFen: row.fee_fen,
        sessionCount: row.session_count,
        firstSessionAt: isoOf(row.first_session_at),
        lastSessionAt: isoOf(row.last_session_at),
      });
    }
    return cards;
  }

  /**
   * One class as this caller may see it: published and finished ones are public; all else of it, and drafts, are for
   * those who may read the school's classes.
   *
   * @throws CATALOGUE.CLASS_UNKNOWN; CORE.FORBIDDEN to staff of another school, who may know that there is a class
   */
  async view(em: EntityManager, id: string, caller: Caller): Promise<ClassView> {
    const courseClass = await em.findOneBy(CourseClass, { id });
    if (!courseClass) throw CatalogueErrors.CLASS_UNKNOWN();
    const forStaff = caller.can('classes.read', courseClass.organisationId);
    const isPublic = courseClass.state === 'published' || courseClass.state === 'finished';
    if (!forStaff && !isPublic) {
      throw caller.can('classes.read') ? CoreErrors.FORBIDDEN() : CatalogueErrors.CLASS_UNKNOWN();
    }
    const rowsOfClass = await selectClasses(em, {
      conditions: ['c.id = $1'],
      order: 'c.id',
      limit: 1,
      parameters: [id],
    });
    const [card] = await this.cards(em, rowsOfClass);
    const term = await this.terms.require(em, courseClass.termId);
    const sessions = await em.find(ClassSession, { where: { classId: id }, order: { startsAt: 'ASC', number: 'ASC' } });
    return {
      ...card!,
      summary: courseClass.summary,
      materials: courseClass.materials,
      term: { id: term.id, name: term.name, nameEn: term.nameEn },
      sessions: sessions.map(sessionViewOf),
      ...(forStaff && { planning: await this.planning(em, courseClass), version: courseClass.version }),
    };
  }

  /** Teachers by id. */
  async teachersOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, TeacherView>> {
    const names = await this.staff.namesOf(em, ids);
    return new Map(ids.map((id) => [id, { id, name: names.get(id)! }]));
  }

  /** Venues by id. */
  async venuesOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, VenueOfClassView>> {
    const venues = new Map<string, VenueOfClassView>();
    for (const id of new Set(ids)) {
      const venue = await this.venues.require(em, id);
      venues.set(id, {
        id,
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
}: ClassSession): SessionView {
  return {
    id,
    number,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    state,
    cancelledReason,
    frozen,
  };
}
