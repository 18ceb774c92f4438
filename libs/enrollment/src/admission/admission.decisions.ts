import { holds } from '#contracts';
import type { SeatClass } from '#catalogue';
import { type Caller, type CodedError, CoreErrors, type Outcome } from '#core';
import { type ApplicantFacts, PeopleErrors } from '#people';
import { type AdmissionAnswer, answerOf, notAllowed } from './admission.answers.js';
import {
  type AdmissionRequest,
  type ApplyRequest,
  classesOf,
  type DrawRequest,
  type StepRequest,
  type TransferRequest,
} from './admission.requests.js';
import type { Admission } from './admission.rules.js';
import type { Situation } from './admission.situation.js';
import type { Cause } from './admission.told.js';
import type { DeskEnrollment } from './desk-book.rules.js';
import type { DrawResult } from './draw.rules.js';
import { EnrollmentErrors } from '../enrollment.errors.js';
import type { Refusal } from '../enrollment.rules.js';
import type { Step } from '../moves.rules.js';
import { REASONS } from '../reasons.js';
import { refusalError } from '../refusals.js';

/*
 * What each request of a batch comes to, in the words of the caller: an answer, or the coded error that says why not.
 * The rules decide; here is who may ask, and how it is told.
 */

/** What the desk answers: null where nothing was asked but to settle. */
export type Answer = AdmissionAnswer | DrawResult | null;

/** Steps that are taken for all of a unit. */
const OF_ALL: readonly Step[] = ['accept', 'decline', 'approve', 'refuse'];

/** What the desk answers one request; the classes of the batch have been settled. */
export function decideRequest(
  request: AdmissionRequest,
  admission: Admission<Cause>,
  situation: Situation,
): Outcome<Answer> {
  const course = situation.facts.get(request.classId);
  if (!course) return { error: EnrollmentErrors.CLASS_UNKNOWN() };
  switch (request.kind) {
    case 'settle':
      return { answer: null };
    case 'apply':
      return decideApplication(request, course, admission, situation);
    case 'draw':
      return decideDraw(request, course, admission, situation);
    case 'step':
    case 'transfer': {
      const enrollment = situation.enrollments.get(request.enrollmentId);
      if (!enrollment) return { error: EnrollmentErrors.UNKNOWN() };
      // It went over to another class between the caller's look and the lock.
      const isHere =
        classesOf(request).includes(enrollment.classId) && request.residentIds.includes(enrollment.residentId);
      if (!isHere || lacksCompanions(request, enrollment, situation)) {
        return { error: EnrollmentErrors.CHANGED_MEANWHILE() };
      }
      return request.kind === 'step'
        ? decideStep(request, enrollment, admission, situation)
        : decideTransfer(request, enrollment, admission, situation);
    }
  }
}

function decideApplication(
  request: ApplyRequest,
  course: SeatClass,
  admission: Admission<Cause>,
  situation: Situation,
): Outcome<AdmissionAnswer> {
  const error = notEntitled(request, course, situation.people);
  if (error) return { error };
  const { caller } = request;
  const unit = { ...request, appliedFor: appliedFor(request, situation.people) };
  const result = admission.apply(unit, { caller, reason: REASONS.applied });
  switch (result.kind) {
    case 'refused':
      return { error: toldRefusal(result.refusal, caller, situation) };
    case 'companion_present':
      return {
        error: EnrollmentErrors.COMPANION_ENROLLED({ name: situation.people.get(result.residentId)?.name ?? '' }),
      };
    case 'present':
      return { answer: answerOf(result.enrollment, course, false, null) };
    case 'new': {
      const answer = answerOf(result.enrollments[0]!, course, true, result.position);
      return { answer: { ...answer, unitSize: result.enrollments.length } };
    }
  }
}

function decideStep(
  request: StepRequest,
  enrollment: DeskEnrollment,
  admission: Admission<Cause>,
  situation: Situation,
): Outcome<AdmissionAnswer> {
  const { caller, step, reason } = request;
  const result = admission.step(enrollment, step, { caller, reason }, unitOf(enrollment, request, situation));
  switch (result.kind) {
    case 'refused':
      if (step === 'reinstate' && result.refusal.code === 'CLASS_NOT_OPEN') {
        const { name } = situation.facts.get(enrollment.classId)!;
        return { error: EnrollmentErrors.APPEAL_TOO_LATE({ className: name }) };
      }
      return { error: toldRefusal(result.refusal, caller, situation) };
    case 'undo_over':
      return { error: EnrollmentErrors.UNDO_OVER() };
    case 'by_lot':
      return { error: EnrollmentErrors.DECIDED_BY_LOT() };
    case 'present': {
      const { name } = situation.facts.get(enrollment.classId)!;
      return { error: EnrollmentErrors.ALREADY_THERE({ className: name }) };
    }
    case 'not_allowed':
      return { error: notAllowed(step, caller, result.state) };
    default:
      return {
        answer: answerOf(result.enrollment, situation.facts.get(enrollment.classId)!, result.kind === 'done', null),
      };
  }
}

