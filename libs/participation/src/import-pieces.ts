import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { rows, row, Sealing, type SheetSource } from '#core';

const PIECE = 256 * 1024;
const PURPOSE = 'import-piece';

/** Thrown where a file goes on after its last allowed byte. */
export class FileTooLarge extends Error {}

/** The files of imports, sealed in pieces, so that neither a file nor a name in it is ever whole in memory or in clear. */
@Injectable()
export class ImportPieces {
  constructor(
    private readonly source: DataSource,
    private readonly sealing: Sealing,
  ) {}

  /** Stores a file as it comes. @throws FileTooLarge */
  async store(
    em: EntityManager,
    importId: string,
    file: AsyncIterable<Buffer>,
    most: number,
  ): Promise<{ bytes: number; hash: Buffer }> {
    const hash = createHash('sha256');
    let bytes = 0;
    let number = 0;
    let waiting: Buffer[] = [];
    let length = 0;
    const write = async () => {
      const sealed = this.sealing.seal(PURPOSE, Buffer.concat(waiting).toString('base64'));
      await rows(em, `insert into import_pieces (import_id, number, sealed) values ($1, $2, $3)`, [
        importId,
        number++,
        sealed,
      ]);
      waiting = [];
      length = 0;
    };
    for await (const chunk of file) {
      bytes += chunk.length;
      if (bytes > most) throw new FileTooLarge();
      hash.update(chunk);
      waiting.push(chunk);
      length += chunk.length;
      if (length >= PIECE) await write();
    }
    if (length > 0) await write();
    return { bytes, hash: hash.digest() };
  }

  /** The file of an import, to be read from its beginning any number of times. */
  of(importId: string): SheetSource {
    return { open: () => Readable.from(this.pieces(importId), { objectMode: true, highWaterMark: 2 }) };
  }

  private async *pieces(importId: string): AsyncGenerator<Buffer> {
    for (let number = 0; ; number++) {
      const piece = await row<{ sealed: Buffer }>(
        this.source,
        `select sealed from import_pieces where import_id = $1 and number = $2`,
        [importId, number],
      );
      if (!piece) return;
      yield Buffer.from(this.sealing.open(PURPOSE, piece.sealed), 'base64');
    }
  }
}
