import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Caller, cutPage, invalid, type Page, readCursor } from '#core';
import { CallTasksService } from '#messages';
import { ResidentsService } from '#people';
import { AdmissionService } from '../admission/admission.service.js';
import type {
  ClassEnrollmentQuery,
  ClassEnrollmentView,
  DecideApplicationRequest,
  EnrollmentView,
  RemoveRequest,
  TransferRequest,
} from '../enrollment.dto.js';
import { EnrollmentErrors } from '../enrollment.errors.js';
import { EnrollmentQueries } from '../enrollment.queries.js';
import { EnrollmentsService } from '../enrollment.service.js';
import { REASONS } from '../reasons.js';

/** A class's enrollments as its school sees and decides them. */
@Injectable()
export class ClassEnrollmentsService {
  constructor(
    private readonly source: DataSource,
    private readonly desk: AdmissionService,
    private readonly enrollments: EnrollmentsService,
    private readonly queries: EnrollmentQueries,
    private readonly residents: ResidentsService,
    private readonly calls: CallTasksService,
  ) {}

  /** Enrollments of a class for its school, in the order of the queue. */
  async list(caller: Caller, classId: string, query: ClassEnrollmentQuery): Promise<Page<ClassEnrollmentView>> {
    const course = await this.enrollments.requireClass(classId);
    caller.require('enrollments.read', course.organisationId);
    const after = readCursor(query.cursor, ['moment', 'uuid']);
    const dueFen = course.feeFen + course.materialsFen;
    const wanted = { state: query.state ?? null, money: query.money ?? null, dueFen };
    const found = await this.queries.ofClass(classId, wanted, after, query.limit + 1);
    const people = await this.residents.factsOf(
      this.source.manager,
      found.map(({ resident_id }) => resident_id),
    );
    const names = new Map(people.map(({ id, name }) => [id, name]));
    const paid = await this.queries.paidFor(found.map(({ id }) => id));
    return cutPage(
      found,
      query.limit,
      ({ queued_at, id }) => [queued_at.toISOString(), id],
      (enrollment) => ({
        id: enrollment.id,
        residentId: enrollment.resident_id,
        residentName: names.get(enrollment.resident_id) ?? '',
        state: enrollment.state,
        position: enrollment.position,
        offeredUntil: enrollment.offered_until?.toISOString() ?? null,
        undoUntil: enrollment.undo_until?.toISOString() ?? null,
        queuedAt: enrollment.queued_at.toISOString(),
        source: enrollment.source,
        unitId: enrollment.unit_id,
        dueFen,
        paidFen: paid.get(enrollment.id) ?? 0,
      }),
    );
  }

  /**
   * 审核: the school takes an application, for all of its unit, or refuses it and says why. Where no seat is free the
   * approved wait, in the order in which they applied.
   */
  decide(caller: Caller, id: string, request: DecideApplicationRequest): Promise<EnrollmentView> {
    const approved = request.decision === 'approved';
    if (!approved && !request.reason) {
      throw invalid([{ path: 'reason', message: { zh: '请写明原因', en: 'say why' } }]);
    }
    const step = approved ? 'approve' : 'refuse';
    return this.enrollments.step(caller, id, () => step, request.reason ?? REASONS.approved, 'enrollments.decide');
  }

  /**
   * Takes somebody out of the class. For not having come it takes recorded attempts to reach them first.
   *
   * @throws ENROLLMENT.CALLS_MISSING
   */
  async remove(caller: Caller, id: string, { because, reason }: RemoveRequest): Promise<EnrollmentView> {
    const { enrollment } = await this.enrollments.require(caller, id, 'enrollments.decide');
    if (because === 'no_show' && enrollment.state !== 'removed') {
      if (!(await this.calls.mayReleaseForNoShow(this.source.manager, id))) throw EnrollmentErrors.CALLS_MISSING();
    }
    return this.enrollments.step(caller, id, () => 'remove', reason, 'enrollments.decide');
  }

  /**
   * 转班: to a parallel class where a seat is free; the resident keeps attendance, and who waits keeps the place. The
   * resident may do so for oneself, except to a class whose school decides who comes.
   *
   * @throws CORE.FORBIDDEN, ENROLLMENT.NOT_PARALLEL, ENROLLMENT.TRANSFER_BY_SCHOOL, ENROLLMENT.TRANSFER_NO_SEAT, ENROLLMENT.ALREADY_THERE
   */
  async transfer(caller: Caller, id: string, request: TransferRequest): Promise<EnrollmentView> {
    const { enrollment, course } = await this.enrollments.require(caller, id, 'enrollments.decide');
    const target = await this.enrollments.requireClass(request.toClassId);
    if (target.courseId !== course.courseId || target.termId !== course.termId) throw EnrollmentErrors.NOT_PARALLEL();
    // A school places nobody in the class of another (decision 0012 says the same of mergers).
    if (caller.actor.kind === 'staff') caller.require('enrollments.decide', target.organisationId);
    if (target.admission === 'approval' && target.id !== course.id && caller.actor.kind === 'account') {
      throw EnrollmentErrors.TRANSFER_BY_SCHOOL({ className: target.name });
    }
    const answer = await this.desk.transfer({
      kind: 'transfer',
      caller,
      enrollmentId: id,
      classId: enrollment.class_id,
      toClassId: target.id,
      residentIds: [enrollment.resident_id],
      because: 'wish',
      reason: request.reason ?? REASONS.transferred,
    });
    return this.enrollments.viewOfAnswer(answer, caller.language);
  }
}
