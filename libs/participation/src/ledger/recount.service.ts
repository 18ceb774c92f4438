import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { addDays, dayOf, groupBy } from '#contracts';
import { Clock, Transactions } from '#core';
import { type Completion, CompletedCoursesService } from '#enrollment';
import { countResident, type Outcome, unverifiedClaims } from '../counting/allocation.rules.js';
import { CountingRules } from '../counting/counting-rules.service.js';
import type { CountingRule } from '../counting/parameters.rules.js';
import {
  type AttendanceCount,
  attendanceDifference,
  contentOf,
  countAttendances,
  difference,
  groupTotalChanges,
  type Posting,
  totalChanges,
} from '../counting/difference.rules.js';
import type { EnrollmentEvidence, RecordEvidence } from '../evidence/evidence.js';
import { readEvidence } from '../evidence/evidence.queries.js';
import { type Claim, sourceIdOf } from '../counting/mapping.rules.js';
import { readCutOver } from '../opening-figures/opening-figures.queries.js';
import {
  type DigestedProposal,
  lockClosedPeriods,
  readClosedPeriods,
  writeProposals,
} from '../periods/periods.queries.js';
import { type HeldBack, holdBack, monthsOf, type PostedIn } from '../periods/periods.rules.js';
import { readRecords } from '../evidence/records.queries.js';
import {
  addToGroupTotals,
  addToTotals,
  classesBegunSince,
  classesInVenues,
  evidenceWaits,
  firstDayOfRules,
  lockPeople,
  noteRecounted,
  overdueClasses,
  post,
  readCountedAttendances,
  readLiveEntries,
  readSamePeople,
  residentsInClasses,
  type SamePerson,
  writeCountedAttendances,
  writeUnverifiedClaims,
} from './recount.queries.js';

/** Residents in one transaction. */
const BATCH = 100;
/** Days within which a class that became finished by age is found even if the worker did not run. */
const LOOK_BACK_DAYS = 60;

/** What a recount must write. */
export interface Plan extends Omit<HeldBack, 'propose'> {
  /** What touches a submitted or locked month. */
  propose: DigestedProposal[];
  attendances: { now: AttendanceCount; change: number }[];
  /** Classes in which the residents have completed the course by now. */
  completions: Completion[];
  /** What would count if somebody verified who the residents are; worked out when it is asked for. */
  unverified: () => Claim[];
}

/** What a recount writes and counts beside what it finds out: of people of whom nothing else can be known. */
export interface Beside {
  /** What is posted, each as often as it is, in months that are open. */
  postings: readonly PostedIn[];
  write: () => Promise<void>;
}

/**
 * Keeps the ledger true: computes from all evidence of a resident what it should say, and posts the difference.
 * Running it twice changes nothing; running it late changes only when the figures are right.
 */
