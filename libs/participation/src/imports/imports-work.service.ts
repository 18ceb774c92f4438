import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { groupBy, type AuditAction, dayOf } from '#contracts';
import { Audit, Caller, ChainSealer, Clock, newId, row, rows, Transactions } from '#core';
import { ListedPeopleService, ResidentsService } from '#people';
import { countResident } from '../counting/allocation.rules.js';
import { CountingRules } from '../counting/counting-rules.service.js';
import { difference } from '../counting/difference.rules.js';
import type { RecordEvidence } from '../evidence/evidence.js';
import { factsOf } from '../evidence/records.queries.js';
import { LEDGER_CHAIN } from '../ledger/ledger.service.js';
import { RecountService } from '../ledger/recount.service.js';
import { readCutOver } from '../opening-figures/opening-figures.queries.js';
import { readClosedPeriods } from '../periods/periods.queries.js';
import { holdBack, monthsOf, type PostedIn } from '../periods/periods.rules.js';
import { ImportReplacementsService } from './import-replacements.service.js';
import { ImportsReadingService } from './imports-reading.service.js';
import {
  type AlikeRows,
  type Half,
  HALVES,
  insertRecords,
  lockHalf,
  moveRecords,
  type NewRecord,
  nextToWrite,
  noteWritten,
  readAlike,
  readOthers,
  residentsOfImport,
  withdrawRecords,
  writeAlike,
} from './imports-writing.queries.js';
import { type Finding, lockImport, readImport, type UsableRow, writeFindings } from './imports.queries.js';
import { evidenceOf, hashOf } from './usable-rows.js';

/** People are written by so few at first, so that one sees it begin, and then by as many as are written already. */
const FEWEST_WRITTEN = 250;
const MOST_WRITTEN = 2_000;

const ITSELF = Caller.system('imports');

/**
 * What the worker does with an import: has it read and checked, and, once somebody has confirmed it, writes it, or takes it
 * back. Each batch is a transaction that says how far it came, so that a worker that was
 * killed goes on from there, and two that are at it after each other do nothing twice.
 */
