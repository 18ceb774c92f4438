import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { groupBy, dayOf } from '#contracts';
import { Clock, Files, openSheet, rows, type Sheet, type SheetRow, Transactions, UnreadableSheet } from '#core';
import { ListedPeopleService } from '#people';
import { countResident, type RecordOutcome } from '../counting/allocation.rules.js';
import { CountingRules } from '../counting/counting-rules.service.js';
import { readEvidence } from '../evidence/evidence.queries.js';
import { readRecords } from '../evidence/records.queries.js';
import { readCutOver } from '../opening-figures/opening-figures.queries.js';
import { HEADING_WITHIN, type Places, readHeading } from './import-columns.rules.js';
import { type CountAlone, ImportReader } from './import-reader.js';
import {
  type Finding,
  type ImportRow,
  insertRows,
  lockImport,
  readImport,
  readPeopleToCheck,
  sumFindings,
  type UsableRow,
  writeFindings,
} from './imports.queries.js';
import { type ImportFailure, MOST_ROWS } from './imports.rules.js';
import { evidenceOf, hashOf, IN_FILE, nameInFile } from './usable-rows.js';

/** Rows, or people, in one transaction. */
const READ_BATCH = 2_000;
const CHECK_BATCH = 1_000;

/** Different records of which it is known what each would count. */
const MOST_KNOWN = 5_000;

/**
 * Reads the file of an import and finds out whom and what it means, before anybody confirms it. Each batch is a transaction
 * that says how far it came.
 */
@Injectable()
export class ImportsReadingService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly files: Files,
    private readonly reader: ImportReader,
    private readonly people: ListedPeopleService,
    private readonly rules: CountingRules,
    private readonly clock: Clock,
  ) {}

  /** Reads the file on from where it was read to, and checks what was read, until somebody can look at it and confirm it. */
  async read(found: ImportRow): Promise<void> {
    if (await this.readFile(found)) await this.check(found);
  }

  /** Whether the whole file was read; not if it cannot be. */
  private async readFile(found: ImportRow): Promise<boolean> {
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
    return (said, evidence) => {
      let found = known.get(said);
      if (!found) {
        found = foundOf(countResident([], [evidence()], rules, at, cutOver).records[0]);
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
}

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