@Injectable()
export class RecountService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly rules: CountingRules,
    private readonly completed: CompletedCoursesService,
    private readonly clock: Clock,
  ) {}

  /**
   * Recounts residents in batches, each in a transaction of its own with its residents locked.
   *
   * @returns how many entries were posted
   * @throws CORE.BUSY when a resident was locked for too long; the batches before it stay done
   */
  async recount(residentIds: readonly string[]): Promise<number> {
    const sorted = [...new Set(residentIds)].sort();
    let posted = 0;
    let from = 0;
    // While PostgreSQL is at one batch, another is computed.
    const lane = async () => {
      while (from < sorted.length) {
        const batch = sorted.slice(from, (from += BATCH));
        const more = await this.recountBatch(batch);
        posted += more;
      }
    };
    const ends = await Promise.allSettled([lane(), lane()]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return posted;
  }

  /**
   * {@link recount} of everyone with an enrollment in one of these classes, in whatever state.
   *
   * @param besides other residents to recount; who is in the classes, too, is recounted once
   */
  async recountClasses(classIds: readonly string[], besides: readonly string[] = []): Promise<number> {
    const others = new Set(besides);
    let posted = 0;
    for (let after: string | null = null; classIds.length > 0;) {
      const residents: string[] = await residentsInClasses(this.source.manager, classIds, after, BATCH);
      for (const id of residents) others.delete(id);
      posted += await this.recount(residents);
      if (residents.length < BATCH) break;
      after = residents.at(-1)!;
    }
    return posted + (await this.recount([...others]));
  }

  /**
   * {@link recountClasses} of all that were held in these venues, or are to be: their entries say in which region.
   *
   * @returns how many entries were posted
   */
  async recountVenues(venueIds: readonly string[]): Promise<number> {
    let posted = 0;
    for (let after: string | null = null; ;) {
      const classes: string[] = await classesInVenues(this.source.manager, venueIds, after, BATCH);
      posted += await this.recountClasses(classes);
      if (classes.length < BATCH) return posted;
      after = classes.at(-1)!;
    }
  }

  /**
   * Recounts everyone in the classes that versions of the rules may touch: those that begin on or after the day from
   * which a version counts, or counts no longer. What began before stays with the version under which it began.
   *
   * @returns how many entries were posted
   */
  async recountRules(ruleIds: readonly string[]): Promise<number> {
    const em = this.source.manager;
    const from = await firstDayOfRules(em, ruleIds);
    let posted = 0;
    if (from === null) return posted;
    for (let after: string | null = null; ;) {
      const classes: string[] = await classesBegunSince(em, from, after, BATCH);
      posted += await this.recountClasses(classes);
      if (classes.length < BATCH) return posted;
      after = classes.at(-1)!;
    }
  }

  /** Confirms what stands provisionally in classes that nobody finished and that are finished by age (rule 3). */
  async confirmOverdue(): Promise<number> {
    const em = this.source.manager;
    const at = this.clock.now();
    const days = Math.min(...(await this.rules.all(em)).map((rule) => rule.parameters.confirmAfterDays));
    // The day begins at midnight in Asia/Shanghai.
    const until = new Date(`${addDays(dayOf(at), 1 - days)}T00:00:00+08:00`);
    const from = new Date(until.getTime() - LOOK_BACK_DAYS * 86_400_000);
    return this.recountClasses(await overdueClasses(em, from, until));
  }

  /**
   * Notes that all evidence is in the ledger by now, if it is: the outbox is looked at before the queue, so what is
   * handed over meanwhile is found in the one or the other.
   */
  async noteIdle(nothingQueued: () => Promise<boolean>): Promise<void> {
    const em = this.source.manager;
    const at = this.clock.now();
    if (await evidenceWaits(em)) return;
    if (await nothingQueued()) await noteRecounted(em, at);
  }

  /**
   * What a recount would post at present, of these residents and of all other records of the same people.
   *
   * @param closedOf says which months are submitted or locked, and keeps them so if something is to be posted
   */
  async plan(
    em: EntityManager,
    asked: readonly string[],
    at: Date,
    closedOf: (em: EntityManager, months: readonly string[]) => Promise<Set<string>> = readClosedPeriods,
  ): Promise<Plan> {
    const [people, rules, cutOver] = await Promise.all([
      readSamePeople(em, asked),
      this.rules.all(em),
      readCutOver(em),
    ]);
    return this.planOf(em, people, { rules, cutOver, at }, closedOf);
  }

  private async planOf(
    em: EntityManager,
    people: readonly SamePerson[],
    { rules, cutOver, at }: { rules: readonly CountingRule[]; cutOver: string | null; at: Date },
    closedOf: (em: EntityManager, months: readonly string[]) => Promise<Set<string>>,
    newcomers: readonly RecordEvidence[] = [],
  ): Promise<Plan> {
    const residentIds = people.map(({ id }) => id);
    const merged = new Map(people.flatMap(({ id, merged_into }) => (merged_into ? [[id, merged_into] as const] : [])));
    // Sent together; while PostgreSQL answers the one, the other is read.
    const [evidence, records, live, counted] = await Promise.all([
      readEvidence(em, residentIds),
      readRecords(em, residentIds),
      readLiveEntries(em, residentIds),
      readCountedAttendances(em, residentIds),
    ]);
    const residents = [...byResident(evidence, records), ...byResident([], newcomers)];
    const all = residents.map((own) => countResident(own.evidence, own.records, rules, at, cutOver));
    const outcomes = all.flatMap((own) => own.outcomes);
    const postings = difference(
      [...outcomes, ...all.flatMap((own) => own.records)].flatMap(({ granted }) => granted),
      live,
    );
    const present = dayOf(at).slice(0, 7);
    const { post, propose } = holdBack(postings, rules, await closedOf(em, monthsOf(postings)), present, merged);
    return {
      post,
      propose: propose.map((proposal) => ({ ...proposal, digest: digestOf(proposal.postings) })),
      completions: outcomes.filter(isCompleted).map(
        ({
          evidence: {
            residentId,
            class: { id: classId },
          },
        }) => ({ residentId, classId }),
      ),
      attendances: attendanceDifference(countAttendances(evidence), counted),
      unverified: () => residents.flatMap((own) => unverifiedClaims(own.evidence, own.records, rules, at, cutOver)),
    };
  }

  private recountBatch(residentIds: readonly string[]): Promise<number> {
    return this.transactions.runInPackets((em, commit) => this.recountWithin(em, residentIds, commit));
  }

  /**
   * Recounts residents in the transaction that changes their evidence; their locks and those of totals are held until
   * it commits, so it is the last thing that it does.
   *
   * @param commit sends the end of the transaction behind the last statement
   * @param newcomers all records of residents whom this transaction has registered. Nobody else can have seen them, so they
   *   have no class, no group and no other record, and the ledger says nothing of them
   * @param beside is written with what is posted, and its months and totals are locked with all others
   * @returns how many entries were posted
   */
  async recountWithin(
    em: EntityManager,
    asked: readonly string[],
    commit?: () => Promise<void>,
    newcomers: readonly RecordEvidence[] = [],
    beside: Beside = NOTHING_BESIDE,
  ): Promise<number> {
    // Sent together.
    const [{ locked, people }, rules, cutOver] = await Promise.all([
      lockPeople(em, asked),
      this.rules.all(em),
      readCutOver(em),
    ]);
    const at = this.clock.now();
    const besideIn = monthsOf(beside.postings);
    const closedOf = async (_: EntityManager, months: readonly string[]) => {
      const closed = await lockClosedPeriods(em, [...new Set([...months, ...besideIn])].sort());
      // No month is closed while a list is written that touches it.
      const shut = besideIn.filter((month) => closed.has(month));
      if (shut.length > 0) throw new Error(`closed while something was posted in it: ${shut.join(', ')}`);
      return closed;
    };
    const plan = await this.planOf(em, people, { rules, cutOver, at }, closedOf, newcomers);
    const { post: postings, attendances, completions, unverified } = plan;
    await beside.write();
    // Sent together; PostgreSQL carries them out in this order, the totals last.
    await Promise.all([
      post(em, postings, at),
      writeProposals(em, locked, plan.propose, at),
      writeCountedAttendances(
        em,
        attendances.map(({ now }) => now),
      ),
      this.completed.replace(em, locked, completions),
      writeUnverifiedClaims(em, locked, unverified()),
      addToTotals(em, totalChanges([...postings, ...beside.postings], attendances)),
      addToGroupTotals(em, groupTotalChanges([...postings, ...beside.postings])),
      commit?.(),
    ]);
    return postings.length + beside.postings.length;
  }
}

