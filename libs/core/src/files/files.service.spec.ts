import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { phoneJpeg } from '../../../../test/support/pictures.js';
import { seedClass } from '../../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { Clock } from '../clock.js';
import { readSettings } from '../configuration/read-settings.js';
import { CoreModule } from '../core.module.js';
import { row, rows } from '../database/sql.js';
import { Transactions } from '../database/transactions.js';
import { Caller } from '../guard/caller.js';
import { Files, type Upload } from './files.service.js';

const START = new Date('2026-03-02T09:00:00+08:00');
const HOUR = 3_600_000;

class SetClock extends Clock {
  at = START;

  override now(): Date {
    return this.at;
  }
}

const clock = new SetClock();
let database: TestDatabase;
let core: TestingModule;
let source: DataSource;
let files: Files;
let transactions: Transactions;
let organisationId: string;
let caller: Caller;

const staff = (id: string) => new Caller({ kind: 'staff', id, signInId: id }, [], 'zh', 'spec');

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = readSettings(testSettings(database.url, { LOG_LEVEL: 'silent' }));
  core = await Test.createTestingModule({ imports: [CoreModule.forRoot(settings)] })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await core.init();
  [source, files, transactions] = [core.get(DataSource), core.get(Files), core.get(Transactions)];
  const seeded = await seedClass(source, START, { seats: 1 });
  organisationId = seeded.organisationId;
  const [teacher] = await rows<{ id: string }>(source, 'select id from staff');
  caller = staff(teacher!.id);
});

afterAll(async () => {
  await core?.close();
  await database?.drop();
});

async function* parts(content: Buffer, size = 64 * 1024) {
  for (let at = 0; at < content.length; at += size) yield await Promise.resolve(content.subarray(at, at + size));
}

const jpeg = (content: Buffer, more: Partial<Upload> = {}): Upload => ({
  contentType: 'image/jpeg',
  name: '合影.jpg',
  content: parts(content),
  ...more,
});
const csv = (content: Buffer): Upload => ({ contentType: 'application/octet-stream', content: parts(content) });

const keep = (ids: string[], who = caller, purpose: 'session_photo' | 'import' = 'session_photo') =>
  transactions.run((em) => files.keep(em, who, purpose, organisationId, ids));

