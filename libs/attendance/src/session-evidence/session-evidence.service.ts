import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  CoreErrors,
  cutPage,
  Files,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  type PageQuery,
  readCursor,
  requireVersion,
  row,
  rows,
  Transactions,
  type Upload,
} from '#core';
import { type SessionFacts, SessionsService } from '#catalogue';
import { StaffService } from '#people';
import { requireOfSession } from '../roster.service.js';
import type { HeadcountRequest, HeadcountView, SessionPhotoView } from './session-evidence.dto.js';
import { SessionPhotoEntity } from './session-evidence.entities.js';
import { SessionEvidenceErrors } from './session-evidence.errors.js';

/** Photos without which a headcount says nothing (counting rule 10). */
const PHOTOS_NEEDED = 2;

/** What proves a session beside its marks: photos, and how many came whose names nobody took. */
@Injectable()
export class SessionEvidenceService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly writes: IdempotentWrites,
    private readonly sessions: SessionsService,
    private readonly staff: StaffService,
    private readonly files: Files,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Photos of a session, the latest first, those that were withdrawn included.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN
   */
  async listPhotos(caller: Caller, sessionId: string, query: PageQuery): Promise<Page<SessionPhotoView>> {
    const em = this.source.manager;
    const [before = null] = readCursor(query.cursor, ['uuid']) ?? [];
    requireOfSession(caller, 'attendance.read', await this.sessions.require(em, sessionId));
    const found = await rows<PhotoRow>(
      em,
      `${PHOTOS} where session_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [sessionId, before, query.limit + 1],
    );
    const names = await this.namesOf(em, found);
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      (photo) => photoView(photo, names),
    );
  }

  /**
   * Adds a photo. One that stands there already is answered as it is, so that sending it again does nothing twice.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, ATTENDANCE.NOT_BEGUN, FILES.*
   */
  async addPhoto(caller: Caller, sessionId: string, upload: Upload): Promise<SessionPhotoView> {
    const session = await this.sessions.require(this.source.manager, sessionId);
    requireOfSession(caller, 'attendance.mark', session);
    this.requireBegun(session);
    const file = await this.files.upload(caller, 'session_photo', session.organisationId, upload);
    return this.transactions.run(async (em) => {
      await this.files.keep(em, caller, 'session_photo', session.organisationId, [file.id]);
      const added = await row<PhotoRow>(
        em,
        `insert into session_photos (id, session_id, file_id, added_by, added_at, version)
         values ($1, $2, $3, $4, $5, 1)
         on conflict (session_id, file_id) where withdrawn_at is null do nothing returning ${COLUMNS}`,
        [newId(), sessionId, file.id, caller.staffId, this.clock.now()],
      );
      if (added) await this.note(em, caller, 'session_photo.added', session, { photoId: added.id });
      const photo =
        added ??
        (await row<PhotoRow>(em, `${PHOTOS} where session_id = $1 and file_id = $2 and withdrawn_at is null`, [
          sessionId,
          file.id,
        ]));
      if (!photo) throw CoreErrors.BUSY();
      return photoView(photo, await this.namesOf(em, [photo]));
    });
  }

  /**
   * Takes a photo back: it is kept with the reason and shown no more.
   *
   * @throws ATTENDANCE.PHOTO_UNKNOWN, ATTENDANCE.PHOTO_WITHDRAWN, CORE.FORBIDDEN, CORE.STALE
   */
  withdrawPhoto(caller: Caller, photoId: string, version: number, reason: string): Promise<SessionPhotoView> {
    return this.transactions.run(async (em) => {
      const photo = await row<PhotoRow>(em, `${PHOTOS} where id = $1 for update`, [photoId]);
      if (!photo) throw SessionEvidenceErrors.PHOTO_UNKNOWN();
      const session = await this.sessions.require(em, photo.session_id);
      requireOfSession(caller, 'attendance.mark', session);
      requireVersion(photo.version, version);
      if (photo.withdrawn_at) throw SessionEvidenceErrors.PHOTO_WITHDRAWN();
      const withdrawn = await row<PhotoRow>(
        em,
        `update session_photos set withdrawn_by = $2, withdrawn_at = $3, withdrawn_because = $4, version = version + 1
          where id = $1 returning ${COLUMNS}`,
        [photoId, caller.staffId, this.clock.now(), reason],
      );
      await this.note(em, caller, 'session_photo.withdrawn', session, { photoId });
      return photoView(withdrawn!, await this.namesOf(em, [withdrawn!]));
    });
  }

  /** The picture itself. @throws ATTENDANCE.PHOTO_UNKNOWN for one that was withdrawn, too; CORE.FORBIDDEN */
  async openPhoto(caller: Caller, photoId: string) {
    const em = this.source.manager;
    const photo = await em.findOneBy(SessionPhotoEntity, { id: photoId });
    if (!photo) throw SessionEvidenceErrors.PHOTO_UNKNOWN();
    requireOfSession(caller, 'attendance.read', await this.sessions.require(em, photo.sessionId));
    if (photo.withdrawnAt) throw SessionEvidenceErrors.PHOTO_UNKNOWN();
    return this.files.open(photo.fileId);
  }

  /**
   * Headcounts of a session, the latest first; that one stands.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN
   */
  async listHeadcounts(caller: Caller, sessionId: string, query: PageQuery): Promise<Page<HeadcountView>> {
    const em = this.source.manager;
    const [before = null] = readCursor(query.cursor, ['uuid']) ?? [];
    requireOfSession(caller, 'attendance.read', await this.sessions.require(em, sessionId));
    const found = await rows<HeadcountRow>(
      em,
      `select id, headcount, note, recorded_by, recorded_at from session_headcounts
        where session_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [sessionId, before, query.limit + 1],
    );
    const names = await this.staff.namesOf(
      em,
      found.map(({ recorded_by }) => recorded_by),
    );
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      (headcount) => headcountView(headcount, names),
    );
  }

  /**
   * Records how many came whose names were not taken. It counts toward nothing (counting rule 10); another one takes
   * its place and both stay.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, ATTENDANCE.NOT_BEGUN, ATTENDANCE.PHOTOS_MISSING
   */
  recordHeadcount(caller: Caller, sessionId: string, request: HeadcountRequest, once: OnceKey): Promise<HeadcountView> {
    return this.writes.run(once, async (em) => {
      const session = await this.sessions.require(em, sessionId);
      requireOfSession(caller, 'attendance.mark', session);
      this.requireBegun(session);
      // Locked, so that none of them is withdrawn at the same moment.
      const photos = await rows(
        em,
        `select 1 from session_photos where session_id = $1 and withdrawn_at is null for key share`,
        [sessionId],
      );
      if (photos.length < PHOTOS_NEEDED) {
        throw SessionEvidenceErrors.PHOTOS_MISSING({ needed: PHOTOS_NEEDED, there: photos.length });
      }
      const recorded = await row<HeadcountRow>(
        em,
        `insert into session_headcounts (id, session_id, headcount, note, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6) returning id, headcount, note, recorded_by, recorded_at`,
        [newId(), sessionId, request.headcount, request.note ?? null, caller.staffId, this.clock.now()],
      );
      await this.note(em, caller, 'session_headcount.recorded', session, { headcount: request.headcount });
      return headcountView(recorded!, await this.staff.namesOf(em, [recorded!.recorded_by]));
    });
  }

  private requireBegun({ startsAt, state }: SessionFacts): void {
    if (state === 'cancelled' || startsAt > this.clock.now()) throw SessionEvidenceErrors.NOT_BEGUN();
  }

  private note(em: EntityManager, caller: Caller, action: AuditAction, session: SessionFacts, details: object) {
    return this.audit.write(em, caller, [
      {
        action,
        targetKind: 'class_session',
        targetId: session.id,
        organisationId: session.organisationId,
        details: { ...details },
      },
    ]);
  }

  private namesOf(em: EntityManager, photos: readonly PhotoRow[]): Promise<Map<string, string>> {
    const ids = photos.flatMap(({ added_by, withdrawn_by }) => [added_by, ...(withdrawn_by ? [withdrawn_by] : [])]);
    return this.staff.namesOf(em, [...new Set(ids)]);
  }
}

