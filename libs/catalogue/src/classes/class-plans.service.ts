import { Injectable } from '@nestjs/common';
import { type EntityManager, Not } from 'typeorm';
import type { CodedError } from '#core';
import { OrganisationsService, PlacesService, type Venue, VenuesService } from '#places';
import { StaffService } from '#people';
import { ClassSession, type CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import { faultOf, type PlanFault, RULE_WORDS, startsOf } from './classes.rules.js';
import { CoursesService } from '../courses/courses.service.js';
import { EnrollmentTermsErrors } from './enrollment-terms.errors.js';
import { type PromiseFault, promiseFaultOf, type PublishedTerms, type TermsFault } from './enrollment-terms.rules.js';
import { searchTextOf } from '../search/search.rules.js';
import { TermsService } from '../terms/terms.service.js';

/** Asks of a planned class what the rules ask, with what they need from the other libs. */
@Injectable()
export class ClassPlans {
  constructor(
    private readonly terms: TermsService,
    private readonly courses: CoursesService,
    private readonly organisations: OrganisationsService,
    private readonly venues: VenuesService,
    private readonly places: PlacesService,
    private readonly staff: StaffService,
  ) {}

  /**
   * Finds the first thing wrong with a plan.
   *
   * @param sessions without cancelled ones
   * @returns the venue, which the class takes its region from
   * @throws CATALOGUE.TERM_UNKNOWN, PLACES.VENUE_UNKNOWN, CATALOGUE.VENUE_OF_ANOTHER, CATALOGUE.VENUE_CLOSED, what
   *   StaffService.requireTeacher throws, and an error for each {@link PlanFault}
   */
  async check(em: EntityManager, courseClass: CourseClass, sessions: readonly ClassSession[]): Promise<Venue> {
    const term = await this.terms.keep(em, courseClass.termId);
    const venue = await this.venues.require(em, courseClass.venueId);
    if (venue.organisationId !== courseClass.organisationId) throw CatalogueErrors.VENUE_OF_ANOTHER();
    if (venue.state !== 'active') throw CatalogueErrors.VENUE_CLOSED();
    await this.staff.requireTeacher(em, courseClass.teacherId, courseClass.organisationId);
    const fault = faultOf({ ...courseClass, term, venueCapacity: venue.capacity, sessions });
    if (fault) throw errorOf(fault, term);
    await this.checkNames(em, courseClass);
    return venue;
  }

  /**
   * Whether a change to a published class keeps what residents were promised.
   *
   * @throws an error for each {@link PromiseFault}
   */
  async checkPromise(em: EntityManager, before: PublishedTerms, after: CourseClass): Promise<void> {
    const sessions = await em.findBy(ClassSession, { classId: after.id, state: Not('cancelled') });
    const fault = promiseFaultOf(before, after, startsOf(sessions));
    if (fault) throw termsErrorOf(fault);
  }

  /** Whether the regions and courses that the terms speak of are there. */
  private async checkNames(em: EntityManager, { enrollmentRules, seatReserves }: CourseClass): Promise<void> {
    const regions = await this.places.regionTree();
    for (const rule of enrollmentRules) {
      if (rule.kind === 'local') {
        const unknown = rule.regionCodes.filter((code) => !regions.has(code));
        if (unknown.length > 0) {
          throw EnrollmentTermsErrors.RULE_REGIONS_UNKNOWN({ codes: unknown.join(', ') }, { codes: unknown });
        }
      } else if (rule.kind === 'completed_course') {
        const known = await this.courses.named(em, rule.courseCodes);
        const unknown = rule.courseCodes.filter((code) => known.every((course) => course.code !== code));
        if (unknown.length > 0) {
          throw EnrollmentTermsErrors.RULE_COURSES_UNKNOWN({ codes: unknown.join(', ') }, { codes: unknown });
        }
      }
    }
    for (const { regionCode } of seatReserves) {
      if (regionCode !== null) await this.places.requireRegion(regionCode, ['township', 'village']);
    }
  }

  /** The one thing that can go wrong with a published class's seats. @throws CATALOGUE.SEATS_OVER_CAPACITY */
  async checkSeats(em: EntityManager, { venueId, seats }: CourseClass): Promise<void> {
    const { capacity } = await this.venues.require(em, venueId);
    if (seats > capacity) throw CatalogueErrors.SEATS_OVER_CAPACITY({ seats, capacity });
  }

  /** What the class is found by: the names of itself, course, school, teacher and venue, and where that lies. */
  async searchTextOf(em: EntityManager, courseClass: CourseClass): Promise<string> {
    const [course, organisation, venue, teachers] = await Promise.all([
      this.courses.require(em, courseClass.courseId),
      this.organisations.require(em, courseClass.organisationId),
      this.venues.require(em, courseClass.venueId),
      this.staff.namesOf(em, [courseClass.teacherId]),
    ]);
    const village = await this.places.region(venue.regionCode);
    const township = await this.places.townshipOf(venue.regionCode);
    return searchTextOf([
      courseClass.name,
      courseClass.nameEn,
      courseClass.code,
      course.name,
      course.nameEn,
      organisation.name,
      organisation.nameEn,
      venue.name,
      venue.nameEn,
      teachers.get(courseClass.teacherId),
      village?.shortName,
      township?.shortName,
    ]);
  }
}

function errorOf(fault: PlanFault, term: { startsOn: string; endsOn: string }): CodedError {
  switch (fault.kind) {
    case 'SEATS_OVER_CAPACITY':
      return CatalogueErrors.SEATS_OVER_CAPACITY({ seats: fault.seats, capacity: fault.capacity });
    case 'SESSION_SPAN':
    case 'SESSION_OUTSIDE_TERM':
    case 'SESSIONS_OVERLAP':
      return CatalogueErrors[fault.kind](
        { sessions: fault.sessions.join(', '), startsOn: term.startsOn, endsOn: term.endsOn },
        { sessions: fault.sessions },
      );
    case 'AGES_REVERSED':
    case 'WINDOW_REVERSED':
    case 'WINDOW_TOO_LATE':
      return CatalogueErrors[fault.kind]();
    default:
      return termsErrorOf(fault);
  }
}

function termsErrorOf(fault: TermsFault | PromiseFault): CodedError {
  switch (fault.kind) {
    case 'RULE_TWICE':
      return EnrollmentTermsErrors.RULE_TWICE({ ruleZh: RULE_WORDS[fault.rule].zh, ruleEn: RULE_WORDS[fault.rule].en });
    case 'RESERVE_REGION':
    case 'RESERVE_TWICE':
    case 'RESERVE_RELEASE':
      return EnrollmentTermsErrors[fault.kind]({ reserve: fault.reserve }, { reserve: fault.reserve });
    case 'RESERVES_OVER_SEATS':
      return EnrollmentTermsErrors.RESERVES_OVER_SEATS({ reserved: fault.reserved, seats: fault.seats });
    case 'MINIMUM_OVER_SEATS':
      return EnrollmentTermsErrors.MINIMUM_OVER_SEATS({ minimum: fault.minimum, seats: fault.seats });
    default:
      return EnrollmentTermsErrors[fault.kind]();
  }
}
