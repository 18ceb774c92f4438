import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction, ImportKind, Language } from '#contracts';
import {
  Audit,
  BYTE_ORDER_MARK,
  type Caller,
  Clock,
  csvRow,
  cutPage,
  Files,
  IdempotentWrites,
  newId,
  type OnceKey,
  Outbox,
  type Page,
  readCursor,
  requireVersion,
  rows,
  type SheetForm,
  sheetOf,
  Transactions,
  type Upload,
} from '#core';
import { OrganisationsService } from '#places';
import { COLUMNS } from './import-columns.rules.js';
import { readFiguresBeside, readReplaced, type ReplacedFigure } from './import-replacements.queries.js';
import { ImportReplacementsService } from './import-replacements.service.js';
import type {
  CreateImportRequest,
  ImportCountsView,
  ImportDetailView,
  ImportReplacementView,
  ImportRowsQuery,
  ImportRowView,
  ImportsQuery,
  ImportView,
} from './imports.dto.js';
import { ImportEntity } from './imports.entities.js';
import { ImportErrors } from './imports.errors.js';
import {
  type ImportRow,
  isFileOfImport,
  lockImport,
  readImport,
  readImports,
  readShownRows,
  type ShownRow,
} from './imports.queries.js';
import {
  failureInWords,
  fieldInWords,
  type ImportCounts,
  type ImportMove,
  mayMove,
  problemInWords,
} from './imports.rules.js';
import { maskName, reasonInWords, reasonKindInWords } from '../counting/words.rules.js';

/** Rows of a list of problems that are read at once. */
const PROBLEMS_AT_ONCE = 1_000;

const REFUSALS: Record<ImportMove, 'IMPORT_NOT_READY' | 'IMPORT_NOT_DISCARDABLE' | 'IMPORT_NOT_WRITTEN'> = {
  confirm: 'IMPORT_NOT_READY',
  discard: 'IMPORT_NOT_DISCARDABLE',
  undo: 'IMPORT_NOT_WRITTEN',
};