@Injectable()
export class ImportsWorkService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly reading: ImportsReadingService,
    private readonly people: ListedPeopleService,
    private readonly residents: ResidentsService,
    private readonly rules: CountingRules,
    private readonly recounts: RecountService,
    private readonly replacements: ImportReplacementsService,
    private readonly sealer: ChainSealer,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Does whatever is to be done with an import at present. */
  async advance(importId: string): Promise<void> {
    const found = await readImport(this.source, importId);
    if (found?.state === 'reading') await this.reading.read(found);
    else if (found?.state === 'writing') await this.write(found.id);
    else if (found?.state === 'undoing') await this.undo(found.id);
    else return;
    // What a list brought need not wait for the next second.
    await this.sealer.seal(LEDGER_CHAIN);
  }

  /** Follows residents whose records were merged into others. */
  async followMerged(mergedIds: readonly string[]): Promise<void> {
    const survivors = await this.residents.survivorsOf(this.source.manager, mergedIds);
    for (const [duplicate, survivor] of survivors) {
      await this.transactions.run(async (em) => {
        await this.residents.lock(em, [duplicate, survivor]);
        if ((await moveRecords(em, duplicate, survivor)) > 0)
          await this.recounts.recountWithin(em, [duplicate, survivor]);
      });
    }
  }

  /** Ends or returns figures of whose lists every name is decided by now: adjustments of some may have lapsed. */
  settleReplaced(): Promise<void> {
    return this.transactions.run((em) => this.replacements.settle(em));
  }

  /** Both halves at the same time: while PostgreSQL is at the one, the other is computed. */
  private async write(id: string): Promise<void> {
    let failed = false;
    const half = async (of: Half) => {
      try {
        for (let done = 0, more = -1; !failed && more !== 0; done += more) {
          const people = batchAfter(done);
          more = await this.transactions.run((em) => this.writeBatch(em, id, of, people));
        }
      } catch (error) {
        failed = true;
        throw error;
      }
    };
    const ends = await Promise.allSettled(HALVES.map(half));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    await this.transactions.run((em) => this.finish(em, id));
  }

  /** Every half was found written to its end. */
  private async finish(em: EntityManager, id: string): Promise<void> {
    const now = await lockImport(em, id);
    if (now?.state !== 'writing') return;
    await rows(
      em,
      `update imports set state = 'written', written_at = $2, done_up_to = null, upper_done_up_to = null,
              version = version + 1 where id = $1`,
      [id, this.clock.now()],
    );
    await this.replacements.settle(em);
    await this.done(em, 'import.written', id);
  }

  /**
   * Writes the next people of a half: registers who is new, makes records, and recounts, in one transaction: what was
   * confirmed counts when it is there.
   *
   * @returns how many people were written; 0 where there are no more
   */
  private async writeBatch(em: EntityManager, id: string, half: Half, atMost: number): Promise<number> {
    await lockHalf(em, id, half);
    const span = await nextToWrite(em, id, half, atMost);
    if (!span) return 0;
    await this.people.lockDocuments(em, span.after, span.upTo);
    const { alike, postings } = await this.countAlike(em, await readAlike(em, id, span));
    const lone = alike.reduce((sum, { count }) => sum + count, 0);
    const found = lone < span.people ? await readOthers(em, id, span, alike) : [];
    const people = [...groupBy(found, hashOf).values()];
    const residents = await this.people.findOrRegister(
      em,
      people.map(([first]) => personOf(first!)),
    );
    const records: NewRecord[] = [];
    const differs: Finding[] = [];
    const known: string[] = [];
    const ofNew: RecordEvidence[] = [];
    for (const [index, own] of people.entries()) {
      const resident = residents[index]!;
      if (resident && !resident.isNew) known.push(resident.residentId);
      for (const one of own) {
        const { number } = one;
        // Somebody was registered under this document between the preview and now.
        if (!resident) {
          differs.push({ number, person: 'differs', residentId: null, counts: false, measures: [], reasons: [] });
          continue;
        }
        const { residentId, isNew } = resident;
        const record = { id: newId(), number, residentId };
        records.push(record);
        if (isNew) ofNew.push({ ...evidenceOf(one, residentId), recordId: record.id });
      }
    }
    if (differs.length > 0) await writeFindings(em, id, differs);
    await this.residents.lock(em, known);
    await insertRecords(em, id, records, this.clock.now());
    await this.recounts.recountWithin(em, known, undefined, ofNew, {
      postings: alike.flatMap(({ count }, index) =>
        postings[index]!.flatMap((one) => Array.from({ length: count }, () => one)),
      ),
      write: () => writeAlike(em, id, alike, postings, this.clock.now()),
    });
    await noteWritten(em, id, half, lone + found.length, span.upTo);
    return span.people;
  }

  /**
   * What each row counts of those that are alike, which is found out once for all of them. Where that touches a closed month it
   * is not so simple; those are left out.
   */
  private async countAlike(
    em: EntityManager,
    found: readonly AlikeRows[],
  ): Promise<{ alike: AlikeRows[]; postings: PostedIn[][] }> {
    if (found.length === 0) return { alike: [], postings: [] };
    const at = this.clock.now();
    const [rules, cutOver] = await Promise.all([this.rules.all(em), readCutOver(em)]);
    const counted = found.map((alike) => {
      const record: RecordEvidence = {
        ...alike,
        recordId: 'row',
        residentId: 'new',
        groups: [],
        facts: factsOf(alike.facts),
      };
      const claims = countResident([], [record], rules, at, cutOver).records.flatMap(({ granted }) => granted);
      return { alike, postings: difference(claims, []) };
    });
    const closed = await readClosedPeriods(em, monthsOf(counted.flatMap(({ postings }) => postings)));
    const simple = counted.filter(({ postings }) => monthsOf(postings).every((month) => !closed.has(month)));
    return {
      alike: simple.map(({ alike }) => alike),
      postings: simple.map(({ postings }) => holdBack(postings, rules, new Set(), dayOf(at).slice(0, 7)).post),
    };
  }

  private async undo(id: string): Promise<void> {
    for (let done = 0, more = -1; more !== 0; done += more) {
      const people = batchAfter(done);
      more = await this.transactions.run((em) => this.undoBatch(em, id, people));
    }
  }

  /**
   * Takes the records of the next people back; the recount reverses what they counted, or proposes it (rule 15).
   *
   * @returns of how many; 0 where there are no more
   */
  private async undoBatch(em: EntityManager, id: string, atMost: number): Promise<number> {
    const now = await lockImport(em, id);
    if (now?.state !== 'undoing') return 0;
    const next = await residentsOfImport(em, id, atMost);
    if (next.length === 0) {
      await rows(em, `update imports set state = 'undone', version = version + 1 where id = $1`, [id]);
      await this.replacements.settle(em);
      await this.done(em, 'import.undone', id);
      return 0;
    }
    await this.residents.lock(em, next);
    const withdrawn = await withdrawRecords(em, id, next, this.clock.now());
    await rows(em, `update imports set rows_done = rows_done + $2 where id = $1`, [id, withdrawn]);
    await this.recounts.recountWithin(em, next);
    return next.length;
  }

  private async done(em: EntityManager, action: AuditAction, id: string): Promise<void> {
    const done = await row<{ rows_done: number }>(em, `select rows_done from imports where id = $1`, [id]);
    await this.audit.write(em, ITSELF, [
      { action, targetKind: 'import', targetId: id, details: { rows: done!.rows_done } },
    ]);
  }
}

/** How many people the next batch takes after so many. */
const batchAfter = (done: number) => Math.min(MOST_WRITTEN, Math.max(FEWEST_WRITTEN, done));

const personOf = (found: UsableRow) => ({
  name: found.name,
  documentKind: found.document_kind,
  documentSealed: found.document_sealed,
  documentHash: found.document_hash,
  birthDate: found.birth_date,
  sex: found.sex,
  phone: found.phone_sealed && found.phone_hash ? { sealed: found.phone_sealed, hash: found.phone_hash } : null,
});
