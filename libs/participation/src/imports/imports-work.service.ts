import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { groupBy, type AuditAction, dayOf } from '#contracts';
import {
  Audit,
  Caller,
  ChainSealer,
  Clock,
  Files,
  newId,
  openSheet,
  row,
  rows,
  type Sheet,
  type SheetRow,
  Transactions,
  UnreadableSheet,
} from '#core';
import { ListedPeopleService, ResidentsService } from '#people';
import { countResident, type RecordOutcome } from '../counting/allocation.rules.js';
import { CountingRules } from '../counting/counting-rules.service.js';
import { difference } from '../counting/difference.rules.js';
import type { RecordEvidence } from '../evidence/evidence.js';
import { HEADING_WITHIN, type Places, readHeading } from './import-columns.rules.js';
import { ImportReplacementsService } from './import-replacements.service.js';
import { type CountAlone, ImportReader } from './import-reader.js';
import {
  type AlikeRows,
  type Finding,
  type Half,
  HALVES,
  type ImportRow,
  insertRecords,
  insertRows,
  lockHalf,
  lockImport,
  moveRecords,
  type NewRecord,
  nextToWrite,
  noteWritten,
  readAlike,
  readImport,
  readOthers,
  readPeopleToCheck,
  residentsOfImport,
  sumFindings,
  type UsableRow,
  withdrawRecords,
  writeAlike,
  writeFindings,
} from './imports.queries.js';
import { type ImportFailure, MOST_ROWS } from './imports.rules.js';
import { LEDGER_CHAIN } from '../ledger/ledger.service.js';
import { readCutOver } from '../opening-figures/opening-figures.queries.js';
import { readClosedPeriods } from '../periods/periods.queries.js';
import { holdBack, monthsOf, type PostedIn } from '../periods/periods.rules.js';
import { factsOf, readRecords } from '../evidence/records.queries.js';
import { readEvidence } from '../evidence/evidence.queries.js';
import { RecountService } from '../ledger/recount.service.js';

/** Rows, or people, in one transaction. */
const READ_BATCH = 2_000;
const CHECK_BATCH = 1_000;
/** People are written by so few at first, so that one sees it begin, and then by as many as are written already. */
const FEWEST_WRITTEN = 250;
const MOST_WRITTEN = 2_000;

/** Different records of which it is known what each would count. */
const MOST_KNOWN = 5_000;

/** What a record is called before it is one: it sorts behind all that are. */
const IN_FILE = 'row ';
const ITSELF = Caller.system('imports');

/**
 * What the worker does with an import: reads the file, finds out whom and what it means, and, once somebody has confirmed
 * it, writes it, or takes it back. Each batch is a transaction that says how far it came, so that a worker that was
 * killed goes on from there, and two that are at it after each other do nothing twice.
 */
