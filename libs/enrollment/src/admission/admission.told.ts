import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Caller, Outbox } from '#core';
import type { CallClosing, CallReason } from '#contracts';
import { ClassSeatsService } from '#catalogue';
import { CallTasksService, MessagesService, type TellRequest } from '#messages';
import type { Situation } from './admission.situation.js';
import type { Move } from './desk-book.rules.js';
import { REASONS } from '../reasons.js';
import { takesEntries } from '../windows.rules.js';

/** Who moves an enrollment, and in whose words. */
export interface Cause {
  caller: Caller;
  reason: string;
}

/** Steps after which what a resident attended may count otherwise than before. */
const CHANGES_EVIDENCE: ReadonlySet<string> = new Set([
  'withdraw',
  'finish',
  'transfer',
  'remove',
  'release',
  'reinstate',
]);
/** Steps that tell somebody of the first session. */
const COMES_IN: ReadonlySet<string> = new Set(['promote', 'approve', 'draw_seat', 'transfer']);
/** Steps after which nobody need be called about some things any more; without reasons, about anything. */
const SETTLES: Partial<Record<string, { because: CallClosing; reasons?: CallReason[] }>> = {
  accept: { because: 'accepted', reasons: ['offer'] },
  decline: { because: 'declined' },
  expire: { because: 'expired', reasons: ['offer'] },
  cancel: { because: 'left' },
  withdraw: { because: 'left' },
  transfer: { because: 'left' },
  remove: { because: 'removed' },
  release: { because: 'class_stopped' },
  finish: { because: 'class_finished' },
  lapse: { because: 'class_finished' },
  merge: { because: 'told_otherwise' },
};

/** Whom the moves of a batch are told: residents, those who call them, and the libs that follow. */
@Injectable()
export class AdmissionTold {
  constructor(
    private readonly messages: MessagesService,
    private readonly calls: CallTasksService,
    private readonly outbox: Outbox,
    private readonly seats: ClassSeatsService,
  ) {}

  async tell(em: EntityManager, moves: readonly Move<Cause>[], situation: Situation, at: Date): Promise<void> {
    for (const [step, settled] of Object.entries(SETTLES)) {
      const ids = moves.filter((move) => move.step === step).map(({ enrollment }) => enrollment.id);
      await this.calls.closeFor(em, ids, settled!.because, settled!.reasons);
    }
    // Those who come to the class in this very batch are told of that where they stand now.
    const movedOver = new Set(moves.filter(({ step }) => step === 'transfer').map(({ enrollment }) => enrollment));
    const begins = await this.firstSessions(em, moves, situation, at);
    await this.messages.tell(
      em,
      moves.flatMap((move) => tellingOf(move, situation, movedOver.has(move.enrollment), begins, at)),
    );
    await this.outbox.tell(
      em,
      'evidence.changed',
      moves.filter(({ step }) => CHANGES_EVIDENCE.has(step)).map(({ enrollment }) => enrollment.residentId),
    );
  }

  /** When whoever comes into such a class now sits in it first: its next session, where it has begun. */
  private async firstSessions(
    em: EntityManager,
    moves: readonly Move<Cause>[],
    { facts }: Situation,
    at: Date,
  ): Promise<ReadonlyMap<string, Date>> {
    const coming = moves.filter(({ step }) => COMES_IN.has(step)).map(({ enrollment }) => enrollment.classId);
    const begun = [...new Set(coming)].filter((id) => facts.get(id)!.firstSessionAt <= at);
    const next = new Map<string, Date>();
    if (begun.length === 0) return next;
    for (const { classId, startsAt } of await this.seats.sessionTimes(em, begun))
      if (startsAt > at && !next.has(classId)) next.set(classId, startsAt);
    return next;
  }
}

