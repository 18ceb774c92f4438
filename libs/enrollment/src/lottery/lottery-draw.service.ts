import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  frozenText,
  LOTTERY_FORMAT,
  type LotteryFile,
  lotteryFileText,
  type LotteryTerms,
  needsNumber,
  rankEntries,
  seedOf,
  sortedEntries,
} from '#contracts';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import { Audit, Caller, Clock, CodedError, newId, Sealing, Transactions } from '#core';
import { AdmissionQueries } from '../admission/admission.queries.js';
import type { DrawRequest } from '../admission/admission.requests.js';
import type { DrawResult } from '../admission/draw.rules.js';
import { AdmissionService } from '../admission/admission.service.js';
import { Lottery, LotteryFileRow } from './lottery.entities.js';
import { LotteryErrors } from './lottery.errors.js';
import { type EntryRow, LotteryQueries } from './lottery.queries.js';
import { LotterySecrets } from './lottery-secrets.js';
import {
  defaultNumber,
  earliestNumber,
  entriesOf,
  FREEZE_AFTER_CLOSING_MS,
  freezesAt,
  LEAST_BEFORE_NUMBER_MS,
  numberComesTooEarly,
  reasonOf,
} from './lottery.rules.js';
import { REASONS } from '../reasons.js';
import { openSeats } from '../seats.rules.js';

const ITSELF = Caller.system('lottery');

/** Under which the secret is sealed. */
const SECRET = 'lottery-secret';

/** For how long after a draw applications are looked for that came too late for it. */
const LATECOMERS_MS = 60 * 86_400_000;

/** Said of a class that came to its end and was never drawn: nobody entered the number. */
const FINISHED_UNDRAWN = '班级已结班，未摇号';

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * What happens of itself in a lottery: it is announced when its class is published, its list frozen when the window is
 * over, drawn when the number is confirmed or none is needed, and called off when the class takes nobody any more. Each deed may be repeated without harm.
 */
