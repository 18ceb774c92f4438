import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type EnrollmentState, LIVE_ENROLLMENT_STATES } from '#contracts';
import { ClassSeatsService } from '#catalogue';
import { Audit } from '#core';
import { AdmissionQueries } from './admission.queries.js';
import type { Admission } from './admission.rules.js';
import type { Situation } from './admission.situation.js';
import type { Cause } from './admission.told.js';
import type { DeskEnrollment, Move } from './desk-book.rules.js';

/** Writes what a batch has decided: enrollments, their moves, seat counts and the audit log, one statement each. */
@Injectable()
export class AdmissionWriter {
  constructor(
    private readonly queries: AdmissionQueries,
    private readonly seats: ClassSeatsService,
    private readonly audit: Audit,
  ) {}

  /** Sends everything at once; PostgreSQL carries it out in this order. */
  async write(em: EntityManager, admission: Admission<Cause>, situation: Situation, at: Date): Promise<void> {
    const { moves, released, changed } = admission;
    if (moves.length === 0 && released.length === 0) return;
    const isNew = new Set(moves.filter(({ from }) => from === null).map(({ enrollment }) => enrollment.id));
    const touched = new Map(
      [...released, ...moves.map(({ enrollment }) => enrollment)].map((enrollment) => [enrollment.id, enrollment]),
    );
    const news = [...touched.values()].filter(({ id }) => isNew.has(id));
    const old = [...touched.values()].filter(({ id }) => !isNew.has(id));
    await Promise.all([
      // Who leaves a class makes room for what the same person has in it from now on: one that lives is all there may be.
      ...inOrder(old).map((enrollments) => this.queries.update(em, enrollments, at)),
      this.queries.insert(
        em,
        news.map((enrollment) => {
          const { termId, programmeKind } = situation.facts.get(enrollment.classId)!;
          return { ...enrollment, termId, programmeKind };
        }),
        at,
      ),
      this.queries.insertMoves(
        em,
        moves.map(({ enrollment, from, to, step, cause }) => ({
          enrollmentId: enrollment.id,
          from,
          to,
          step,
          actorKind: cause.caller.actor.kind,
          actorId: cause.caller.actor.id,
          reason: cause.reason,
        })),
        at,
      ),
      this.queries.insertTransfers(
        em,
        moves.flatMap(({ enrollment, fromClassId }) =>
          fromClassId ? [{ enrollmentId: enrollment.id, fromClassId, toClassId: enrollment.classId }] : [],
        ),
        at,
      ),
      this.seats.write(
        em,
        [...changed].map((classId) => ({ classId, ...situation.classes.get(classId)!.counts })),
      ),
      this.record(em, moves, situation),
    ]);
  }

  private record(em: EntityManager, moves: readonly Move<Cause>[], situation: Situation): Promise<void> {
    return this.audit.writeAll(
      em,
      moves.map(({ enrollment, from, to, step, fromClassId, cause }) => ({
        caller: cause.caller,
        entry: {
          action: `enrollment.${step}` as const,
          targetKind: 'enrollment' as const,
          targetId: enrollment.id,
          organisationId: situation.facts.get(enrollment.classId)!.organisationId,
          onBehalfOf: enrollment.residentId,
          details: {
            classId: enrollment.classId,
            from,
            to,
            ...(from === null && enrollment.source !== 'self' && { source: enrollment.source }),
            ...(fromClassId && { fromClassId }),
          },
        },
      })),
    );
  }
}

const LIVE: ReadonlySet<EnrollmentState> = new Set(LIVE_ENROLLMENT_STATES);

/**
 * Enrollments in the order in which they are to be updated. PostgreSQL looks at each row by itself: where somebody comes
 * back into a class by one enrollment, the one that ends there has to end before.
 */
function inOrder(enrollments: readonly DeskEnrollment[]): DeskEnrollment[][] {
  const ended = enrollments.filter(({ state }) => !LIVE.has(state));
  const live = enrollments.filter(({ state }) => LIVE.has(state));
  const left = new Set(ended.map(placeOf));
  return live.some((enrollment) => left.has(placeOf(enrollment))) ? [ended, live] : [[...enrollments]];
}

const placeOf = ({ classId, residentId }: DeskEnrollment) => `${classId} ${residentId}`;