interface PhotoRow {
  id: string;
  session_id: string;
  added_by: string;
  added_at: Date;
  withdrawn_by: string | null;
  withdrawn_at: Date | null;
  withdrawn_because: string | null;
  version: number;
}

const COLUMNS = 'id, session_id, added_by, added_at, withdrawn_by, withdrawn_at, withdrawn_because, version';
const PHOTOS = `select ${COLUMNS} from session_photos`;

const photoView = (photo: PhotoRow, names: ReadonlyMap<string, string>): SessionPhotoView => ({
  id: photo.id,
  addedAt: photo.added_at.toISOString(),
  addedByName: names.get(photo.added_by) ?? '',
  withdrawnAt: photo.withdrawn_at?.toISOString() ?? null,
  withdrawnByName: photo.withdrawn_by && (names.get(photo.withdrawn_by) ?? ''),
  withdrawnBecause: photo.withdrawn_because,
  version: photo.version,
});

interface HeadcountRow {
  id: string;
  headcount: number;
  note: string | null;
  recorded_by: string;
  recorded_at: Date;
}

const headcountView = (found: HeadcountRow, names: ReadonlyMap<string, string>): HeadcountView => ({
  id: found.id,
  headcount: found.headcount,
  note: found.note,
  recordedAt: found.recorded_at.toISOString(),
  recordedByName: names.get(found.recorded_by) ?? '',
});