@Injectable()
export class ImportsWorkService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly files: Files,
    private readonly reader: ImportReader,
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
    if (found?.state === 'reading' && (await this.read(found))) await this.check(found);
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

  /** Whether the whole file was read; not if it cannot be. */
  private async read(found: ImportRow): Promise<boolean> {
    try {
      const sheet = await openSheet({ open: () => Readable.from(this.content(found.file_id!)) });
      await this.readSheet(found, sheet);
      return true;
    } catch (error) {
      if (error instanceof Overtaken) return false;
      // A file that was discarded while it was read ends in the middle.
      if ((await readImport(this.source, found.id))?.state !== 'reading') return false;
      if (error instanceof Unusable) await this.fail(found.id, error.failure);
      else if (error instanceof UnreadableSheet) await this.fail(found.id, { code: error.fault });
      else throw error;
      return false;
    }
  }

  private async *content(fileId: string): AsyncGenerator<Buffer> {
    const { content } = await this.files.open(fileId);
    yield* content as AsyncIterable<Buffer>;
  }

  private async readSheet(found: ImportRow, sheet: Sheet): Promise<void> {
    const { id, kind } = found;
    await rows(this.source, `update imports set encoding = $2, row_count = coalesce(row_count, $3) where id = $1`, [
      id,
      sheet.encoding,
      sheet.rowsAbout,
    ]);
    const names = await this.reader.names(found);
    const countAlone = await this.countingAlone();
    const today = dayOf(this.clock.now());
    let places: Places | undefined;
    let closest: string[] = [];
    let heading = 0;
    let seen = 0;
    let batch: SheetRow[] = [];
    // While PostgreSQL takes one batch in, the next is read.
    let storing: Promise<void> = Promise.resolve();
    const flush = async () => {
      const read = this.reader.readAll(kind, batch, places!, names, today, countAlone);
      const upTo = seen;
      const from = upTo - batch.length;
      batch = [];
      await storing;
      storing = this.transactions.run(async (em) => {
        const now = await lockImport(em, id);
        // Another worker did it meanwhile, or somebody discarded it.
        if (now?.state !== 'reading') throw new Overtaken();
        if (now.rows_read !== from) return;
        await insertRows(em, id, kind, read);
        await rows(em, `update imports set rows_read = $2, row_count = greatest(row_count, $2) where id = $1`, [
          id,
          upTo,
        ]);
      });
      // It is waited for before the next one; what goes wrong is told then.
      storing.catch(() => undefined);
    };
    for await (const some of sheet.rows) {
      for (const line of some) {
        if (line.cells.every((cell) => cell === '')) continue;
        if (!places) {
          const { places: here, missing } = readHeading(kind, line.cells);
          if (missing.length === 0) places = here;
          else if (closest.length === 0 || missing.length < closest.length) closest = missing;
          if (!places && ++heading >= HEADING_WITHIN) throw new Unusable({ code: 'columns_missing', missing: closest });
          continue;
        }
        seen++;
        if (seen > MOST_ROWS) throw new Unusable({ code: 'too_many_rows' });
        if (seen <= found.rows_read) continue;
        batch.push(line);
        if (batch.length === READ_BATCH) await flush();
      }
    }
    if (!places) throw new Unusable({ code: 'columns_missing', missing: closest });
    if (seen === 0) throw new Unusable({ code: 'no_rows' });
    if (batch.length > 0) await flush();
    await storing;
    await rows(this.source, `update imports set row_count = $2 where id = $1 and state = 'reading'`, [id, seen]);
  }

  /** What a row would count of somebody nobody knows, whom no other row names: nearly all of a long list. */
  private async countingAlone(): Promise<CountAlone> {
    const rules = await this.rules.all(this.source.manager);
    const cutOver = await readCutOver(this.source.manager);
    const at = this.clock.now();
    // Of a training or a school many say the same.
    const known = new Map<string, ReturnType<typeof foundOf>>();
    return (record) => {
      const said = JSON.stringify([record.facts, record.courseCode, record.organisationKind]);
      let found = known.get(said);
      if (!found) {
        found = foundOf(countResident([], [record], rules, at, cutOver).records[0]);
        if (known.size >= MOST_KNOWN) known.clear();
        known.set(said, found);
      }
      return found;
    };
  }

  private async fail(importId: string, failure: ImportFailure): Promise<void> {
    await rows(
      this.source,
      `update imports set state = 'failed', failure = $2, version = version + 1 where id = $1 and state = 'reading'`,
      [importId, JSON.stringify(failure)],
    );
  }

  /**
   * Finds out whom each row means and what it would count, person by person: of those who are known already, or whom several
   * rows name. Of all others the rows say it by themselves.
   */
  private async check({ id }: ImportRow): Promise<void> {
    // What is read of a table that was filled a moment ago is planned by what is in it, in the columns by which it is looked up.
    await rows(this.source, `analyze import_rows (import_id, number, document_hash, usable, person)`);
    let coming: Coming | null = null;
    do {
      const expected: Coming | null = coming;
      coming = await this.transactions.run((em) => this.checkBatch(em, id, expected));
    } while (coming);
  }

  /**
   * @param expected what was read of these people while PostgreSQL took in what was found out about those before them
   * @returns the next ones; null where there are no more
   */
  private async checkBatch(em: EntityManager, id: string, expected: Coming | null): Promise<Coming | null> {
    const now = await lockImport(em, id);
    if (now?.state !== 'reading') return null;
    const goesOn = expected !== null && now.done_up_to?.equals(expected.after);
    const found = goesOn ? await expected.people : await readPeopleToCheck(em, id, now.done_up_to, CHECK_BATCH);
    if (found.length === 0) {
      const counts = await sumFindings(em, id, IN_FILE);
      await rows(
        em,
        `update imports set state = 'ready', counts = $2, ready_at = $3, rows_checked = row_count, done_up_to = null,
                version = version + 1 where id = $1`,
        [id, JSON.stringify(counts), this.clock.now()],
      );
      return null;
    }
    const after = found.at(-1)!.document_hash;
    const next: Coming = { after, people: readPeopleToCheck(this.source, id, after, CHECK_BATCH) };
    // Where this batch fails nobody asks for the next.
    next.people.catch(() => undefined);
    await writeFindings(em, id, await this.findOut(em, found));
    await rows(em, `update imports set rows_checked = rows_checked + $2, done_up_to = $3 where id = $1`, [
      id,
      found.length,
      after,
    ]);
    return next;
  }

  private async findOut(em: EntityManager, found: readonly UsableRow[]): Promise<Finding[]> {
    const people = [...groupBy(found, hashOf).values()];
    const matches = await this.people.match(
      em,
      people.map(([first]) => ({
        name: first!.name,
        documentKind: first!.document_kind,
        documentHash: first!.document_hash,
      })),
    );
    const known = matches.flatMap((match) => (match.is === 'known' ? [match.residentId] : []));
    const rules = await this.rules.all(em);
    const cutOver = await readCutOver(em);
    const evidence = groupBy(known.length > 0 ? await readEvidence(em, known) : [], ({ residentId }) => residentId);
    const records = groupBy(known.length > 0 ? await readRecords(em, known) : [], ({ residentId }) => residentId);
    const at = this.clock.now();
    return people.flatMap((own, index) => {
      const match = matches[index]!;
      const residentId = match.is === 'known' ? match.residentId : null;
      // Of one document the first row says whose it is.
      const differs = own.filter((one) => match.is === 'differs' || one.name !== own[0]!.name);
      const alike = own.filter((one) => !differs.includes(one));
      const standing = residentId === null ? [] : (records.get(residentId) ?? []);
      const wanted = alike.map((one) => evidenceOf(one, residentId ?? 'new'));
      const counted = countResident(
        residentId === null ? [] : (evidence.get(residentId) ?? []),
        [...standing, ...wanted],
        rules,
        at,
        cutOver,
      );
      const outcomes = new Map(counted.records.map((outcome) => [outcome.record.recordId, outcome]));
      return [
        ...differs.map(({ number }): Finding => ({
          number,
          person: 'differs',
          residentId: null,
          counts: false,
          measures: [],
          reasons: [],
        })),
        ...alike.map((one): Finding => ({
          number: one.number,
          person: residentId === null ? 'new' : 'known',
          residentId,
          ...foundOf(outcomes.get(nameInFile(one.number))),
        })),
      ];
    });
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

/** The people behind a hash, while they are being read. */
interface Coming {
  after: Buffer;
  people: Promise<UsableRow[]>;
}

/** Thrown where a file cannot be used. */
class Unusable extends Error {
  constructor(readonly failure: ImportFailure) {
    super(failure.code);
  }
}

/** Thrown where the import is no longer being read. */
class Overtaken extends Error {}

const foundOf = (outcome: RecordOutcome | undefined): Pick<Finding, 'counts' | 'measures' | 'reasons'> => ({
  counts: (outcome?.granted.length ?? 0) > 0,
  measures: outcome?.granted.map(({ measure }) => measure) ?? [],
  reasons: outcome?.reasons ?? [],
});

const hashOf = ({ document_hash }: UsableRow) => document_hash.toString('hex');

const nameInFile = (number: number) => `${IN_FILE}${String(number).padStart(9, '0')}`;

const evidenceOf = (found: UsableRow, residentId: string): RecordEvidence => ({
  recordId: nameInFile(found.number),
  residentId,
  groups: [],
  facts: factsOf(found),
  courseCode: found.course_code,
  organisationId: found.organisation_id,
  organisationKind: found.organisation_kind,
  regionCode: found.region_code,
});

const personOf = (found: UsableRow) => ({
  name: found.name,
  documentKind: found.document_kind,
  documentSealed: found.document_sealed,
  documentHash: found.document_hash,
  birthDate: found.birth_date,
  sex: found.sex,
  phone: found.phone_sealed && found.phone_hash ? { sealed: found.phone_sealed, hash: found.phone_hash } : null,
});