const NOTHING_BESIDE: Beside = { postings: [], write: () => Promise.resolve() };

/** By this a proposal is known again: everything that its entries would say. */
export const digestOf = (postings: readonly Posting[]): Buffer =>
  createHash('sha256')
    .update(
      JSON.stringify(
        postings.map((posting) => [
          posting.amount,
          posting.reverses,
          sourceIdOf(posting),
          posting.measure,
          contentOf(posting),
        ]),
      ),
    )
    .digest();

/** The evidence of each resident. */
function byResident(
  evidence: readonly EnrollmentEvidence[],
  records: readonly RecordEvidence[],
): { evidence: EnrollmentEvidence[]; records: RecordEvidence[] }[] {
  const enrollments = groupBy(evidence, ({ residentId }) => residentId);
  const imported = groupBy(records, ({ residentId }) => residentId);
  return [...new Set([...enrollments.keys(), ...imported.keys()])].map((id) => ({
    evidence: enrollments.get(id) ?? [],
    records: imported.get(id) ?? [],
  }));
}

/**
 * A course is completed in a class whose threshold was met and which is finished, whether or not it feeds a target: also
 * by somebody whose document nobody has seen.
 */
const isCompleted = ({ decision }: Outcome) =>
  decision.finished &&
  (decision.kind === 'counted' || decision.reasons.every(({ code }) => code === 'IDENTITY_UNVERIFIED'));