describe('a file', () => {
  it('comes back as it was stored, and lies sealed in the database', async () => {
    const file = await files.upload(caller, 'session_photo', organisationId, jpeg(phoneJpeg({ bytes: 2_500_000 })));
    expect(file).toMatchObject({ name: '合影.jpg', mediaType: 'image/jpeg', purpose: 'session_photo' });
    const content = await files.read(file.id);
    expect(content).toHaveLength(file.size);
    const stored = await row<{ sha256: Buffer }>(source, 'select sha256 from stored_files where id = $1', [file.id]);
    expect(createHash('sha256').update(content).digest().equals(stored!.sha256)).toBe(true);
    expect(content.includes('GPS')).toBe(false);
    const pieces = await rows<{ sealed: Buffer }>(
      source,
      'select sealed from stored_file_pieces where file_id = $1 order by number',
      [file.id],
    );
    expect(pieces).toHaveLength(3);
    expect(Buffer.concat(pieces.map(({ sealed }) => sealed)).includes(Buffer.alloc(32, 0x11))).toBe(false);
  });

  it('of many pieces is read in order, and not at all when a piece was exchanged', async () => {
    const table = Buffer.from(randomBytes(2_400_000).toString('hex'));
    const file = await files.upload(caller, 'import', organisationId, csv(table));
    expect((await files.read(file.id)).equals(table)).toBe(true);
    await rows(
      source,
      `update stored_file_pieces p set sealed = o.sealed from stored_file_pieces o
        where p.file_id = $1 and o.file_id = $1 and p.number = 1 and o.number = 2`,
      [file.id],
    );
    await expect(files.read(file.id)).rejects.toThrow('was changed');
  });

  it('sent again by the same person is the same file, also at the same time; by another it is another', async () => {
    const photo = phoneJpeg({ mark: 1 });
    const sent = await Promise.all(
      [1, 2, 3, 4].map(() => files.upload(caller, 'session_photo', organisationId, jpeg(photo))),
    );
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    const left = await rows(source, `select 1 from stored_files where size is null`);
    expect(left).toEqual([]);
    const other = randomUUID();
    await rows(
      source,
      `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '陈', 'none', $3)`,
      [other, other, START],
    );
    expect((await files.upload(staff(other), 'session_photo', organisationId, jpeg(photo))).id).not.toBe(sent[0]!.id);
  });

  it.each<[string, () => Upload, string]>([
    ['an empty one', () => jpeg(Buffer.alloc(0)), 'FILES.EMPTY'],
    ['one of another type', () => jpeg(phoneJpeg(), { contentType: 'text/html' }), 'FILES.WRONG_TYPE'],
    ['a table as a photo', () => csv(Buffer.from('a,b')), 'FILES.WRONG_TYPE'],
    ['a page that claims to be a photo', () => jpeg(Buffer.from('<html>')), 'FILES.NOT_WHAT_IT_SAYS'],
    ['one that says it is too large', () => jpeg(phoneJpeg(), { length: 6_000_000 }), 'FILES.TOO_LARGE'],
    ['one that turns out to be too large', () => jpeg(phoneJpeg({ bytes: 5_300_000 })), 'FILES.TOO_LARGE'],
  ])('%s is refused, and nothing stays', async (_, upload, code) => {
    const count = async () => (await row<{ n: string }>(source, 'select count(*) as n from stored_files'))!.n;
    const before = await count();
    await expect(files.upload(caller, 'session_photo', organisationId, upload())).rejects.toMatchObject({ code });
    expect(await count()).toBe(before);
  });

  it('whose sender goes away in the middle leaves nothing that could be found', async () => {
    async function* broken() {
      yield await Promise.resolve(Buffer.alloc(1_500_000, 0x61));
      throw new Error('aborted');
    }
    const upload = { contentType: 'application/octet-stream', content: broken() };
    await expect(files.upload(caller, 'import', organisationId, upload)).rejects.toThrow('aborted');
    expect(await rows(source, 'select 1 from stored_files where size is null')).toEqual([]);
  });
});

describe('a file that nothing refers to', () => {
  it('is purged after a day; one that is kept stays, and a purged one cannot be kept', async () => {
    clock.at = START;
    const upload = (mark: number) => files.upload(caller, 'session_photo', organisationId, jpeg(phoneJpeg({ mark })));
    const [kept, left] = [await upload(20), await upload(21)];
    await keep([kept.id]);
    clock.at = new Date(START.getTime() + 24 * HOUR);
    await files.purge();
    expect([...(await files.find(source, [kept.id, left.id])).keys()].sort()).toEqual([kept.id, left.id].sort());
    clock.at = new Date(clock.at.getTime() + 1);
    expect(await files.purge()).toBeGreaterThan(0);
    expect([...(await files.find(source, [kept.id, left.id])).keys()]).toEqual([kept.id]);
    expect(await rows(source, 'select 1 from stored_file_pieces where file_id = $1', [left.id])).toEqual([]);
    await expect(keep([left.id])).rejects.toMatchObject({ code: 'FILES.UNKNOWN' });
    await expect(files.open(left.id)).rejects.toMatchObject({ code: 'CORE.NOT_FOUND' });
  });

  it('can be kept by nobody but its uploader, and for nothing but its purpose', async () => {
    const file = await files.upload(caller, 'session_photo', organisationId, jpeg(phoneJpeg({ mark: 30 })));
    await expect(keep([file.id], staff(randomUUID()))).rejects.toMatchObject({ code: 'FILES.UNKNOWN' });
    await expect(keep([file.id], caller, 'import')).rejects.toMatchObject({ code: 'FILES.UNKNOWN' });
    expect((await keep([file.id])).map(({ id }) => id)).toEqual([file.id]);
  });
});
