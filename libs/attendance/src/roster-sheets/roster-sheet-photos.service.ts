import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditAction } from '#contracts';
import { Audit, type Caller, Clock, CoreErrors, Files, newId, rows, Transactions, type Upload } from '#core';
import type { RosterSheetView } from './roster-sheets.dto.js';
import { RosterSheetErrors } from './roster-sheets.errors.js';
import { lockSheet, readSheetPhotos, type SheetRow } from './roster-sheets.queries.js';
import { RosterSheetsService } from './roster-sheets.service.js';

/** Photos of filled-in sheets: one stands at a time, and a wrong one is withdrawn and kept. */
@Injectable()
export class RosterSheetPhotosService {
  constructor(
    private readonly transactions: Transactions,
    private readonly sheets: RosterSheetsService,
    private readonly files: Files,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps a photo of the sheet. The same one again is answered as it is.
   *
   * @throws ATTENDANCE.SHEET_CODE_UNKNOWN, ATTENDANCE.SHEET_HAS_PHOTO, CORE.FORBIDDEN, FILES.*
   */
  async add(caller: Caller, typed: string, upload: Upload): Promise<RosterSheetView> {
    const { session, sheet: found } = await this.sheets.require(caller, typed);
    const file = await this.files.upload(caller, 'document_scan', session.organisationId, upload);
    return this.change(caller, found.code, async (em, { id }) => {
      const standing = (await readSheetPhotos(em, id)).find(({ withdrawn_at }) => withdrawn_at === null);
      if (standing?.file_id === file.id) return null;
      if (standing) throw RosterSheetErrors.SHEET_HAS_PHOTO();
      await this.files.keep(em, caller, 'document_scan', session.organisationId, [file.id]);
      await rows(
        em,
        `insert into roster_sheet_photos (id, sheet_id, file_id, added_by, added_at) values ($1, $2, $3, $4, $5)`,
        [newId(), id, file.id, caller.staffId, this.clock.now()],
      );
      return { action: 'roster_sheet.photo_added', details: {} };
    });
  }

  /**
   * Withdraws the photo that stands, before the sheet is transcribed or afterwards; another one may take its place.
   *
   * @throws ATTENDANCE.SHEET_CODE_UNKNOWN, ATTENDANCE.SHEET_PHOTO_GONE, CORE.FORBIDDEN
   */
  async withdraw(caller: Caller, typed: string, reason: string): Promise<RosterSheetView> {
    const { sheet } = await this.sheets.require(caller, typed);
    return this.change(caller, sheet.code, async (em, { id }) => {
      const done = await rows(
        em,
        `update roster_sheet_photos set withdrawn_by = $2, withdrawn_at = $3, withdrawn_because = $4
          where sheet_id = $1 and withdrawn_at is null returning id`,
        [id, caller.staffId, this.clock.now(), reason],
      );
      if (done.length === 0) throw RosterSheetErrors.SHEET_PHOTO_GONE();
      return { action: 'roster_sheet.photo_withdrawn', details: { reason } };
    });
  }

  /**
   * A photo of the sheet, withdrawn or not; without an id the one that stands.
   *
   * @throws ATTENDANCE.SHEET_CODE_UNKNOWN, CORE.NOT_FOUND, CORE.FORBIDDEN
   */
  async open(caller: Caller, typed: string, photoId?: string) {
    const { sheet, em } = await this.sheets.require(caller, typed);
    const photo = (await readSheetPhotos(em, sheet.id)).find(({ id, withdrawn_at }) =>
      photoId === undefined ? withdrawn_at === null : id === photoId,
    );
    if (!photo) throw CoreErrors.NOT_FOUND();
    return this.files.open(photo.file_id);
  }

  private change(
    caller: Caller,
    code: string,
    work: (em: EntityManager, sheet: SheetRow) => Promise<{ action: AuditAction; details: object } | null>,
  ): Promise<RosterSheetView> {
    return this.transactions.run(async (em) => {
      await lockSheet(em, code);
      const { sheet, session } = await this.sheets.require(caller, code, em);
      const done = await work(em, sheet);
      if (done) {
        const { id: targetId, organisationId } = session;
        const details = { sheetId: sheet.id, ...done.details };
        await this.audit.write(em, caller, [
          { action: done.action, targetKind: 'class_session', targetId, organisationId, details },
        ]);
      }
      return this.sheets.viewOf(em, caller, sheet.code);
    });
  }
}
