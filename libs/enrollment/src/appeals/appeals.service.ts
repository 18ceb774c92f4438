import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction, EnrollmentState } from '#contracts';
import { ClassSeatsService } from '#catalogue';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  readCursor,
  requireVersion,
  row,
  rows,
  Transactions,
} from '#core';
import { MessagesService } from '#messages';
import { ResidentsService } from '#people';
import { AdmissionService } from '../admission/admission.service.js';
import {
  type AppealRequest,
  type AppealsQuery,
  type AppealState,
  type AppealView,
  type DecideAppealRequest,
  MOST_CLASSES_TO_DECIDE,
  type ToDecideView,
} from './appeals.dto.js';
import { EnrollmentErrors } from '../enrollment.errors.js';
import { EnrollmentQueries } from '../enrollment.queries.js';
import { EnrollmentsService } from '../enrollment.service.js';
import { MOVES } from '../moves.rules.js';
import { REASONS } from '../reasons.js';
import { stateName } from '../refusals.js';

interface AppealRow {
  id: string;
  enrollment_id: string;
  class_id: string;
  resident_id: string;
  organisation_id: string;
  text: string;
  state: AppealState;
  answer: string | null;
  created_at: Date;
  decided_at: Date | null;
  version: number;
}

const APPEALS = `select a.id, a.enrollment_id, e.class_id, a.resident_id, a.organisation_id, a.text, a.state, a.answer, a.created_at,
  a.decided_at, a.version from appeals a join enrollments e on e.id = a.enrollment_id`;

/** In these states an enrollment is what an upheld appeal would make of it, or better. */
const STANDING: readonly EnrollmentState[] = ['applied', 'waiting', 'offered', 'enrolled'];

