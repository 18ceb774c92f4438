import { Injectable } from '@nestjs/common';
import { addDays } from '#contracts';
import { type Caller, newId } from '#core';
import { AppealsService, ClassEnrollmentsService, PaymentsService } from '#enrollment';
import { at } from './demo-calendar.js';
import { once } from './demo-callers.js';
import { courseOf } from './demo-courses.js';
import type { DemoPlan, PlannedClass } from './demo-plan.js';
import type { DemoPerson } from './demo-residents.js';
import { course as classKey, type KnownPerson, person as personKey } from './demo-state.js';
import type { DemoEvent } from './demo-timeline.js';

/** Of a class, what is needed to decide about its people. */
export interface DecidedClass {
  plan: PlannedClass;
  school: { registrar: Caller; principal: Caller };
  /** Live enrollments. */
  enrollments: ReadonlyMap<DemoPerson, { id: string }>;
}

/** Of those who applied, so many are approved; the next with an account is refused, and the others wait. */
const APPROVED = 3;
/** Of those who are approved, the last has not paid yet. */
const PAID = APPROVED - 1;

/** What a school decides and takes at the counter of a class by approval: applications, fees, and an appeal. */
@Injectable()
export class DemoDecisions {
  constructor(
    private readonly ofSchool: ClassEnrollmentsService,
    private readonly payments: PaymentsService,
    private readonly appeals: AppealsService,
  ) {}

  /** In the afternoon and evening before today; the day is left to whoever looks. */
  events(course: DecidedClass, { today }: DemoPlan, known: ReadonlyMap<DemoPerson, KnownPerson>): DemoEvent[] {
    if (!course.plan.decided) return [];
    const yesterday = addDays(today, -1);
    const those = course.plan.asking;
    const refused = those.slice(APPROVED).find((person) => person.account !== null);
    const about = [classKey(course.plan), ...those.map(personKey)];
    return [
      { at: at(yesterday, 15), about, happen: () => this.approve(course, those.slice(0, APPROVED)) },
      { at: at(yesterday, 15, 20), about, happen: () => this.refuse(course, refused) },
      { at: at(yesterday, 16), about, happen: () => this.take(course, those.slice(0, PAID)) },
      { at: at(yesterday, 19), about, happen: () => this.appeal(course, refused, known) },
    ];
  }

  /** One after the other: the first to apply gets the first seat. */
  private async approve(course: DecidedClass, people: readonly DemoPerson[]): Promise<void> {
    for (const person of people) {
      const enrollment = course.enrollments.get(person);
      if (enrollment) await this.ofSchool.decide(course.school.registrar, enrollment.id, { decision: 'approved' });
    }
  }

  private async refuse(course: DecidedClass, person: DemoPerson | undefined): Promise<void> {
    const enrollment = person && course.enrollments.get(person);
    if (!enrollment) return;
    const reason = '这个班要连上六周晚课，申请时填的时间对不上。';
    await this.ofSchool.decide(course.school.principal, enrollment.id, { decision: 'refused', reason });
  }

  private async take(course: DecidedClass, people: readonly DemoPerson[]): Promise<void> {
    const { feeFen, materialsFen } = courseOf(course.plan.course);
    for (const person of people) {
      const enrollment = course.enrollments.get(person);
      if (!enrollment) continue;
      await this.payments.record(course.school.registrar, enrollment.id, {
        id: newId(),
        kind: 'paid',
        amountFen: feeFen + materialsFen,
        note: '现金',
      });
    }
  }

  private async appeal(
    course: DecidedClass,
    person: DemoPerson | undefined,
    known: ReadonlyMap<DemoPerson, KnownPerson>,
  ): Promise<void> {
    const enrollment = person && course.enrollments.get(person);
    const account = person && known.get(person)!.account;
    if (!enrollment || !account) return;
    const text = '我已经和单位调好了班，晚上都能来上课。请学校再看一看我的申请。';
    await this.appeals.make(account, enrollment.id, { text }, once(`appeal ${course.plan.index}`));
  }
}