/** 导入: lists of other departments, from the template to the confirmation and the undoing (counting rule 9). */
@Injectable()
export class ImportsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly organisations: OrganisationsService,
    private readonly files: Files,
    private readonly outbox: Outbox,
    private readonly replacements: ImportReplacementsService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The latest first. */
  async list(caller: Caller, query: ImportsQuery): Promise<Page<ImportView>> {
    caller.require('imports.manage');
    const [before = null] = readCursor(query.cursor, ['uuid']) ?? [];
    const found = await readImports(this.source, query.kind, before, query.limit + 1);
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      (one) => viewOf(one, caller.language),
    );
  }

  /** @throws PARTICIPATION.IMPORT_UNKNOWN */
  async get(caller: Caller, id: string): Promise<ImportDetailView> {
    caller.require('imports.manage');
    const em = this.source.manager;
    const found = await find(em, id);
    const replaced = found.state === 'ready' ? await readFiguresBeside(em, id) : await readReplaced(em, id);
    return { ...viewOf(found, caller.language), replaces: replaced.map(replacementView) };
  }

  /** Says from whom a list is; its file comes next. @throws PLACES.ORGANISATION_UNKNOWN, PLACES.ORGANISATION_CLOSED */
  create(caller: Caller, request: CreateImportRequest, once: OnceKey): Promise<ImportView> {
    caller.require('imports.manage');
    return this.once.run(once, async (em) => {
      await this.organisations.require(em, request.departmentId);
      const id = newId();
      await em.insert(ImportEntity, {
        id,
        kind: request.kind,
        departmentId: request.departmentId,
        documentNumber: request.documentNumber ?? null,
        fileName: request.fileName,
        importedBy: caller.staffId,
        importedAt: this.clock.now(),
      });
      return this.done(em, caller, 'import.created', id);
    });
  }

  /**
   * Takes the file, piece by piece as it comes, and has it read. The same file again answers the present state.
   *
   * @throws PARTICIPATION.IMPORT_UNKNOWN, PARTICIPATION.IMPORT_HAS_FILE, FILES.TOO_LARGE, FILES.EMPTY, FILES.WRONG_TYPE
   */
  async upload(caller: Caller, id: string, upload: Upload): Promise<ImportView> {
    caller.require('imports.manage');
    const { department_id: departmentId, state } = await find(this.source.manager, id);
    if (state === 'discarded') throw ImportErrors.IMPORT_HAS_FILE();
    const file = await this.files.upload(caller, 'import', departmentId, upload);
    return this.transactions.run(async (em) => {
      const found = (await lockImport(em, id))!;
      if (found.file_id === file.id) return viewOf(found, caller.language);
      if (found.state !== 'waiting') throw ImportErrors.IMPORT_HAS_FILE();
      await this.files.keep(em, caller, 'import', departmentId, [file.id]);
      await rows(em, `update imports set file_id = $2, state = 'reading', version = version + 1 where id = $1`, [
        id,
        file.id,
      ]);
      await this.outbox.tell(em, 'import.due', [id]);
      return this.done(em, caller, 'import.uploaded', id);
    });
  }

  /** Rows in the order of the file. @throws PARTICIPATION.IMPORT_UNKNOWN */
  async rows(caller: Caller, id: string, query: ImportRowsQuery): Promise<Page<ImportRowView>> {
    caller.require('imports.manage');
    await find(this.source.manager, id);
    const [after = '0'] = readCursor(query.cursor, ['number']) ?? [];
    const found = await readShownRows(this.source, id, query.show ?? 'all', Number(after), query.limit + 1);
    return cutPage(
      found,
      query.limit,
      ({ number }) => [number],
      (one) => rowViewOf(one, caller.language),
    );
  }

  /** Everything that is wrong with the rows, as CSV for whoever has to correct them. @throws PARTICIPATION.IMPORT_UNKNOWN */
  async problems(caller: Caller, id: string): Promise<Readable> {
    caller.require('imports.manage');
    await find(this.source.manager, id);
    return Readable.from(this.problemLines(id, caller.language));
  }

  private async *problemLines(id: string, language: Language): AsyncGenerator<string> {
    const zh = language === 'zh';
    yield (
      BYTE_ORDER_MARK +
      csvRow(zh ? ['行号', '姓名', '列', '问题与办法', '能否导入'] : ['row', 'name', 'column', 'problem', 'usable'])
    );
    for (let after = 0; ;) {
      const found = await readShownRows(this.source, id, 'problems', after, PROBLEMS_AT_ONCE);
      for (const { number, name, problems, usable } of found) {
        for (const problem of problems) {
          yield csvRow([
            number,
            name === null ? '' : maskName(name),
            fieldInWords(problem.field, language),
            problemInWords(problem, language),
            zh ? (usable ? '能' : '不能') : usable ? 'yes' : 'no',
          ]);
        }
      }
      if (found.length < PROBLEMS_AT_ONCE) return;
      after = found.at(-1)!.number;
    }
  }

  /**
   * Has the usable rows written, in place of the figures beside the ledger that hold the same.
   *
   * @param replaces ids of those opening figures and sealed totals; all that there are have to be named
   * @throws PARTICIPATION.IMPORT_UNKNOWN, PARTICIPATION.IMPORT_NOT_READY, PARTICIPATION.IMPORT_NOTHING_USABLE,
   *   PARTICIPATION.IMPORT_COUNTED_BESIDE, PARTICIPATION.IMPORT_NOT_BESIDE, PARTICIPATION.IMPORT_FIGURE_TAKEN, CORE.STALE
   */
  confirm(caller: Caller, id: string, version: number, replaces: readonly string[] = []): Promise<ImportView> {
    return this.move(caller, id, version, 'confirm', async (em, { counts }) => {
      if (!counts || counts.rows === counts.unusable) throw ImportErrors.IMPORT_NOTHING_USABLE();
      await this.replacements.begin(em, caller, id, replaces);
      await rows(
        em,
        `update imports set state = 'writing', confirmed_by = $2, confirmed_at = $3, version = version + 1 where id = $1`,
        [id, caller.staffId, this.clock.now()],
      );
      await this.outbox.tell(em, 'import.due', [id]);
      return 'import.confirmed';
    });
  }

  /**
   * Lets go of what was read and of the file: none of it is anybody's business any more.
   *
   * @throws PARTICIPATION.IMPORT_UNKNOWN, PARTICIPATION.IMPORT_NOT_DISCARDABLE, CORE.STALE
   */
  discard(caller: Caller, id: string, version: number): Promise<ImportView> {
    return this.move(caller, id, version, 'discard', async (em, { file_id: fileId }) => {
      await rows(em, `delete from import_rows where import_id = $1`, [id]);
      await rows(em, `update imports set state = 'discarded', file_id = null, version = version + 1 where id = $1`, [
        id,
      ]);
      // Who uploads the same list for another import has the same file.
      if (fileId && !(await isFileOfImport(em, fileId))) await this.files.letGo(em, fileId);
      return 'import.discarded';
    });
  }

  /**
   * Takes back what the import counted, by reversing entries; of months that are locked, by adjustments. Figures whose
   * place it took count again.
   *
   * @throws PARTICIPATION.IMPORT_UNKNOWN, PARTICIPATION.IMPORT_NOT_WRITTEN, PARTICIPATION.SEALED_STANDS, CORE.STALE
   */
  undo(caller: Caller, id: string, version: number, reason: string): Promise<ImportView> {
    return this.move(caller, id, version, 'undo', async (em) => {
      await this.replacements.reopen(em, caller, id);
      await rows(
        em,
        `update imports set state = 'undoing', undone_by = $2, undone_at = $3, undone_because = $4, rows_done = 0,
                version = version + 1 where id = $1`,
        [id, caller.staffId, this.clock.now(), reason],
      );
      await this.outbox.tell(em, 'import.due', [id]);
      return 'import.undo_asked';
    });
  }

  /** An empty list with its heading and an example, as CSV or workbook. */
  template(caller: Caller, kind: ImportKind, form: SheetForm): Buffer {
    caller.require('imports.manage');
    const lines = [COLUMNS[kind].map(({ heading }) => heading), COLUMNS[kind].map(({ example }) => example)];
    return sheetOf(form, kind === 'training' ? '培训记录' : '学历提升', lines);
  }

  private move(
    caller: Caller,
    id: string,
    version: number,
    move: ImportMove,
    work: (em: EntityManager, found: ImportRow) => Promise<AuditAction>,
  ): Promise<ImportView> {
    caller.require('imports.manage');
    return this.transactions.run(async (em) => {
      const found = await lockImport(em, id);
      if (!found) throw ImportErrors.IMPORT_UNKNOWN();
      requireVersion(found.version, version);
      if (!mayMove(found.state, move)) throw ImportErrors[REFUSALS[move]]();
      return this.done(em, caller, await work(em, found), id);
    });
  }

  private async done(em: EntityManager, caller: Caller, action: AuditAction, id: string): Promise<ImportView> {
    const found = (await readImport(em, id))!;
    const { kind, department_id: departmentId, counts, undone_because: reason } = found;
    await this.audit.write(em, caller, [
      {
        action,
        targetKind: 'import',
        targetId: id,
        details: { kind, departmentId, ...(counts && { rows: counts.rows }), ...(reason && { reason }) },
      },
    ]);
    return viewOf(found, caller.language);
  }
}