/** 申诉: a resident asks the school to look again. Upheld, the enrollment gets its old place back. */
@Injectable()
export class AppealsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly enrollments: EnrollmentsService,
    private readonly queries: EnrollmentQueries,
    private readonly desk: AdmissionService,
    private readonly seats: ClassSeatsService,
    private readonly residents: ResidentsService,
    private readonly messages: MessagesService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Appeals against what became of an enrollment of the account's. Where one is open already it answers that one.
   *
   * @throws ENROLLMENT.APPEAL_NOT_POSSIBLE while the enrollment stands
   */
  async make(caller: Caller, enrollmentId: string, request: AppealRequest, once: OnceKey): Promise<AppealView> {
    const { enrollment, course } = await this.enrollments.require(caller, enrollmentId, 'enrollments.counter');
    if (!MOVES.reinstate.from.includes(enrollment.state)) {
      throw EnrollmentErrors.APPEAL_NOT_POSSIBLE({ state: stateName(enrollment.state, caller.language) });
    }
    return this.once.run(once, async (em) => {
      const id = newId();
      const inserted = await row(
        em,
        `insert into appeals (id, enrollment_id, resident_id, organisation_id, text, created_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (enrollment_id) where state = 'open' do nothing returning 1`,
        [id, enrollmentId, enrollment.resident_id, course.organisationId, request.text, this.clock.now()],
      );
      if (inserted) await this.record(em, caller, 'appeal.made', id, course.organisationId, enrollment.resident_id);
      const found = await row<AppealRow>(em, `${APPEALS} where a.enrollment_id = $1 and a.state = 'open'`, [
        enrollmentId,
      ]);
      return (await this.viewsOf(em, [found!]))[0]!;
    });
  }

  /** Appeals of the account's residents, the newest first. */
  async mine(caller: Caller, query: AppealsQuery): Promise<Page<AppealView>> {
    const own = await this.residents.residentsOf(this.source.manager, caller.accountId);
    return this.page(
      'a.resident_id = any($1)',
      own.map(({ id }) => id),
      query,
    );
  }

  /** Appeals to a school, the newest first. @throws CORE.FORBIDDEN */
  async ofOrganisation(caller: Caller, organisationId: string, query: AppealsQuery): Promise<Page<AppealView>> {
    caller.require('enrollments.decide', organisationId);
    return this.page('a.organisation_id = $1', organisationId, query);
  }

  /** One appeal, for the school. @throws ENROLLMENT.APPEAL_UNKNOWN, CORE.FORBIDDEN */
  async get(caller: Caller, id: string): Promise<AppealView> {
    const appeal = await this.require(caller, id);
    return (await this.viewsOf(this.source.manager, [appeal]))[0]!;
  }

  /** What waits for the school's decision. @throws CORE.FORBIDDEN */
  async toDecide(caller: Caller, organisationId: string): Promise<ToDecideView> {
    caller.require('enrollments.decide', organisationId);
    const [open, applications] = await Promise.all([
      row<{ count: number }>(
        this.source,
        `select count(*)::int as count from appeals where organisation_id = $1 and state = 'open'`,
        [organisationId],
      ),
      this.queries.applicationsOf(organisationId, MOST_CLASSES_TO_DECIDE),
    ]);
    return {
      openAppeals: open!.count,
      applications: applications.map(({ class_id, name, name_en, count }) => ({
        classId: class_id,
        className: name,
        classNameEn: name_en,
        count,
      })),
    };
  }

  /**
   * The school answers. Upheld, the enrollment waits at its old place again and gets a seat that is free for it; where the
   * seats are yet to be drawn it is drawn with all others. One answer stands: of two that are given at once, the other is
   * refused and moves nothing; the same once more gets what it led to.
   *
   * @throws ENROLLMENT.APPEAL_UNKNOWN, ENROLLMENT.APPEAL_DECIDED, ENROLLMENT.APPEAL_TOO_LATE, CORE.STALE, and why else
   *   the desk does not take them back
   */
  async decide(caller: Caller, id: string, version: number, request: DecideAppealRequest): Promise<AppealView> {
    const appeal = await this.require(caller, id);
    if (appeal.state === 'open') {
      requireVersion(appeal.version, version);
      try {
        const answer = (em: EntityManager) => this.answer(em, caller, appeal, request);
        const takesBack = request.decision === 'upheld' && !(await this.stands(appeal));
        await (takesBack ? this.reinstate(caller, appeal, answer) : this.transactions.run(answer));
      } catch (error) {
        // Whatever stood against it, somebody may just have been quicker.
        if ((await this.require(caller, id)).state === 'open') throw error;
      }
    }
    const decided = await this.require(caller, id);
    if (decided.state !== request.decision || decided.answer !== request.answer) {
      throw EnrollmentErrors.APPEAL_DECIDED();
    }
    return (await this.viewsOf(this.source.manager, [decided]))[0]!;
  }

  /** Puts the answer down and tells it. @throws ENROLLMENT.APPEAL_DECIDED where another came first */
  private async answer(
    em: EntityManager,
    caller: Caller,
    { id, version, class_id, resident_id, organisation_id, enrollment_id }: AppealRow,
    { decision, answer }: DecideAppealRequest,
  ): Promise<void> {
    const decided = await row(
      em,
      `update appeals set state = $3, answer = $4, decided_by = $5, decided_at = $6, version = version + 1
        where id = $1 and version = $2 and state = 'open' returning 1`,
      [id, version, decision, answer, caller.staffId, this.clock.now()],
    );
    if (!decided) throw EnrollmentErrors.APPEAL_DECIDED();
    const [course] = await this.seats.read(em, [class_id]);
    await this.messages.tell(em, [
      {
        residentId: resident_id,
        template: decision === 'upheld' ? 'appeal-upheld' : 'appeal-dismissed',
        variables: { className: course!.name, classNameEn: course!.nameEn, answer },
        organisationId: organisation_id,
        subjectId: enrollment_id,
      },
    ]);
    await this.record(em, caller, `appeal.${decision}`, id, organisation_id, resident_id);
  }

  private async require(caller: Caller, id: string): Promise<AppealRow> {
    const appeal = await row<AppealRow>(this.source, `${APPEALS} where a.id = $1`, [id]);
    if (!appeal) throw EnrollmentErrors.APPEAL_UNKNOWN();
    caller.require('enrollments.decide', appeal.organisation_id);
    return appeal;
  }

  /** Whether the enrollment needs nothing any more: its cancelling was taken back, or somebody put it right. */
  private async stands({ enrollment_id }: AppealRow): Promise<boolean> {
    const enrollment = await this.queries.byId(enrollment_id);
    return enrollment !== undefined && STANDING.includes(enrollment.state);
  }

  /** The place and the answer are given in one transaction: the one of a desk that has locked the class. */
  private async reinstate(
    caller: Caller,
    appeal: AppealRow,
    record: (em: EntityManager) => Promise<void>,
  ): Promise<void> {
    await this.desk.step({
      kind: 'step',
      step: 'reinstate',
      caller,
      enrollmentId: appeal.enrollment_id,
      classId: appeal.class_id,
      residentIds: [appeal.resident_id],
      reason: REASONS.upheld,
      record,
    });
  }

  private async page(condition: string, value: unknown, query: AppealsQuery): Promise<Page<AppealView>> {
    const before = readCursor(query.cursor, ['uuid'])?.[0] ?? null;
    const found = await rows<AppealRow>(
      this.source,
      `${APPEALS} where ${condition} and ($2::uuid is null or a.id < $2) and ($3::text is null or a.state = $3)
        order by a.id desc limit $4`,
      [value, before, query.state ?? null, query.limit + 1],
    );
    const page = cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      (appeal) => appeal,
    );
    return { ...page, items: await this.viewsOf(this.source.manager, page.items) };
  }

  private async viewsOf(em: EntityManager, found: readonly AppealRow[]): Promise<AppealView[]> {
    const classes = new Map(
      (await this.seats.read(em, [...new Set(found.map(({ class_id }) => class_id))])).map((course) => [
        course.id,
        course,
      ]),
    );
    const people = await this.residents.factsOf(
      em,
      found.map(({ resident_id }) => resident_id),
    );
    const names = new Map(people.map(({ id, name }) => [id, name]));
    return found.map((appeal) => ({
      id: appeal.id,
      enrollmentId: appeal.enrollment_id,
      classId: appeal.class_id,
      className: classes.get(appeal.class_id)?.name ?? '',
      classNameEn: classes.get(appeal.class_id)?.nameEn ?? null,
      residentName: names.get(appeal.resident_id) ?? '',
      text: appeal.text,
      state: appeal.state,
      answer: appeal.answer,
      createdAt: appeal.created_at.toISOString(),
      decidedAt: appeal.decided_at?.toISOString() ?? null,
      version: appeal.version,
    }));
  }

  private record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    id: string,
    organisationId: string,
    residentId: string,
  ): Promise<void> {
    return this.audit.write(em, caller, [
      { action, targetKind: 'appeal', targetId: id, organisationId, onBehalfOf: residentId },
    ]);
  }
}