/** What the resident is told: only what happens behind the resident's back. */
function tellingOf(
  move: Move<Cause>,
  situation: Situation,
  isMoved: boolean,
  begins: ReadonlyMap<string, Date>,
  at: Date,
): TellRequest[] {
  const { enrollment, step, from, cause } = move;
  const course = situation.facts.get(enrollment.classId)!;
  const { name: className, nameEn: classNameEn, code: classCode, organisationId } = course;
  const { residentId, offeredUntil, source } = enrollment;
  const to = { residentId, organisationId, subjectId: enrollment.id };
  const names = { className, classNameEn };
  const firstSessionAt = begins.get(enrollment.classId) ?? course.firstSessionAt;
  // What residents do themselves they see at once.
  const byThemselves = cause.caller.actor.kind === 'account';
  switch (step) {
    case 'apply':
      return source === 'agent' || source === 'list'
        ? [{ ...to, template: 'enrolled-for-you', variables: { ...names, who: WHO[source] } }]
        : [];
    case 'offer':
      return [offerTo(to, names, offeredUntil!)];
    case 'expire':
      return [{ ...to, template: 'offer-expired', variables: names }];
    case 'promote':
      return [{ ...to, template: 'promoted', variables: { ...names, firstSessionAt } }];
    case 'approve':
      return [{ ...to, template: 'approved', variables: { ...names, firstSessionAt } }];
    case 'queue':
      return from === 'applied' && !isMoved
        ? [{ ...to, template: 'waiting', variables: { ...names, position: positionIn(move, situation) } }]
        : [];
    case 'refuse':
      return [{ ...to, template: 'refused', variables: { ...names, reason: cause.reason } }];
    case 'remove':
      return [{ ...to, template: 'removed', variables: { ...names, reason: cause.reason } }];
    case 'release':
      return [{ ...to, template: 'class-stopped', variables: { ...names, reason: cause.reason } }];
    case 'lapse':
      return [{ ...to, template: 'class-finished', variables: names }];
    case 'draw_seat':
      return [{ ...to, template: 'lottery-seat', variables: { ...names, firstSessionAt, classCode } }];
    case 'draw_wait': {
      const position = positionIn(move, situation);
      // Who came too late for the list was not drawn at all.
      if (cause.reason === REASONS.afterDraw)
        return [{ ...to, template: 'waiting', variables: { ...names, position } }];
      return [{ ...to, template: 'lottery-queue', variables: { ...names, position, classCode } }];
    }
    case 'draw_none':
      return [{ ...to, template: 'lottery-not-drawn', variables: { ...names, classCode } }];
    case 'transfer': {
      if (byThemselves) return [];
      const left = situation.facts.get(move.fromClassId!)!;
      const between = {
        className: left.name,
        classNameEn: left.nameEn,
        toClassName: className,
        toClassNameEn: classNameEn,
        firstSessionAt,
      };
      // An offer goes along with its deadline, which they are to keep in the other class: told, and called about, anew.
      const offer: TellRequest[] =
        from === 'offered' && enrollment.state === 'offered'
          ? [{ ...offerTo(to, names, offeredUntil!), occasion: enrollment.classId }]
          : [];
      if (left.state !== 'stopped') return [{ ...to, template: 'transferred', variables: between }, ...offer];
      const { firstSessionAt: _, ...reasoned } = { ...between, reason: cause.reason };
      if (from === 'applied' && course.admission === 'lottery' && enrollment.state !== 'enrolled') {
        const template = takesEntries(course, at) ? 'class-stopped-drawn' : 'class-stopped-behind';
        return [{ ...to, template, variables: reasoned }];
      }
      if (enrollment.state === 'applied') {
        const template = course.admission === 'approval' ? 'class-stopped-undecided' : 'class-stopped-drawn';
        return [{ ...to, template, variables: reasoned }];
      }
      if (enrollment.state !== 'enrolled' && offer.length === 0) {
        return [{ ...to, template: 'class-stopped-waiting', variables: reasoned }];
      }
      return [{ ...to, template: 'class-stopped-moved', variables: { ...reasoned, firstSessionAt } }, ...offer];
    }
    default:
      return [];
  }
}

function offerTo(
  to: Pick<TellRequest, 'residentId' | 'organisationId' | 'subjectId'>,
  names: { className: string; classNameEn: string | null },
  until: Date,
): TellRequest {
  return { ...to, template: 'offered', variables: { ...names, until }, deadline: until };
}

const WHO = { agent: '村级联络员', list: '村（社区）' };

/** The number in the queue of somebody who has just joined it. */
function positionIn({ enrollment }: Move<Cause>, { classes }: Situation): number {
  const { queue, queueIsWhole, counts } = classes.get(enrollment.classId)!;
  const place = queue.indexOf(enrollment);
  return queueIsWhole && place >= 0 ? place + 1 : counts.waiting;
}
