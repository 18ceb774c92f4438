import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { addDays, dayOf, type LotteryFile } from '#contracts';
import { AttendanceService, SessionEvidenceService } from '#attendance';
import { ClassesService, ClassMovesService, SessionsService } from '#catalogue';
import { CodedError } from '#core';
import {
  type AdmissionAnswer,
  AdmissionService,
  ClassFollowerService,
  LotteriesService,
  LotteryDrawService,
} from '#enrollment';
import { at, LECTURES } from './demo-calendar.js';
import { once } from './demo-callers.js';
import { DemoDecisions } from './demo-decisions.service.js';
import { courseOf } from './demo-courses.js';
import type { Institutions } from './demo-institutions.service.js';
import { drawnPhoto } from './demo-photos.js';
import { type DemoPlan, type PlannedClass, presenceOf } from './demo-plan.js';
import type { DemoPerson } from './demo-residents.js';
import {
  course as classKey,
  type Course,
  type DemoState,
  type KnownPerson,
  person as personKey,
} from './demo-state.js';
import { termsOf } from './demo-terms.js';
import type { DemoEvent } from './demo-timeline.js';
import { readEnrollmentStates } from './demo.queries.js';
import type { Dice } from './dice.rules.js';
import { numberThatDraws } from './simulation/simulated-draws.rules.js';

/** Of 排列5, in the demo. */
const DRAWN = '58203';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** Lets the classes of the demo run: drafted, approved, enrolled in, held, finished. */
@Injectable()
export class DemoClasses {
  constructor(
    private readonly source: DataSource,
    private readonly classes: ClassesService,
    private readonly moves: ClassMovesService,
    private readonly sessions: SessionsService,
    private readonly admission: AdmissionService,
    private readonly follower: ClassFollowerService,
    private readonly lotteries: LotteriesService,
    private readonly draws: LotteryDrawService,
    private readonly attendance: AttendanceService,
    private readonly evidence: SessionEvidenceService,
    private readonly decisions: DemoDecisions,
  ) {}

  /** Everything that happens to the classes; what would happen today or later is left out by whoever runs it. */
  events(plan: DemoPlan, institutions: Institutions, { known, courses }: DemoState): DemoEvent[] {
    return plan.classes.flatMap((planned) => {
      const course = courses.get(planned) ?? notYetDrafted(planned, institutions);
      courses.set(planned, course);
      return [
        ...this.preparation(course, institutions),
        ...this.enrollment(course, known),
        ...this.lottery(course, plan),
        ...this.decisions.events(course, plan, known),
        ...this.changes(course, plan, known),
        ...this.teaching(course, plan, known),
      ];
    });
  }

  private preparation(course: Course, institutions: Institutions): DemoEvent[] {
    const { plan, school } = course;
    const { phase } = plan;
    const about = [classKey(plan)];
    const events: DemoEvent[] = [{ at: plan.draftedAt, about, happen: () => this.draft(course, institutions) }];
    if (phase === 'draft') return events;
    const step = (work: () => Promise<{ version?: number }>) => async () => {
      course.version = (await work()).version!;
    };
    events.push({
      at: plan.submittedAt,
      about,
      happen: step(() => this.moves.submit(school.registrar, course.id, course.version)),
    });
    if (phase === 'submitted') return events;
    const decision =
      phase === 'returned'
        ? { decision: 'returned' as const, note: '上课时间与轮渡末班冲突，请调整后再报。' }
        : { decision: 'approved' as const };
    events.push({
      at: plan.decidedAt,
      about,
      happen: step(() => this.moves.decide(institutions.bureau, course.id, course.version, decision)),
    });
    if (phase === 'approved' || phase === 'returned') return events;
    events.push({
      at: plan.publishedAt,
      about,
      happen: step(() => this.moves.publish(school.principal, course.id, course.version)),
    });
    if (['earlier', 'previous', 'done'].includes(phase)) {
      events.push({ at: plan.finishedAt, about: everyone(plan), happen: () => this.finish(course) });
    }
    return events;
  }