function decideTransfer(
  request: TransferRequest,
  enrollment: DeskEnrollment,
  admission: Admission<Cause>,
  situation: Situation,
): Outcome<AdmissionAnswer> {
  const { caller, toClassId, because, reason } = request;
  const target = situation.facts.get(toClassId);
  if (!target) return { error: EnrollmentErrors.CLASS_UNKNOWN() };
  if (target.state !== 'published') return { error: EnrollmentErrors.CLASS_NOT_OPEN() };
  const result = admission.transfer(
    enrollment,
    toClassId,
    because,
    { caller, reason },
    unitOf(enrollment, request, situation),
  );
  switch (result.kind) {
    case 'no_seat':
      return { error: EnrollmentErrors.TRANSFER_NO_SEAT({ className: target.name }) };
    case 'present':
      return { error: EnrollmentErrors.ALREADY_THERE({ className: target.name }) };
    case 'refused':
      return { error: toldRefusal(result.refusal, caller, situation) };
    case 'not_allowed':
      return { error: notAllowed('transfer', caller, result.state) };
    default:
      return { answer: answerOf(result.enrollment, target, result.kind === 'done', null) };
  }
}

/**
 * Those who share the unit, as far as this request names them: of others there are too, whom another request of the batch
 * names or who head the queue.
 */
function unitOf(
  { unitId }: DeskEnrollment,
  { residentIds }: StepRequest | TransferRequest,
  { enrollments, residents }: Situation,
): DeskEnrollment[] {
  return [...enrollments.values()].filter(
    (one) =>
      unitId !== null && one.unitId === unitId && residentIds.includes(one.residentId) && residents.has(one.residentId),
  );
}

/**
 * Whether what is for all of the unit was asked for a part of it: the record of one of them was merged into another
 * between the caller's look and the lock.
 */
function lacksCompanions(
  request: StepRequest | TransferRequest,
  { unitId, classId, state }: DeskEnrollment,
  { enrollments }: Situation,
): boolean {
  const isForAll = request.kind === 'transfer' ? request.because === 'class_ends' : OF_ALL.includes(request.step);
  if (!isForAll || unitId === null) return false;
  return [...enrollments.values()].some(
    (one) =>
      one.unitId === unitId &&
      one.classId === classId &&
      one.state === state &&
      !request.residentIds.includes(one.residentId),
  );
}

function decideDraw(
  request: DrawRequest,
  course: SeatClass,
  admission: Admission<Cause>,
  { enrollments, residents }: Situation,
): Outcome<DrawResult> {
  if (course.state !== 'published') return { error: EnrollmentErrors.CLASS_NOT_OPEN() };
  // Their record was merged into another between the look at the list and the lock; nobody may lose the draw by that.
  const areKnown = request.ranked.flat().every((id) => {
    const one = enrollments.get(id);
    return one?.state !== 'applied' || one.classId !== course.id || residents.has(one.residentId);
  });
  if (!areKnown) return { error: EnrollmentErrors.CHANGED_MEANWHILE() };
  const ranked = request.ranked.map((unit) =>
    unit
      .map((id) => enrollments.get(id))
      .filter((one): one is DeskEnrollment => one !== undefined && residents.has(one.residentId)),
  );
  const { caller, reason, promised } = request;
  return { answer: admission.draw(course.id, ranked, promised, { caller, reason }) };
}

/** Why somebody may not come, as the caller is told. */
export function toldRefusal(refusal: Refusal, { language }: Caller, { people, regionNames }: Situation): CodedError {
  return refusalError(refusal, language, {
    person: (residentId) => people.get(residentId)?.name ?? '',
    region: (code) => regionNames.get(code) ?? code,
  });
}

/**
 * A resident account applies for its own people and brings companions, whose consent was looked at before; staff apply
 * for anyone, where they may do so for this class.
 */
function notEntitled(
  request: ApplyRequest,
  course: SeatClass,
  people: ReadonlyMap<string, ApplicantFacts>,
): CodedError | null {
  const { actor, grants } = request.caller;
  const all = request.residentIds.map((id) => people.get(id));
  if (all.some((resident) => resident?.state !== 'active')) return PeopleErrors.RESIDENT_UNKNOWN();
  if (actor.kind === 'account') return all[0]!.accountIds.includes(actor.id) ? null : PeopleErrors.RESIDENT_UNKNOWN();
  // A village agent applies for the people of the village, in any school's class.
  const where = request.source === 'agent' ? undefined : course.organisationId;
  return holds(grants, 'enrollments.counter', where) ? null : CoreErrors.FORBIDDEN();
}

/** Of those an account applies for, the ones whose own account it is not. */
function appliedFor({ caller, residentIds }: ApplyRequest, people: ReadonlyMap<string, ApplicantFacts>): Set<string> {
  const { kind, id } = caller.actor;
  if (kind !== 'account') return new Set();
  return new Set(residentIds.filter((residentId) => !people.get(residentId)!.ownAccountIds.includes(id)));
}
