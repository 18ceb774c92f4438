import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock.js';
import { row, rows } from '../database/sql.js';
import { brokenConstraint } from '../database/transactions.js';
import { CoreErrors } from '../errors/core.errors.js';
import type { Caller } from '../guard/caller.js';
import { newId } from '../ids.js';
import { Sealing } from '../sealing/sealing.js';
import { FilesErrors } from './files.errors.js';
import {
  FILE_PURPOSES,
  fileNameOf,
  type FilePurpose,
  isImage,
  looksLike,
  type MediaType,
  mediaTypeOf,
} from './files.rules.js';
import { withoutMetadata } from './images.rules.js';

/** Bytes of a piece; memory that an upload or a download takes is a few times this. */
const PIECE_BYTES = 1024 * 1024;
const DAY_MS = 86_400_000;
/** Files that are purged at once. */
const PURGED_AT_ONCE = 20;

/** A file as it arrives. */
export interface Upload {
  /** The Content-Type it was sent with. */
  contentType: string | undefined;
  name?: string;
  /** Bytes, where the sender says so beforehand. */
  length?: number;
  content: AsyncIterable<Uint8Array>;
}

/** What is known of a stored file. */
export interface StoredFile {
  id: string;
  purpose: FilePurpose;
  mediaType: MediaType;
  name: string;
  /** Bytes. */
  size: number;
  /** Null: the district's own. */
  organisationId: string | null;
  uploadedBy: string | null;
  uploadedAt: Date;
}

/**
 * Files (photos, scans, tables) in PostgreSQL, sealed piece by piece. Who may upload or see one is decided by the lib
 * that refers to it: it uploads, then keeps the file in the transaction that writes the reference.
 */