  private async draft(course: Course, institutions: Institutions): Promise<void> {
    const { plan, school } = course;
    const { summary, materials, feeFen, materialsFen } = courseOf(plan.course);
    const view = await this.classes.create(school.registrar, once(`class ${plan.index}`), {
      courseId: institutions.courses.get(plan.course)!,
      termId: institutions.terms.get(plan.term)!,
      organisationId: school.id,
      name: plan.name,
      nameEn: plan.nameEn,
      summary,
      materials,
      teacherId: course.teacher.staffId,
      venueId: institutions.venues.get(plan.venue)!,
      seats: plan.seats,
      waitingLimit: plan.waitingLimit ?? null,
      enrollmentOpensAt: plan.opensAt.toISOString(),
      enrollmentClosesAt: plan.closesAt.toISOString(),
      feeFen,
      materialsFen,
      ...termsOf(plan),
      sessions: plan.sessions.map(({ startsAt, endsAt }) => ({
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      })),
    });
    course.id = view.id;
    course.version = view.version!;
    course.sessions = view.sessions.map((session) => ({
      id: session.id,
      number: session.number,
      startsAt: new Date(session.startsAt),
      endsAt: new Date(session.endsAt),
    }));
  }

  /** Most ask in the first minute, the others the next morning. */
  private enrollment(course: Course, known: ReadonlyMap<DemoPerson, KnownPerson>): DemoEvent[] {
    const { asking, opensAt } = course.plan;
    const early = Math.ceil(asking.length * 0.7);
    const minute = 60_000;
    const rounds = [
      { at: new Date(opensAt.getTime() + minute), people: asking.slice(0, early) },
      { at: new Date(opensAt.getTime() + 90 * minute), people: asking.slice(early) },
    ];
    return rounds
      .filter(({ people }) => people.length > 0)
      .map((round) => ({
        at: round.at,
        about: [classKey(course.plan), ...round.people.map(personKey)],
        // All at once and in this order, as the desk takes them.
        happen: () => Promise.all(round.people.map((person) => this.apply(course, person, known.get(person)!))),
      }));
  }

  private async apply(course: Course, person: DemoPerson, { id, account }: KnownPerson): Promise<void> {
    const { school, plan } = course;
    const clerk = person.index % 3 === 0 ? school.agent : school.registrar;
    await this.unlessRefused(course, person, () =>
      this.admission.apply({
        kind: 'apply',
        caller: account ?? clerk,
        source: account ? 'self' : 'counter',
        classId: course.id,
        residentIds: [id],
        // Where the demo shows an offer, nobody takes a seat unasked.
        automatic: !course.plan.offer && !course.plan.churn,
        once: once(`class ${plan.index} person ${person.index}`),
      }),
    );
  }

  /**
   * Announced by itself, frozen when the window is over, drawn the next morning. Whom it draws is left to chance, as
   * ever; how many it draws is not. In a simulated year the dice of the year say whom.
   */
  private lottery(course: Course, { secrets, dice }: DemoPlan): DemoEvent[] {
    const { terms, publishedAt, closesAt, phase } = course.plan;
    if (terms?.admission !== 'lottery' || ['approved', 'submitted', 'returned', 'draft'].includes(phase)) return [];
    const minute = 60_000;
    const advance = () => this.draws.advance();
    return [
      { at: new Date(publishedAt.getTime() + minute), happen: advance },
      { at: new Date(closesAt.getTime() + 2 * minute), happen: advance },
      {
        at: at(addDays(dayOf(closesAt), 1), 9),
        about: everyone(course.plan),
        happen: () => this.drawLots(course, secrets, dice),
      },
    ];
  }

  private async drawLots(course: Course, secrets: DemoPlan['secrets'], dice: Dice): Promise<void> {
    const { school, id } = course;
    const { id: lotteryId, version, state } = await this.lotteries.ofClass(school.registrar, id);
    // Where there are no more than seats it is drawn without a number.
    if (state === 'frozen') {
      const number = secrets ? await this.numberOf(course, lotteryId, secrets(id), dice) : DRAWN;
      const entered = await this.lotteries.enterNumber(school.registrar, lotteryId, version, { number });
      await this.lotteries.confirmNumber(school.principal, lotteryId, entered.version, { number });
    }
    const states = new Map(
      (await readEnrollmentStates(this.source, id)).map((enrollment) => [enrollment.id, enrollment.state]),
    );
    for (const enrollment of course.enrollments.values()) {
      enrollment.state = states.get(enrollment.id) ?? enrollment.state;
    }
  }

