import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
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
import { StaffService } from '#people';
import { OrganisationsService } from '#places';
import { CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import { ClassSeatsService } from '../classes/class-seats.service.js';
import { ClassesService } from '../classes/classes.service.js';
import type {
  AnswerMergerRequest,
  MergerProposalsQuery,
  MergerProposalView,
  ProposeMergerRequest,
} from './merger-proposals.dto.js';
import { MergerProposal } from './merger-proposals.entities.js';
import { answerDueAt, isOpen, mayMerge, OPEN_PROPOSALS } from './merger-proposals.rules.js';
import { ParallelClassesService } from '../classes/parallel-classes.service.js';

/**
 * 并班商议: the people of a class are to come into one of another school. That school is asked and says yes, or why not;
 * the bureau reads it and decides. Silence holds up nothing for longer than it takes to read a letter.
 */
@Injectable()
export class MergerProposalsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly classes: ClassesService,
    private readonly parallel: ParallelClassesService,
    private readonly seats: ClassSeatsService,
    private readonly organisations: OrganisationsService,
    private readonly staff: StaffService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks the other school, for the school of the class or for the bureau. What is being asked already is answered as it
   * stands.
   *
   * @throws CATALOGUE.MOVED_TO_UNFIT, CATALOGUE.MERGER_OWN_SCHOOL, CATALOGUE.MERGER_ASKED_ELSEWHERE,
   *   CATALOGUE.MERGER_NOT_PUBLISHED, CORE.FORBIDDEN
   */
  propose(caller: Caller, classId: string, request: ProposeMergerRequest, once: OnceKey): Promise<MergerProposalView> {
    return this.once.run(once, async (em) => {
      const courseClass = await this.classes.lock(em, classId);
      caller.require('mergers.propose', courseClass.organisationId);
      // Whoever ends the other class meanwhile waits, and ends this too; or has ended it, and nothing is asked.
      await this.seats.lock(em, [classId, request.intoClassId]);
      const receiving = await this.parallel.require(em, courseClass, request.intoClassId);
      if (receiving === courseClass.organisationId) throw CatalogueErrors.MERGER_OWN_SCHOOL();
      const standing = await this.standing(em, classId);
      if (standing && standing.intoClassId !== request.intoClassId) throw CatalogueErrors.MERGER_ASKED_ELSEWHERE();
      if (standing) return this.view(em, standing);
      if (courseClass.state !== 'published') throw CatalogueErrors.MERGER_NOT_PUBLISHED();
      const proposal = em.create(MergerProposal, {
        id: newId(),
        classId,
        intoClassId: request.intoClassId,
        reason: request.reason,
        state: 'asked',
        askedBy: caller.staffId,
        askedAt: this.clock.now(),
        version: 1,
      });
      await em.insert(MergerProposal, proposal);
      await this.record(em, caller, 'asked', proposal, courseClass.organisationId);
      return this.view(em, proposal);
    });
  }

  /**
   * The school that is asked agrees, or objects with a reason; until the bureau has decided it may think better of it.
   *
   * @throws CATALOGUE.MERGER_OBJECTION_UNREASONED, CATALOGUE.MERGER_ENDED, CORE.STALE, CORE.FORBIDDEN
   */
  answer(caller: Caller, id: string, version: number, request: AnswerMergerRequest): Promise<MergerProposalView> {
    const reason = request.reason?.trim() || null;
    if (request.answer === 'objected' && reason === null) throw CatalogueErrors.MERGER_OBJECTION_UNREASONED();
    return this.transactions.run(async (em) => {
      const proposal = await this.lock(em, id);
      const into = await this.classes.require(em, proposal.intoClassId);
      caller.require('mergers.answer', into.organisationId);
      if (proposal.state === request.answer && proposal.answerReason === reason) return this.view(em, proposal);
      if (!isOpen(proposal.state)) throw CatalogueErrors.MERGER_ENDED();
      requireVersion(proposal.version, version);
      proposal.state = request.answer;
      proposal.answerReason = reason;
      proposal.answeredBy = caller.staffId;
      proposal.answeredAt = this.clock.now();
      proposal.version++;
      await em.save(MergerProposal, proposal);
      await this.record(em, caller, request.answer, proposal, into.organisationId);
      return this.view(em, proposal);
    });
  }

  /** Who asked, or the bureau, takes it back. Repeating it changes nothing. @throws CATALOGUE.MERGER_ENDED, CORE.STALE */
  drop(caller: Caller, id: string, version: number): Promise<MergerProposalView> {
    return this.transactions.run(async (em) => {
      const proposal = await this.lock(em, id);
      const courseClass = await this.classes.require(em, proposal.classId);
      caller.require('mergers.propose', courseClass.organisationId);
      if (proposal.state === 'dropped') return this.view(em, proposal);
      if (!isOpen(proposal.state)) throw CatalogueErrors.MERGER_ENDED();
      requireVersion(proposal.version, version);
      Object.assign(proposal, { state: 'dropped', endedBy: caller.staffId, endedAt: this.clock.now() });
      proposal.version++;
      await em.save(MergerProposal, proposal);
      await this.record(em, caller, 'dropped', proposal, courseClass.organisationId);
      return this.view(em, proposal);
    });
  }

  /** Of a school, either way, or for the bureau of the whole district; the newest first. @throws CORE.FORBIDDEN */
  async list(caller: Caller, query: MergerProposalsQuery): Promise<Page<MergerProposalView>> {
    if (query.organisationId) caller.require('classes.read', query.organisationId);
    else caller.require('classes.merge');
    const [before] = readCursor(query.cursor, ['uuid']) ?? [null];
    const found = await rows<{ id: string }>(
      this.source,
      `select p.id from merger_proposals p
        where ($1::uuid is null or p.id < $1)
          and ($2::text[] is null or p.state = any($2))
          and ($3::uuid is null or exists (
            select 1 from course_classes c where c.id in (p.class_id, p.into_class_id) and c.organisation_id = $3))
        order by p.id desc limit $4`,
      [before, query.openOnly === 'true' ? OPEN_PROPOSALS : null, query.organisationId ?? null, query.limit + 1],
    );
    const page = cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      ({ id }) => id,
    );
    return { items: await this.views(this.source.manager, page.items), next: page.next };
  }

  /**
   * Sees to it that the receiving school has been heard, before the bureau merges.
   *
   * @throws CATALOGUE.RECEIVER_NOT_ASKED, CATALOGUE.RECEIVER_NOT_ANSWERED
   */
  async requireHeard(em: EntityManager, classId: string, intoClassId: string): Promise<void> {
    const proposal = await this.standing(em, classId);
    if (proposal?.intoClassId !== intoClassId) throw CatalogueErrors.RECEIVER_NOT_ASKED();
    if (!mayMerge(proposal, this.clock.now())) throw CatalogueErrors.RECEIVER_NOT_ANSWERED();
  }

  /** What was asked about a class that is finished, or about one that would have come into it, has lapsed. */
  async lapse(em: EntityManager, { actor }: Caller, classId: string): Promise<void> {
    await rows(
      em,
      `update merger_proposals set state = 'lapsed', ended_by = $2, ended_at = $3, version = version + 1
        where (class_id = $1 or into_class_id = $1) and state = any($4)`,
      [classId, actor.kind === 'staff' ? actor.id : null, this.clock.now(), OPEN_PROPOSALS],
    );
  }

  /** A class that is stopped is offered to nobody, and takes in nobody, any more. */
  async end(em: EntityManager, caller: Caller, classId: string, movedTo: string | null): Promise<void> {
    await rows(
      em,
      `update merger_proposals
          set state = case when class_id = $1 and into_class_id = $2 then 'merged' else 'dropped' end,
              ended_by = $3, ended_at = $4, version = version + 1
        where (class_id = $1 or into_class_id = $1) and state = any($5)`,
      [classId, movedTo, caller.staffId, this.clock.now(), OPEN_PROPOSALS],
    );
  }

  private standing(em: EntityManager, classId: string): Promise<MergerProposal | null> {
    return em.findOneBy(MergerProposal, { classId, state: In(OPEN_PROPOSALS) });
  }

  /**
   * In the order in which classes are locked: first the class, then what hangs on it. The other class may be stopped
   * meanwhile, which ends the proposal under its own lock alone; so the proposal is locked, too.
   */
  private async lock(em: EntityManager, id: string): Promise<MergerProposal> {
    const found = await row<{ class_id: string }>(em, `select class_id from merger_proposals where id = $1`, [id]);
    if (!found) throw CatalogueErrors.MERGER_PROPOSAL_UNKNOWN();
    await this.classes.lock(em, found.class_id);
    return em.findOneOrFail(MergerProposal, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  private record(
    em: EntityManager,
    caller: Caller,
    done: 'asked' | 'agreed' | 'objected' | 'dropped',
    { id, classId, intoClassId, reason, answerReason }: MergerProposal,
    organisationId: string,
  ): Promise<void> {
    return this.audit.write(em, caller, [
      {
        action: `merger.${done}`,
        targetKind: 'merger_proposal',
        targetId: id,
        organisationId,
        details: { classId, intoClassId, reason: done === 'asked' ? reason : answerReason },
      },
    ]);
  }

  private async view(em: EntityManager, { id }: MergerProposal): Promise<MergerProposalView> {
    return (await this.views(em, [id]))[0]!;
  }

  private async views(em: EntityManager, ids: readonly string[]): Promise<MergerProposalView[]> {
    if (ids.length === 0) return [];
    const proposals = await em.findBy(MergerProposal, { id: In([...ids]) });
    const classes = await em.findBy(CourseClass, {
      id: In(proposals.flatMap(({ classId, intoClassId }) => [classId, intoClassId])),
    });
    const [schools, names] = await Promise.all([
      this.organisations.namesOf(
        em,
        classes.map(({ organisationId }) => organisationId),
      ),
      this.staff.namesOf(
        em,
        proposals.flatMap(({ askedBy, answeredBy }) => (answeredBy ? [askedBy, answeredBy] : [askedBy])),
      ),
    ]);
    const shown = (id: string) => {
      const { code, name, nameEn, organisationId } = classes.find((one) => one.id === id)!;
      return { id, code, name, nameEn, organisation: { id: organisationId, ...schools.get(organisationId)! } };
    };
    return ids.map((id) => {
      const one = proposals.find((proposal) => proposal.id === id)!;
      return {
        id,
        courseClass: shown(one.classId),
        into: shown(one.intoClassId),
        reason: one.reason,
        state: one.state,
        askedBy: names.get(one.askedBy) ?? '',
        askedAt: one.askedAt.toISOString(),
        answerDueAt: answerDueAt(one.askedAt).toISOString(),
        answerReason: one.answerReason,
        answeredBy: one.answeredBy && (names.get(one.answeredBy) ?? ''),
        answeredAt: one.answeredAt?.toISOString() ?? null,
        version: one.version,
      };
    });
  }
}