@Injectable()
export class Files {
  constructor(
    private readonly source: DataSource,
    private readonly sealing: Sealing,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores what is uploaded. Each piece is a short transaction of its own, so that a slow sender holds no connection;
   * the file exists for others when it is complete. Who uploads the same content for the same purpose again gets the
   * file that is there. Until it is {@link keep kept} it is purged after a day.
   *
   * @throws FILES.WRONG_TYPE, FILES.TOO_LARGE, FILES.EMPTY, FILES.NOT_WHAT_IT_SAYS
   */
  async upload(
    caller: Caller,
    purpose: FilePurpose,
    organisationId: string | null,
    upload: Upload,
  ): Promise<StoredFile> {
    const rules: { mediaTypes: readonly MediaType[]; most: number } = FILE_PURPOSES[purpose];
    const mediaType = mediaTypeOf(upload.contentType);
    if (!mediaType || !rules.mediaTypes.includes(mediaType)) {
      throw FilesErrors.WRONG_TYPE({ types: rules.mediaTypes.join(', ') });
    }
    const tooLarge = () => FilesErrors.TOO_LARGE({ megabytes: rules.most / 1024 / 1024 });
    if ((upload.length ?? 0) > rules.most) throw tooLarge();
    const id = newId();
    const content = limited(upload.content, rules.most, tooLarge);
    const pieces = isImage(mediaType) ? await cleanImage(mediaType, content) : inPieces(content);
    await row(
      this.source,
      `insert into stored_files (id, purpose, media_type, name, organisation_id, uploaded_by, uploaded_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        id,
        purpose,
        mediaType,
        fileNameOf(upload.name, mediaType),
        organisationId,
        caller.actor.kind === 'system' ? null : caller.staffId,
        this.clock.now(),
      ],
    );
    try {
      return await this.fill(id, mediaType, pieces);
    } catch (error) {
      // What cannot be removed now goes with the others that nobody refers to.
      await this.remove(id).catch(() => undefined);
      throw error;
    }
  }

  private async fill(id: string, mediaType: MediaType, pieces: AsyncIterable<Buffer> | Buffer[]): Promise<StoredFile> {
    const hash = createHash('sha256');
    let size = 0;
    let number = 0;
    for await (const piece of pieces) {
      if (number === 0 && !looksLike(mediaType, piece)) throw FilesErrors.NOT_WHAT_IT_SAYS();
      hash.update(piece);
      size += piece.length;
      await row(this.source, `insert into stored_file_pieces (file_id, number, sealed) values ($1, $2, $3)`, [
        id,
        number,
        this.sealing.sealBytes(purposeOf(id, number), piece),
      ]);
      number++;
    }
    if (size === 0) throw FilesErrors.EMPTY();
    const sha256 = hash.digest();
    return this.complete(id, size, sha256);
  }

  /** The file, complete; or the one of the same content that its uploader completed before, which takes its place. */
  private async complete(id: string, size: number, sha256: Buffer): Promise<StoredFile> {
    try {
      const done = await row<StoredRow>(
        this.source,
        `update stored_files f set size = $2, sha256 = $3 where id = $1 returning ${COLUMNS}`,
        [id, size, sha256],
      );
      return viewOf(done!);
    } catch (error) {
      if (brokenConstraint(error) !== 'uq_stored_files_content') throw error;
    }
    const there = await row<StoredRow>(
      this.source,
      `select ${COLUMNS} from stored_files f
         join stored_files n on n.purpose = f.purpose and n.organisation_id is not distinct from f.organisation_id
                            and n.uploaded_by is not distinct from f.uploaded_by
        where n.id = $1 and f.sha256 = $2`,
      [id, sha256],
    );
    await this.remove(id);
    // Purged between the two statements: to be sent again.
    if (!there) throw CoreErrors.BUSY();
    return viewOf(there);
  }

  /**
   * Says in the caller's transaction that something refers to these files now, and gives them, in the order of the ids.
   *
   * @throws FILES.UNKNOWN unless all are complete, of this purpose and organisation, and uploaded by the caller
   */
  async keep(
    em: EntityManager,
    caller: Caller,
    purpose: FilePurpose,
    organisationId: string | null,
    ids: readonly string[],
  ): Promise<StoredFile[]> {
    if (ids.length === 0) return [];
    const kept = await rows<StoredRow>(
      em,
      `update stored_files f set kept_at = coalesce(kept_at, $1)
        where id in (select id from stored_files where id = any($2::uuid[]) order by id for update)
          and purpose = $3 and organisation_id is not distinct from $4 and size is not null
          and uploaded_by is not distinct from $5 returning ${COLUMNS}`,
      [this.clock.now(), ids, purpose, organisationId, caller.actor.kind === 'system' ? null : caller.staffId],
    );
    const byId = new Map(kept.map((found) => [found.id, viewOf(found)]));
    return ids.map((id) => {
      const file = byId.get(id);
      if (!file) throw FilesErrors.UNKNOWN();
      return file;
    });
  }

  /** What is known of complete files, by id; those that do not exist are left out. */
  async find(on: EntityManager | DataSource, ids: readonly string[]): Promise<Map<string, StoredFile>> {
    if (ids.length === 0) return new Map();
    const found = await rows<StoredRow>(
      on,
      `select ${COLUMNS} from stored_files f where id = any($1::uuid[]) and size is not null`,
      [ids],
    );
    return new Map(found.map((one) => [one.id, viewOf(one)]));
  }

  /**
   * A complete file with its content as a stream, piece by piece.
   *
   * @throws CORE.NOT_FOUND
   */
  async open(id: string): Promise<{ file: StoredFile; content: Readable }> {
    const file = (await this.find(this.source, [id])).get(id);
    if (!file) throw CoreErrors.NOT_FOUND();
    return { file, content: Readable.from(this.pieces(file), { objectMode: false }) };
  }

  /** The whole content; for a lib that reads a file which is known to be small. @throws CORE.NOT_FOUND */
  async read(id: string): Promise<Buffer> {
    const { content } = await this.open(id);
    return Buffer.concat((await content.toArray()) as Buffer[]);
  }

  private async *pieces(file: StoredFile): AsyncGenerator<Buffer> {
    let given = 0;
    for (let number = 0; given < file.size; number++) {
      const piece = await row<{ sealed: Buffer }>(
        this.source,
        `select sealed from stored_file_pieces where file_id = $1 and number = $2`,
        [file.id, number],
      );
      if (!piece) throw new Error(`Piece ${number} of file ${file.id} is missing.`);
      const content = this.sealing.openBytes(purposeOf(file.id, number), piece.sealed);
      given += content.length;
      yield content;
    }
  }

  /**
   * Removes files that nothing refers to a day after they were uploaded, complete or not. The one exception to "nothing
   * is deleted": they are no evidence of anything, and personal data that nobody needs must not stay.
   *
   * @returns how many
   */
  async purge(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - DAY_MS);
    for (let purged = 0; ;) {
      const gone = await rows(
        this.source,
        `delete from stored_files where id in (
           select id from stored_files where kept_at is null and uploaded_at < $1
            order by id limit $2 for update skip locked) returning id`,
        [before, PURGED_AT_ONCE],
      );
      purged += gone.length;
      if (gone.length < PURGED_AT_ONCE) return purged;
    }
  }

  /**
   * Lets go of a file in the caller's transaction, which has taken the last reference to it away: it is gone with that,
   * not only after a day.
   */
  async letGo(em: EntityManager, id: string): Promise<void> {
    await row(em, `delete from stored_files where id = $1`, [id]);
  }

  private async remove(id: string): Promise<void> {
    await row(this.source, `delete from stored_files where id = $1 and kept_at is null`, [id]);
  }
}

interface StoredRow {
  id: string;
  purpose: FilePurpose;
  media_type: MediaType;
  name: string;
  size: string;
  organisation_id: string | null;
  uploaded_by: string | null;
  uploaded_at: Date;
}

const COLUMNS = `f.id, f.purpose, f.media_type, f.name, f.size, f.organisation_id, f.uploaded_by, f.uploaded_at`;

const viewOf = (found: StoredRow): StoredFile => ({
  id: found.id,
  purpose: found.purpose,
  mediaType: found.media_type,
  name: found.name,
  size: Number(found.size),
  organisationId: found.organisation_id,
  uploadedBy: found.uploaded_by,
  uploadedAt: found.uploaded_at,
});

/** What a piece is sealed as: put elsewhere, or into another file, it does not open. */
const purposeOf = (id: string, number: number) => `file ${id} ${number}`;

async function* limited(content: AsyncIterable<Uint8Array>, most: number, tooLarge: () => Error) {
  let size = 0;
  for await (const part of content) {
    size += part.length;
    if (size > most) throw tooLarge();
    yield part;
  }
}

async function* inPieces(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const part of content) {
    parts.push(part);
    held += part.length;
    if (held < PIECE_BYTES) continue;
    yield Buffer.concat(parts);
    [parts, held] = [[], 0];
  }
  if (held > 0) yield Buffer.concat(parts);
}

/** An image has to be whole to be cleaned; its purpose keeps it small. */
async function cleanImage(mediaType: MediaType, content: AsyncIterable<Uint8Array>): Promise<Buffer[]> {
  const whole: Uint8Array[] = [];
  for await (const part of content) whole.push(part);
  const image = Buffer.concat(whole);
  if (image.length === 0) throw FilesErrors.EMPTY();
  const clean = looksLike(mediaType, image) ? withoutMetadata(mediaType, image) : null;
  if (!clean) throw FilesErrors.NOT_WHAT_IT_SAYS();
  return Array.from({ length: Math.ceil(clean.length / PIECE_BYTES) }, (_, index) =>
    clean.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
  );
}