  private async numberOf(
    { plan, enrollments }: Course,
    lotteryId: string,
    secret: string,
    dice: Dice,
  ): Promise<string> {
    const frozen = JSON.parse((await this.lotteries.file(lotteryId, 'frozen')).text) as LotteryFile;
    const applicants = [...enrollments].map(([{ index: key }, { id: enrollmentId }]) => ({ enrollmentId, key }));
    const own = dice.of(`lottery ${plan.index}`);
    const number = numberThatDraws(sha256, frozen, secret, applicants, own);
    if (number === null) throw new Error(`No number draws class ${plan.index} as the dice do.`);
    return number;
  }

  private changes(course: Course, plan: DemoPlan, known: ReadonlyMap<DemoPerson, KnownPerson>): DemoEvent[] {
    const { asking, seats, opensAt, offer, churn, withdrawal, stopped } = course.plan;
    const day = (days: number) => addDays(opensAt.toISOString().slice(0, 10), days);
    // Whoever waits may be given the seat.
    const about = everyone(course.plan);
    const take = (when: Date, step: 'cancel' | 'accept' | 'withdraw', person: DemoPerson | undefined): DemoEvent[] =>
      person ? [{ at: when, about, happen: () => this.step(course, step, person, known.get(person)!) }] : [];
    const events: DemoEvent[] = [];
    // A seat that was given up is kept for ten minutes before it goes on.
    const settle = (when: Date): DemoEvent => ({ at: when, happen: () => this.follower.settleEndings() });
    // Late in the evening, so that the offer stands until the morning after today.
    if (offer) {
      const evening = addDays(plan.today, -1);
      events.push(...take(at(evening, 21, 30), 'cancel', asking[seats - 1]), settle(at(evening, 21, 41)));
    }
    if (churn) {
      events.push(...take(at(day(2), 10), 'cancel', asking[0]), ...take(at(day(2), 11), 'cancel', asking[1]));
      events.push(settle(at(day(2), 11, 11)), ...take(at(day(2), 15), 'accept', asking[seats]));
      // The second offer runs out; the third in the queue accepts. Where the seats of another class are settled in the
      // very minute in which it runs out, the third has theirs since then or not, and until 11:11 at the least.
      events.push(settle(at(day(4), 9, 30)));
      events.push(...take(at(day(4), 10), 'accept', asking[seats + 2]));
    }
    if (withdrawal) {
      events.push(...take(at(addDays(course.plan.sessions[1]!.day, 1), 8, 30), 'withdraw', asking[4]));
    }
    if (stopped) {
      const stop = () => this.moves.stop(course.school.principal, course.id, course.version, { reason: stopped });
      events.push({ at: at(addDays(plan.today, -1), 17), about, happen: stop });
    }
    return events;
  }

  private async step(
    course: Course,
    step: 'cancel' | 'accept' | 'withdraw',
    person: DemoPerson,
    { id, account }: KnownPerson,
  ): Promise<void> {
    // Who was not given the seat in question cannot step back from it.
    const enrollment = course.enrollments.get(person);
    if (!enrollment) return;
    await this.unlessRefused(course, person, () =>
      this.admission.step({
        kind: 'step',
        step,
        caller: account ?? course.school.registrar,
        enrollmentId: enrollment.id,
        classId: course.id,
        residentIds: [id],
        reason: step === 'accept' ? 'accepted' : account ? 'by the resident' : '家中有事',
      }),
    );
  }

  /** Keeps what the desk answered; a refusal is an answer, too. */
  private async unlessRefused(course: Course, person: DemoPerson, ask: () => Promise<AdmissionAnswer>): Promise<void> {
    try {
      const { enrollment } = await ask();
      course.enrollments.set(person, { id: enrollment.id, state: enrollment.state });
    } catch (error) {
      if (!(error instanceof CodedError) || !error.code.startsWith('ENROLLMENT.')) throw error;
    }
  }