@Injectable()
export class LotteryDrawService {
  private readonly log = new Logger(LotteryDrawService.name);

  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly queries: LotteryQueries,
    private readonly admissions: AdmissionQueries,
    private readonly desk: AdmissionService,
    private readonly seats: ClassSeatsService,
    private readonly secrets: LotterySecrets,
    private readonly sealing: Sealing,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * All that is due. A lottery that fails keeps no other from going on; the next run tries it again.
   *
   * @throws AggregateError of what nobody expected
   */
  async advance(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (id: string, deed: () => Promise<unknown>) => {
      try {
        await deed();
      } catch (error) {
        if (error instanceof CodedError) this.log.warn(`lottery of ${id} did not go on: ${error.code}`);
        else failures.push(error);
      }
    };
    for (const id of await this.queries.toCallOff()) await attempt(id, () => this.callOff(id));
    for (const classId of await this.queries.unannounced()) await attempt(classId, () => this.announce(classId));
    const closedBefore = new Date(this.clock.now().getTime() - FREEZE_AFTER_CLOSING_MS);
    for (const id of await this.queries.toFreeze(closedBefore, FREEZE_AFTER_CLOSING_MS + LEAST_BEFORE_NUMBER_MS)) {
      await attempt(id, () => this.freeze(id));
    }
    for (const id of await this.queries.toDraw()) await attempt(id, () => this.draw(id, ITSELF));
    for (const late of await this.latecomers(null)) await attempt(late.classId, () => this.desk.draw(late));
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} lotteries did not go on`);
  }

  /**
   * Makes the secret and publishes its hash, with a public number for as long as nobody names another.
   *
   * Announced is before anybody can apply, as a rule: a class is published before its window opens.
   */
  async announce(classId: string): Promise<void> {
    await this.transactions.run(async (em) => {
      const [course] = await this.seats.read(em, [classId]);
      if (!course) return;
      const at = this.clock.now();
      const secret = this.secrets.make(classId);
      const number = defaultNumber(earliestNumber(freezesAt(course.enrollmentClosesAt, at)));
      const lottery = {
        id: newId(),
        classId,
        secretSealed: this.sealing.seal(SECRET, secret),
        secretHash: sha256(secret),
        numberName: number.name,
        numberDueAt: number.dueAt,
        announcedAt: at,
      };
      // Two workers may come here at once: the class has one lottery, and the other's secret never gets known.
      if (!(await this.queries.announce(em, lottery))) return;
      const { secretHash, numberName, numberDueAt } = lottery;
      await this.record(em, ITSELF, 'announced', lottery, course, { secretHash, numberName, numberDueAt });
    });
  }

  /**
   * Freezes the list of those who have applied, and publishes it. A public number that would be known before is
   * replaced, whoever named it: the order of things is what makes the lottery fair.
   */
  async freeze(lotteryId: string): Promise<void> {
    await this.transactions.run(async (em) => {
      const { classId } = await em.findOneByOrFail(Lottery, { id: lotteryId });
      const [course] = await this.seats.lock(em, [classId]);
      const lottery = await this.lock(em, lotteryId);
      if (!course || course.state !== 'published' || lottery.state !== 'announced') return;
      const at = this.clock.now();
      const freezing = freezesAt(course.enrollmentClosesAt, at);
      if (numberComesTooEarly(lottery.numberDueAt, freezing)) {
        const { name, dueAt } = defaultNumber(earliestNumber(freezing));
        Object.assign(lottery, { numberName: name, numberDueAt: dueAt, version: lottery.version + 1 });
        await em.save(Lottery, lottery);
        await this.record(em, ITSELF, 'number_named', lottery, course, { numberName: name, numberDueAt: dueAt });
      }
      if (freezing > at) return;

      const secret = this.sealing.open(SECRET, lottery.secretSealed);
      const firstTimersFirst = course.enrollmentRules.some(({ kind }) => kind === 'first_timers_first');
      const applied = await this.queries.applied(em, classId, course.enrollmentClosesAt);
      const drafts = entriesOf(applied, firstTimersFirst, sha256, secret);
      await this.queries.insertEntries(em, lotteryId, drafts);
      const used = await this.admissions.reservesUsed(em, [classId]);
      const reservesUsed = new Map(used.map(({ reserve, used: count }) => [reserve, count]));
      const terms = termsOf(lottery, course, openSeats(course, course.seatReserves, reservesUsed, at), at);
      const list = sortedEntries(drafts).map(({ pseudonym, size, tier }) => ({ pseudonym, size, tier }));
      const listHash = sha256(frozenText(terms, list));
      Object.assign(lottery, {
        state: 'frozen',
        frozenAt: at,
        listHash,
        seats: terms.seats,
        waitingLimit: terms.waitingLimit,
        entryCount: drafts.length,
        residentCount: drafts.reduce((sum, { size }) => sum + size, 0),
        version: lottery.version + 1,
      } satisfies Partial<Lottery>);
      await em.save(Lottery, lottery);
      await this.seats.setDrawPending(em, classId, true);
      await this.publish(em, lotteryId, 'frozen', {
        format: LOTTERY_FORMAT,
        lottery: lotteryId,
        class: { code: terms.classCode, name: terms.className },
        seats: terms.seats,
        waitingLimit: terms.waitingLimit,
        secretHash: terms.secretHash,
        publicNumber: { name: terms.numberName, dueAt: terms.numberDueAt },
        frozenAt: terms.frozenAt,
        list,
        listHash,
        number: null,
        secret: null,
        seed: null,
        seatsAtDraw: null,
        ranking: null,
      });
      const { seats, entryCount, residentCount } = lottery;
      await this.record(em, ITSELF, 'frozen', lottery, course, { listHash, seats, entryCount, residentCount });
    });
  }

  /**
   * Draws: ranks the entries and lets the admission desk give the seats in this order. What became of each is stored
   * and published in the desk's own transaction, so that nothing is ever drawn and not published.
   *
   * @throws LOTTERY.CLASS_NOT_OPEN, LOTTERY.NOT_FROZEN; CORE.BUSY, after which it is drawn by the next run
   */
  async draw(lotteryId: string, caller: Caller): Promise<void> {
    const lottery = await this.source.manager.findOneByOrFail(Lottery, { id: lotteryId });
    const { classId, state, listHash, seats, waitingLimit } = lottery;
    if (state === 'drawn') return;
    if (state === 'called_off') throw LotteryErrors.CLASS_NOT_OPEN();
    const entries = await this.queries.entries(lotteryId);
    const ready = lottery.numberConfirmedBy !== null || !needsNumber(entries, seats ?? 0);
    if (state !== 'frozen' || seats === null || listHash === null || !ready) throw LotteryErrors.NOT_FROZEN();
    const [course] = await this.seats.read(this.source.manager, [classId]);
    if (course?.state !== 'published') throw LotteryErrors.CLASS_NOT_OPEN();
    const secret = this.sealing.open(SECRET, lottery.secretSealed);
    const seed = seedOf(sha256, secret, lottery.number ?? '', listHash);
    const ranked = rankEntries(sha256, seed, entries);
    const record = (em: EntityManager, result: DrawResult) =>
      this.recordDraw(em, caller, { lotteryId, course, secret, seed, ranked }, result);
    if (ranked.length === 0) {
      await this.transactions.run(async (em) => {
        await this.seats.lock(em, [classId]);
        await record(em, { seats, units: [] });
      });
      return;
    }
    try {
      await this.desk.draw({
        kind: 'draw',
        caller,
        classId,
        promised: { seats, waitingLimit },
        ranked: ranked.map(({ enrollmentIds }) => enrollmentIds),
        residentIds: ranked.flatMap(({ residentIds }) => residentIds),
        reason: REASONS.drawn,
        record,
      });
    } catch (error) {
      // The list names the same people by other records now.
      if (error instanceof CodedError && error.code === 'ENROLLMENT.CHANGED_MEANWHILE')
        return this.draw(lotteryId, caller);
      throw error;
    }
    await this.afterDraw(classId);
  }

  /**
   * Seats that fall free wait for nobody who has applied any more: those who came too late for the list are put behind all
   * others at once, and what fell free while it was drawn goes to the first in the queue. Where it cannot be now, the next
   * run sees to it.
   */
  private async afterDraw(classId: string): Promise<void> {
    try {
      for (const late of await this.latecomers(classId)) await this.desk.draw(late);
      await this.desk.settle([classId]);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.log.warn(`those behind the list of ${classId} wait for the next run: ${error.code}`);
    }
  }

  /**
   * Ends the lottery of a class that was stopped, merged, or finished without a draw, with the reason that the school
   * gave; a list that was published stays as it is. Repeating it changes nothing.
   */
  async callOff(lotteryId: string): Promise<void> {
    await this.transactions.run(async (em) => {
      const { classId } = await em.findOneByOrFail(Lottery, { id: lotteryId });
      const [course] = await this.seats.lock(em, [classId]);
      const lottery = await this.lock(em, lotteryId);
      const waits = lottery.state === 'announced' || lottery.state === 'frozen';
      if (!course || course.state === 'published' || !waits) return;
      const calledOffReason = course.stoppedReason ?? FINISHED_UNDRAWN;
      Object.assign(lottery, {
        state: 'called_off',
        calledOffAt: this.clock.now(),
        calledOffReason,
        version: lottery.version + 1,
      } satisfies Partial<Lottery>);
      await em.save(Lottery, lottery);
      await this.seats.setDrawPending(em, classId, false);
      await this.record(em, ITSELF, 'called_off', lottery, course, { reason: calledOffReason });
    });
  }

  private async recordDraw(
    em: EntityManager,
    caller: Caller,
    draw: { lotteryId: string; course: SeatClass; secret: string; seed: string; ranked: readonly EntryRow[] },
    result: DrawResult,
  ): Promise<void> {
    const lottery = await this.lock(em, draw.lotteryId);
    if (lottery.state !== 'frozen') return;
    const places = draw.ranked.map(({ id, pseudonym }, index) => {
      const { size, because, outcome } = result.units[index]!;
      return { id, rank: index + 1, pseudonym, size, outcome, because: because && reasonOf(because) };
    });
    await this.queries.writeResult(em, places);
    const at = this.clock.now();
    Object.assign(lottery, {
      state: 'drawn',
      seed: draw.seed,
      seatsAtDraw: result.seats,
      drawnAt: at,
      version: lottery.version + 1,
    } satisfies Partial<Lottery>);
    await em.save(Lottery, lottery);
    await this.seats.setDrawPending(em, lottery.classId, false);
    const frozen = await em.findOneByOrFail(LotteryFileRow, { lotteryId: lottery.id, stage: 'frozen' });
    await this.publish(em, lottery.id, 'drawn', {
      ...(JSON.parse(frozen.text) as LotteryFile),
      number: lottery.number,
      secret: draw.secret,
      seed: draw.seed,
      seatsAtDraw: result.seats,
      ranking: places.map(({ rank, pseudonym, size, outcome, because }) => ({
        rank,
        pseudonym,
        size,
        outcome,
        because,
      })),
    });
    const { number, seed, seatsAtDraw } = lottery;
    await this.record(em, caller, 'drawn', lottery, draw.course, { number, seed, seatsAtDraw });
  }

  /**
   * Who came into a class with an application after its list was frozen, from a parallel class, is on no list: it is
   * as if they were drawn behind all others, for no seat.
   *
   * @param only of this class; null: of all
   */
  private async latecomers(only: string | null): Promise<DrawRequest[]> {
    const found = await this.queries.leftBehind(new Date(this.clock.now().getTime() - LATECOMERS_MS), only);
    const classIds = [...new Set(found.map(({ class_id }) => class_id))];
    return classIds.map((classId) => {
      const late = found.filter(({ class_id }) => class_id === classId);
      const units = new Map<string, string[]>();
      for (const { id, unit_id } of late) units.set(unit_id ?? id, [...(units.get(unit_id ?? id) ?? []), id]);
      return {
        kind: 'draw',
        caller: ITSELF,
        classId,
        promised: { seats: 0, waitingLimit: null },
        ranked: [...units.values()],
        residentIds: late.map(({ resident_id }) => resident_id),
        reason: REASONS.afterDraw,
      };
    });
  }

  private async lock(em: EntityManager, id: string): Promise<Lottery> {
    return em.findOneOrFail(Lottery, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  private async publish(
    em: EntityManager,
    lotteryId: string,
    stage: LotteryFileRow['stage'],
    file: LotteryFile,
  ): Promise<void> {
    const text = lotteryFileText(file);
    await em.insert(LotteryFileRow, { lotteryId, stage, text, hash: sha256(text), publishedAt: this.clock.now() });
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    what: 'announced' | 'number_named' | 'frozen' | 'drawn' | 'called_off',
    { id, classId }: Pick<Lottery, 'id' | 'classId'>,
    { organisationId }: SeatClass,
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.write(em, caller, [
      {
        action: `lottery.${what}`,
        targetKind: 'lottery',
        targetId: id,
        organisationId,
        details: { classId, ...details },
      },
    ]);
  }
}

/** What is promised when the list is frozen: the seats that nobody has, holds or was offered, and none is kept. */
function termsOf(lottery: Lottery, course: SeatClass, seats: number, at: Date): LotteryTerms {
  return {
    lotteryId: lottery.id,
    classCode: course.code,
    className: course.name,
    seats,
    waitingLimit: course.waitingLimit === null ? null : Math.max(0, course.waitingLimit - course.waiting),
    secretHash: lottery.secretHash,
    numberName: lottery.numberName,
    numberDueAt: lottery.numberDueAt.toISOString(),
    frozenAt: at.toISOString(),
  };
}
