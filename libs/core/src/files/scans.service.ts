import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock.js';
import { row, rows } from '../database/sql.js';
import { Transactions } from '../database/transactions.js';
import { CoreErrors } from '../errors/core.errors.js';
import { Id, Moment, Text } from '../fields.js';
import type { Caller } from '../guard/caller.js';
import { newId } from '../ids.js';
import { FilesErrors } from './files.errors.js';
import { Files, type StoredFile, type Upload } from './files.service.js';

/** Scans that one thing has, those whose place was taken included. */
export const MOST_SCANS_OF_ONE = 20;

/** What a scan may be the paper of. */
export const SCANNED_KINDS = ['register_entry', 'reported_figure', 'period'] as const;
type ScannedKind = (typeof SCANNED_KINDS)[number];

/** A scan of the paper behind something that was written. */
export class ScanView {
  @Id()
  id!: string;

  @Text({ max: 200 })
  fileName!: string;

  @Text({ max: 100 })
  mediaType!: string;

  @Moment()
  addedAt!: string;

  @Text({ max: 100 })
  addedByName!: string;
}

interface ScanRow {
  id: string;
  subject_id: string;
  file_id: string;
  added_by: string;
  added_at: Date;
}

/**
 * Scans of the papers behind what the district itself writes: entries of registers, reported figures, locked periods. The
 * last one is the paper; those before it stay, with who added them. Who may add or see one is decided by the lib whose
 * thing it is.
 */
@Injectable()
export class Scans {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly files: Files,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a scan, in front of those before it. The same file of the same person again changes nothing.
   *
   * @param permit locks the thing and throws where it takes none; told of in the same transaction by `added`
   * @throws FILES.*, what `permit` throws
   */
  async add<View>(
    caller: Caller,
    kind: ScannedKind,
    subjectId: string,
    upload: Upload,
    permit: (em: EntityManager) => Promise<void>,
    added: (em: EntityManager, isNew: boolean) => Promise<View>,
  ): Promise<View> {
    const file = await this.files.upload(caller, 'document_scan', null, upload);
    return this.transactions.run(async (em) => {
      await permit(em);
      const there = await readScans(em, kind, [subjectId]);
      if (there.some(({ file_id }) => file_id === file.id)) return added(em, false);
      if (there.length >= MOST_SCANS_OF_ONE) throw FilesErrors.SCANS_ENOUGH({ most: MOST_SCANS_OF_ONE });
      await this.files.keep(em, caller, 'document_scan', null, [file.id]);
      await rows(
        em,
        `insert into document_scans (id, subject_kind, subject_id, file_id, added_by, added_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [newId(), kind, subjectId, file.id, caller.staffId, this.clock.now()],
      );
      return added(em, true);
    });
  }

  /**
   * The scans of these things, the last first.
   *
   * @param namesOf names of staff by id
   */
  async of(
    em: EntityManager,
    kind: ScannedKind,
    subjectIds: readonly string[],
    namesOf: (em: EntityManager, staffIds: readonly string[]) => Promise<Map<string, string>>,
  ): Promise<Map<string, ScanView[]>> {
    const found = await readScans(em, kind, subjectIds);
    const files = await this.files.find(
      em,
      found.map(({ file_id }) => file_id),
    );
    const names = await namesOf(
      em,
      found.map(({ added_by }) => added_by),
    );
    const views = new Map<string, ScanView[]>(subjectIds.map((id) => [id, []]));
    for (const scan of found) views.get(scan.subject_id)!.push(viewOf(scan, files.get(scan.file_id)!, names));
    return views;
  }

  /** Whether there is one. */
  async has(em: EntityManager, kind: ScannedKind, subjectId: string): Promise<boolean> {
    return (await readScans(em, kind, [subjectId])).length > 0;
  }

  /** A scan with its content. @throws CORE.NOT_FOUND */
  async open(kind: ScannedKind, subjectId: string, scanId: string) {
    const found = await row<{ file_id: string }>(
      this.source,
      `select file_id from document_scans where id = $1 and subject_kind = $2 and subject_id = $3`,
      [scanId, kind, subjectId],
    );
    if (!found) throw CoreErrors.NOT_FOUND();
    return this.files.open(found.file_id);
  }
}

const readScans = (em: EntityManager, kind: ScannedKind, subjectIds: readonly string[]) =>
  rows<ScanRow>(
    em,
    `select id, subject_id, file_id, added_by, added_at from document_scans
      where subject_kind = $1 and subject_id = any($2::uuid[]) order by subject_id, id desc`,
    [kind, subjectIds],
  );

const viewOf = (scan: ScanRow, file: StoredFile, names: ReadonlyMap<string, string>): ScanView => ({
  id: scan.id,
  fileName: file.name,
  mediaType: file.mediaType,
  addedAt: scan.added_at.toISOString(),
  addedByName: names.get(scan.added_by) ?? '',
});