  private teaching(course: Course, plan: DemoPlan, known: ReadonlyMap<DemoPerson, KnownPerson>): DemoEvent[] {
    const { asking, sessions, cancelled = [] } = course.plan;
    if (asking.length === 0) return [];
    const about = [classKey(course.plan)];
    const events = sessions.flatMap(({ day }, index): DemoEvent[] => {
      const cancellation = cancelled.find(({ session }) => session === index + 1);
      if (!cancellation) {
        return [{ at: at(day, 21), about, happen: () => this.callTheRoll(course, index + 1, plan, known) }];
      }
      const before = addDays(day < plan.today ? day : plan.today, -1);
      return [{ at: at(before, 16), about, happen: () => this.cancelSession(course, index + 1, cancellation.reason) }];
    });
    // In the weeks after the last one, at the same time.
    const last = sessions.at(-1)!;
    if (LECTURES.includes(course.plan.course)) {
      events.push({ at: at(last.day, 21, 30), about, happen: () => this.countHeads(course, sessions.length) });
    }
    for (const [index, { session }] of cancelled
      .filter((one) => sessions[one.session - 1]!.day < plan.today)
      .entries()) {
      const days = (index + 1) * 7;
      const startsAt = new Date(last.startsAt.getTime() + days * 86_400_000);
      events.push({
        at: at(sessions[session - 1]!.day, 17),
        about,
        happen: () => this.makeUp(course, session, startsAt),
      });
      events.push({
        at: at(addDays(last.day, days), 21),
        about,
        happen: () => this.callTheRoll(course, sessions.length + 1 + index, plan, known),
      });
    }
    return events;
  }

  /** The teacher ticks the list, or scans cards and ticks those who have none. */
  private async callTheRoll(
    course: Course,
    number: number,
    plan: DemoPlan,
    known: ReadonlyMap<DemoPerson, KnownPerson>,
  ): Promise<void> {
    const session = course.sessions.find((one) => one.number === number)!;
    const items = [...course.enrollments]
      .filter(([, { state }]) => state === 'enrolled')
      .map(([person]) => {
        const { id, code } = known.get(person)!;
        const { status, minutesLate } = presenceOf(plan, course.plan, number, person);
        const come = new Date(session.startsAt.getTime() + (minutesLate || 2) * 60_000).toISOString();
        const common = { id: randomUUID(), status, deviceTime: come };
        if (course.plan.scanned && code && status === 'present') {
          return { ...common, kind: 'personal_code' as const, code };
        }
        const late = status === 'present' && minutesLate > 0;
        return { ...common, kind: 'teacher_mark' as const, residentId: id, ...(late && { arrivedAt: come }) };
      });
    if (items.length > 0) {
      await this.attendance.mark(course.teacher, session.id, { deviceId: `demo-${course.plan.school.key}`, items });
    }
  }

  /** More came to the lecture than had asked for a seat; nobody took their names. */
  private async countHeads({ plan, teacher, sessions }: Course, number: number): Promise<void> {
    const { id } = sessions.find((one) => one.number === number)!;
    for (const turn of [0, 1]) {
      await this.evidence.addPhoto(teacher, id, {
        contentType: 'image/png',
        name: `${plan.name} ${turn + 1}.png`,
        content: Readable.from([drawnPhoto(plan.index + turn)]),
      });
    }
    const heads = { headcount: plan.seats + 12, note: '门口还站了一些没有报名的人，没有逐个登记。' };
    await this.evidence.recordHeadcount(teacher, id, heads, once(`headcount ${plan.index}`));
  }

  private async cancelSession(course: Course, number: number, reason: string): Promise<void> {
    const { id } = course.sessions.find((one) => one.number === number)!;
    await this.sessions.cancel(course.school.registrar, course.id, id, { reason });
    course.version++;
  }

  private async makeUp(course: Course, number: number, startsAt: Date): Promise<void> {
    const { id, startsAt: start, endsAt: end } = course.sessions.find((one) => one.number === number)!;
    const endsAt = new Date(startsAt.getTime() + end.getTime() - start.getTime());
    const key = once(`make-up ${course.plan.index} ${number}`);
    const added = await this.sessions.add(course.school.registrar, key, course.id, {
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      makeupOf: id,
    });
    course.sessions.push({ id: added.id, number: added.number, startsAt, endsAt });
    course.version++;
  }

  private async finish(course: Course): Promise<void> {
    await this.moves.finish(course.school.registrar, course.id, course.version);
  }
}

function notYetDrafted(plan: PlannedClass, { schools }: Institutions): Course {
  const school = schools.get(plan.school.key)!;
  const teacher = school.teachers[plan.teacherIndex]!;
  return { plan, school, teacher, id: '', version: 0, sessions: [], enrollments: new Map() };
}

const everyone = (plan: PlannedClass) => [classKey(plan), ...plan.asking.map(personKey)];
