import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { readPublicNumber } from '#contracts';
import {
  Audit,
  Caller,
  Clock,
  cutPage,
  type Page,
  type PageQuery,
  readCursor,
  requireVersion,
  Transactions,
} from '#core';
import { ResidentsService, StaffService } from '#people';
import type {
  LotteriesQuery,
  LotteryNumberRequest,
  LotteryStaffView,
  LotteryView,
  MyLotteryEntryView,
  NameNumberRequest,
} from './lottery.dto.js';
import { LotteryDrawService } from './lottery-draw.service.js';
import { Lottery } from './lottery.entities.js';
import { LotteryErrors } from './lottery.errors.js';
import { LotteryQueries, type LotteryRow, type MyEntryRow } from './lottery.queries.js';
import { decideNumber, earliestNumber, freezesAt } from './lottery.rules.js';
import { momentIn } from '../refusals.js';

/** 摇号 as residents, the school and anybody else see it, and its public number, which two of the staff enter. */
@Injectable()
export class LotteriesService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly queries: LotteryQueries,
    private readonly draws: LotteryDrawService,
    private readonly residents: ResidentsService,
    private readonly staff: StaffService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws LOTTERY.UNKNOWN */
  async get(id: string): Promise<LotteryView> {
    return viewOf(await this.require(id));
  }

  /** All lotteries, or that of a class, the latest announced first. */
  async list(query: LotteriesQuery): Promise<Page<LotteryView>> {
    const before = readCursor(query.cursor, ['uuid'])?.[0] ?? null;
    const filter = { classId: query.classId ?? null, state: query.state ?? null };
    const found = await this.queries.list(filter, before, query.limit + 1);
    return cutPage(found, query.limit, ({ id }) => [id], viewOf);
  }

  /**
   * A published file, byte for byte as it was published.
   *
   * @throws LOTTERY.UNKNOWN, LOTTERY.NO_FILE_YET
   */
  async file(id: string, stage: 'frozen' | 'drawn' | null) {
    const file = await this.queries.file(id, stage);
    if (file) return file;
    await this.require(id);
    throw LotteryErrors.NO_FILE_YET();
  }

  /** The lottery of a class, for the school that runs it. @throws LOTTERY.UNKNOWN, CORE.FORBIDDEN */
  async ofClass(caller: Caller, classId: string): Promise<LotteryStaffView> {
    const lottery = await this.queries.ofClass(classId);
    if (!lottery) throw LotteryErrors.UNKNOWN();
    caller.require('lotteries.run', lottery.organisation_id);
    return this.staffView(lottery, caller);
  }

  /** Entries of my residents in a lottery. */
  async myEntries(caller: Caller, lotteryId: string, page: PageQuery): Promise<Page<MyLotteryEntryView>> {
    const names = await this.myResidents(caller);
    const after = readCursor(page.cursor, ['uuid'])?.[0] ?? null;
    const found = await this.queries.entriesOfResidents(lotteryId, [...names.keys()], after, page.limit + 1);
    return cutPage(
      found,
      page.limit,
      (entry) => [entry.enrollment_id],
      (entry) => entryViewOf(entry, names.get(entry.resident_id)!),
    );
  }

  /** The entry of an enrollment of mine. @throws LOTTERY.NO_ENTRY, also for somebody else's */
  async myEntry(caller: Caller, enrollmentId: string): Promise<MyLotteryEntryView> {
    const entry = await this.queries.entryOf(enrollmentId);
    const name = entry && (await this.myResidents(caller)).get(entry.resident_id);
    if (!entry || name === undefined) throw LotteryErrors.NO_ENTRY();
    return entryViewOf(entry, name);
  }

  /**
   * Names the public number beforehand, for as long as the list is not frozen.
   *
   * @throws LOTTERY.FROZEN, LOTTERY.CLASS_NOT_OPEN, LOTTERY.NUMBER_TOO_EARLY, CORE.STALE
   */
  async nameNumber(caller: Caller, id: string, version: number, request: NameNumberRequest): Promise<LotteryStaffView> {
    const lottery = await this.requireToRun(caller, id);
    await this.transactions.run(async (em) => {
      const locked = await this.lock(em, id);
      requireVersion(locked.version, version);
      if (locked.state === 'called_off') throw LotteryErrors.CLASS_NOT_OPEN();
      if (locked.state !== 'announced') throw LotteryErrors.FROZEN();
      const numberDueAt = new Date(request.numberDueAt);
      const freezing = freezesAt(lottery.enrollment_closes_at, this.clock.now());
      const earliest = earliestNumber(freezing);
      if (numberDueAt < earliest) {
        throw LotteryErrors.NUMBER_TOO_EARLY({ earliest: momentIn(caller.language, earliest) });
      }
      Object.assign(locked, { numberName: request.numberName, numberDueAt, version: version + 1 });
      await em.save(Lottery, locked);
      await this.record(em, caller, 'number_named', lottery, { numberName: request.numberName, numberDueAt });
    });
    return this.staffView(await this.require(id), caller);
  }

  /**
   * Enters the number that was drawn in public. Repeating it changes nothing; entering another replaces it, until it is
   * confirmed.
   *
   * @throws LOTTERY.NUMBER_INVALID, and what {@link decideNumber} refuses
   */
  enterNumber(caller: Caller, id: string, version: number, request: LotteryNumberRequest): Promise<LotteryStaffView> {
    return this.putNumber(caller, id, version, 'enter', request);
  }

  /**
   * Another enters it again, and the lottery is drawn. Repeating it answers how it stands.
   *
   * @throws LOTTERY.NUMBER_INVALID, what {@link decideNumber} refuses, and what {@link LotteryDrawService.draw} throws
   */
  async confirmNumber(
    caller: Caller,
    id: string,
    version: number,
    request: LotteryNumberRequest,
  ): Promise<LotteryStaffView> {
    await this.putNumber(caller, id, version, 'confirm', request);
    await this.draws.draw(id, caller);
    return this.staffView(await this.require(id), caller);
  }

  private async putNumber(
    caller: Caller,
    id: string,
    version: number,
    kind: 'enter' | 'confirm',
    request: LotteryNumberRequest,
  ): Promise<LotteryStaffView> {
    const lottery = await this.requireToRun(caller, id);
    const number = readPublicNumber(request.number);
    if (number === null) throw LotteryErrors.NUMBER_INVALID();
    if (lottery.class_state !== 'published') throw LotteryErrors.CLASS_NOT_OPEN();
    const { staffId } = caller;
    await this.transactions.run(async (em) => {
      const locked = await this.lock(em, id);
      const { state } = locked;
      if (state === 'called_off') throw LotteryErrors.CLASS_NOT_OPEN();
      const at = this.clock.now();
      const situation = {
        state,
        needed: locked.seats !== null && locked.residentCount! > locked.seats,
        dueAt: locked.numberDueAt,
        number: locked.number,
        enteredBy: locked.numberEnteredBy,
        confirmed: locked.numberConfirmedBy !== null,
      };
      const decision = decideNumber(situation, { kind, number, staffId }, at);
      if (decision.kind === 'refused') {
        throw LotteryErrors[decision.because]({ dueAt: momentIn(caller.language, locked.numberDueAt) });
      }
      if (decision.kind === 'already') return;
      requireVersion(locked.version, version);
      if (decision.kind === 'enter') {
        Object.assign(locked, { number, numberEnteredBy: staffId, numberEnteredAt: at });
      } else {
        Object.assign(locked, { numberConfirmedBy: staffId, numberConfirmedAt: at });
      }
      locked.version++;
      await em.save(Lottery, locked);
      await this.record(em, caller, decision.kind === 'enter' ? 'number_entered' : 'number_confirmed', lottery, {
        number,
      });
    });
    return this.staffView(await this.require(id), caller);
  }

  /** Names of the account's residents, by id. */
  private async myResidents(caller: Caller): Promise<Map<string, string>> {
    const em = this.source.manager;
    const mine = await this.residents.residentsOf(em, caller.accountId);
    const facts = await this.residents.factsOf(
      em,
      mine.map(({ id }) => id),
    );
    return new Map(facts.map(({ id, name }) => [id, name]));
  }

  private async require(id: string): Promise<LotteryRow> {
    const lottery = await this.queries.byId(id);
    if (!lottery) throw LotteryErrors.UNKNOWN();
    return lottery;
  }

  private async requireToRun(caller: Caller, id: string): Promise<LotteryRow> {
    const lottery = await this.require(id);
    caller.require('lotteries.run', lottery.organisation_id);
    return lottery;
  }

  private lock(em: EntityManager, id: string): Promise<Lottery> {
    return em.findOneOrFail(Lottery, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  private record(
    em: EntityManager,
    caller: Caller,
    what: 'number_named' | 'number_entered' | 'number_confirmed',
    lottery: LotteryRow,
    details: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.write(em, caller, [
      {
        action: `lottery.${what}`,
        targetKind: 'lottery',
        targetId: lottery.id,
        organisationId: lottery.organisation_id,
        details: { classId: lottery.class_id, ...details },
      },
    ]);
  }

  private async staffView(lottery: LotteryRow, caller: Caller): Promise<LotteryStaffView> {
    const { number, number_entered_by: enteredBy, number_confirmed_by: confirmedBy } = lottery;
    const names = await this.staff.namesOf(
      this.source.manager,
      [enteredBy, confirmedBy].filter((id) => id !== null),
    );
    const view = viewOf(lottery);
    return {
      ...view,
      applied: lottery.applied,
      numberDue: lottery.state === 'frozen' && view.numberNeeded === true && this.clock.now() >= lottery.number_due_at,
      entered:
        number === null || enteredBy === null
          ? null
          : {
              number,
              enteredBy: names.get(enteredBy)!,
              enteredAt: lottery.number_entered_at!.toISOString(),
              byMe: caller.actor.id === enteredBy,
              confirmedBy: confirmedBy && names.get(confirmedBy)!,
              confirmedAt: lottery.number_confirmed_at?.toISOString() ?? null,
            },
      version: lottery.version,
    };
  }
}

function viewOf(lottery: LotteryRow): LotteryView {
  const { seats, resident_count: residents, state } = lottery;
  return {
    id: lottery.id,
    classId: lottery.class_id,
    classCode: lottery.class_code,
    className: lottery.class_name,
    classNameEn: lottery.class_name_en,
    classOpen: lottery.class_state === 'published',
    state,
    announcedAt: lottery.announced_at.toISOString(),
    freezesAt: (lottery.frozen_at ?? freezesAt(lottery.enrollment_closes_at)).toISOString(),
    secretHash: lottery.secret_hash,
    numberName: lottery.number_name,
    numberDueAt: lottery.number_due_at.toISOString(),
    listHash: lottery.list_hash,
    seats,
    entries: lottery.entry_count,
    residents,
    numberNeeded: residents === null || seats === null ? null : residents > seats,
    // Until two have said the same it is no more than what one has typed.
    number: state === 'drawn' ? lottery.number : null,
    drawnAt: lottery.drawn_at?.toISOString() ?? null,
    calledOffAt: lottery.called_off_at?.toISOString() ?? null,
    calledOffReason: lottery.called_off_reason,
    files: lottery.files,
  };
}

function entryViewOf(entry: MyEntryRow, residentName: string): MyLotteryEntryView {
  return {
    lotteryId: entry.lottery_id,
    enrollmentId: entry.enrollment_id,
    residentId: entry.resident_id,
    residentName,
    state: entry.state,
    pseudonym: entry.pseudonym,
    key: entry.unit_key,
    attempt: entry.attempt,
    size: entry.size,
    tier: entry.tier,
    rank: entry.rank,
    outcome: entry.outcome,
    because: entry.because,
  };
}