async function find(em: EntityManager, id: string): Promise<ImportRow> {
  const found = await readImport(em, id);
  if (!found) throw ImportErrors.IMPORT_UNKNOWN();
  return found;
}

const step = (name: string | null, at: Date | null, reason: string | null = null) =>
  name !== null && at !== null ? { name, at: at.toISOString(), reason } : null;

function viewOf(found: ImportRow, language: Language): ImportView {
  return {
    id: found.id,
    kind: found.kind,
    state: found.state,
    departmentId: found.department_id,
    departmentName: found.department_name,
    departmentNameEn: found.department_name_en,
    documentNumber: found.document_number,
    fileName: found.file_name,
    fileBytes: found.file_bytes,
    encoding: found.encoding,
    failure: found.failure && failureInWords(found.failure, language),
    rowCount: found.row_count,
    rowsRead: found.rows_read,
    rowsChecked: found.rows_checked,
    rowsDone: found.rows_done,
    counts: found.counts && countsViewOf(found.counts, language),
    imported: step(found.imported_by, found.imported_at)!,
    confirmed: step(found.confirmed_by, found.confirmed_at),
    writtenAt: found.written_at?.toISOString() ?? null,
    undone: step(found.undone_by, found.undone_at, found.undone_because),
    version: found.version,
  };
}

const replacementView = (figure: ReplacedFigure): ImportReplacementView => ({
  id: figure.id,
  kind: figure.kind,
  measure: figure.measure,
  period: figure.period,
  ofName: figure.of_name,
  value: figure.value,
  names: figure.names,
  state: figure.state,
});

const countsViewOf = (counts: ImportCounts, language: Language): ImportCountsView => ({
  ...counts,
  reasons: counts.reasons.map(({ code, rows: of }) => ({
    code,
    rows: of,
    sentence: reasonKindInWords(code, language),
  })),
  problems: counts.problems.map(({ code, rows: of }) => ({
    code,
    rows: of,
    sentence: problemInWords({ code, field: FIELD_OF[code] ?? 'name' }, language),
  })),
});

/** Problems whose sentence names the column, in a sum over all of them. */
const FIELD_OF: Partial<Record<ImportCounts['problems'][number]['code'], 'startsOn' | 'expectedYear' | 'dual'>> = {
  DATE_MISSING: 'startsOn',
  DATE_WRONG: 'startsOn',
  DATE_TO_COME: 'startsOn',
  YEAR_WRONG: 'expectedYear',
  DUAL_WRONG: 'dual',
};

const rowViewOf = (found: ShownRow, language: Language): ImportRowView => ({
  number: found.number,
  name: found.name === null ? null : maskName(found.name),
  title: found.title,
  organisationName: found.organisation_name,
  regionName: found.region_name,
  classTerm: found.class_term,
  classHours: found.class_hours === null ? null : Number(found.class_hours),
  level: found.level,
  day: found.ends_on ?? found.registered_on ?? found.graduated_on,
  usable: found.usable,
  person: found.person,
  counts: found.counts,
  problems: found.problems.map((problem) => ({
    code: problem.code,
    field: problem.field,
    sentence: problemInWords(problem, language),
  })),
  reasons: (found.reasons ?? []).map((reason) => ({ code: reason.code, sentence: reasonInWords(reason, language) })),
});
