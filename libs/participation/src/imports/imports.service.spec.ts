import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule } from '#attendance';
import type { ImportKind } from '#contracts';
import {
  BYTE_ORDER_MARK,
  Caller,
  Clock,
  CoreModule,
  csvRow,
  newId,
  readSettings,
  row,
  rows,
  textWorkbook,
} from '#core';
import { ListedPeopleService } from '#people';
import { cardNumber } from '../../../../test/support/district.js';
import { mark, SetClock, staff, teach } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import type { ImportView } from './imports.dto.js';
import { ImportsService } from './imports.service.js';
import { ImportsWorkService } from './imports-work.service.js';
import { LedgerService } from '../ledger/ledger.service.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { RecountService } from '../ledger/recount.service.js';
import { type LedgerFault, VerifyLedgerService } from '../verify/verify-ledger.service.js';

const clock = new SetClock();
const VILLAGE = '330305001201';
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let imports: ImportsService;
let work: ImportsWorkService;
let officer: Caller;
let departmentId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule, ParticipationModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  await nest.get(ParticipationLoader).load();
  source = nest.get(DataSource);
  imports = nest.get(ImportsService);
  work = nest.get(ImportsWorkService);
  await rows(
    source,
    `insert into regions (code, level, name, short_name, valid_from) values ($1, 'village', $1, $1, '2023-01-01')
     on conflict do nothing`,
    [VILLAGE],
  );
  departmentId = await organisation('department', '区人力社保局');
  await organisation('vocational_centre', '区职业教育中心');
  officer = staff('bureau_officer', null);
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, 'li', '李', 'none', $2)`,
    [officer.staffId, clock.at],
  );
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

async function organisation(kind: string, name: string): Promise<string> {
  const id = newId();
  await rows(
    source,
    `insert into organisations (id, kind, name, region_code, created_at) values ($1, $2, $3, $4, $5)`,
    [id, kind, name, VILLAGE, clock.at],
  );
  return id;
}

const TRAINING = ['姓名', '身份证号', '培训项目', '培训机构', '班期', '证书编号', '开始日期', '结束日期', '课时'];
const DEGREE = ['姓名', '身份证号', '学历层次', '学校', '注册学籍日期', '毕业日期', '退学日期', '双证制'];

const csv = (...lines: string[][]) => Buffer.from(BYTE_ORDER_MARK + lines.map(csvRow).join(''));
let serial = 0;
/** Somebody nobody knows yet. */
const person = () => ({
  name: `陈海${String.fromCharCode(0x4e00 + ++serial)}`,
  card: cardNumber('1980-01-01', serial),
});
type Person = ReturnType<typeof person>;
const training = ({ name, card }: Person, trade: string, term: string, more: Partial<Record<string, string>> = {}) =>
  TRAINING.map(
    (column) =>
      more[column] ??
      {
        姓名: name,
        身份证号: card,
        培训项目: trade,
        班期: term,
        开始日期: '2026-02-02',
        结束日期: '2026-02-06',
        课时: '40',
      }[column] ??
      '',
  );
const degree = ({ name, card }: Person, level: string, more: Partial<Record<string, string>>) =>
  DEGREE.map((column) => more[column] ?? { 姓名: name, 身份证号: card, 学历层次: level }[column] ?? '');

const once = () => ({ subject: 'spec', key: newId(), fingerprint: Buffer.alloc(1) });

/** A file as it arrives, in these parts. */
const sent = (...parts: Buffer[]) => ({ contentType: 'application/octet-stream', content: Readable.from(parts) });

/** Uploads a file and has the worker read it. */
async function preview(kind: ImportKind, file: Buffer, fileName = '名单.csv'): Promise<ImportView> {
  const { id } = await imports.create(officer, { kind, departmentId, fileName }, once());
  await imports.upload(officer, id, sent(file));
  await work.advance(id);
  return imports.get(officer, id);
}

async function confirm({ id, version }: ImportView): Promise<ImportView> {
  await imports.confirm(officer, id, version);
  await work.advance(id);
  return imports.get(officer, id);
}

async function undo({ id, version }: ImportView): Promise<ImportView> {
  await imports.undo(officer, id, version, '名单有误');
  await work.advance(id);
  return imports.get(officer, id);
}

/** What stands in the ledger of somebody, as `measure day`. */
async function ledgerOf({ card }: Person): Promise<string[]> {
  const found = await rows<{ measure: string; counted_on: string }>(
    source,
    `select e.measure, e.counted_on from ledger_entries e join residents r on r.id = e.resident_id
      where r.document_hash = $1 and e.amount = 1 and not exists (select 1 from ledger_entries x where x.reverses = e.id)
      order by 1, 2`,
    [hashOf(card)],
  );
  return found.map(({ measure, counted_on }) => `${measure} ${counted_on}`);
}

const hashOf = (card: string): Buffer => nest.get(ListedPeopleService).sealDocument('resident_card', card)!.hash;

const faults = async () => {
  const found: LedgerFault[] = [];
  for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) found.push(fault);
  return found;
};

const SOCIAL = 'social-training-annual 2026-02-06';
const VOCATIONAL = 'vocational-training 2026-02-06';

describe('trainings of other departments (rules 5, 6, 9)', () => {
  it('are shown before anything is written, and count once somebody has confirmed', async () => {
    const [wang, li, zhao] = [person(), person(), person()];
    const file = csv(
      ['2026年补贴培训名单'],
      TRAINING,
      training(wang, '养老护理员', '第1期'),
      training(li, '养老护理员', '第1期', { 培训机构: '区职业教育中心' }),
      training(li, '养老护理员', '第1期'),
      training(zhao, '急救', '第1期', { 课时: '4' }),
      training(person(), '急救', '第1期', { 身份证号: '3.30305E+17' }),
    );
    const ready = await preview('training', file);
    expect(ready).toMatchObject({ state: 'ready', encoding: 'utf-8', rowCount: 5, rowsRead: 5 });
    expect(ready.counts).toMatchObject({
      rows: 5,
      unusable: 1,
      newPeople: 3,
      knownPeople: 0,
      counting: 2,
      notCounting: 2,
      repeatsInFile: 1,
      repeatsOfCounted: 0,
      problems: [{ code: 'DOCUMENT_ROUNDED', rows: 1 }],
    });
    expect(await ledgerOf(wang)).toEqual([]);
    expect(await rows(source, `select 1 from residents where document_hash = $1`, [hashOf(wang.card)])).toEqual([]);
    const shown = await imports.rows(officer, ready.id, { limit: 100 });
    expect(shown.items.map(({ number, counts, usable }) => [number, usable, counts])).toEqual([
      [3, true, true],
      [4, true, true],
      [5, true, false],
      [6, true, false],
      [7, false, null],
    ]);
    expect(shown.items[3]!.reasons[0]!.sentence).toBe('班级共 4 课时，满 8 课时的培训才计入。');
    expect(shown.items[4]!.problems[0]!.sentence).toContain('变成了数字');

    expect(await confirm(ready)).toMatchObject({ state: 'written', rowsDone: 4 });
    expect(await ledgerOf(wang)).toEqual([SOCIAL]);
    expect(await ledgerOf(li)).toEqual([SOCIAL, VOCATIONAL]);
    expect(await ledgerOf(zhao)).toEqual([]);
    expect(await faults()).toEqual([]);

    // Every entry opens to its row.
    const ledger = nest.get(LedgerService);
    const { items } = await ledger.list(officer, { measure: 'vocational-training', live: true, limit: 100 });
    const [entry] = items.filter(({ recordId }) => recordId !== null);
    expect(await ledger.get(officer, entry!.id)).toMatchObject({
      className: '养老护理员',
      enrollmentId: null,
      record: { row: 4, fileName: '名单.csv', departmentName: '区人力社保局', importedBy: '李', classHours: 40 },
    });
  });

  it('are read where a long entry is cut within a rare character', async () => {
    const long = '县'.repeat(59);
    const ready = await preview(
      'training',
      csv(
        TRAINING,
        training(person(), '养老护理员', '第9期', { 课时: `${long}𠮷` }),
        training(person(), '急救', '第9期'),
      ),
    );
    expect(ready).toMatchObject({ state: 'ready', counts: { rows: 2, unusable: 1, counting: 1 } });
    const [kept] = await rows(source, `select problems from import_rows where import_id = $1 and number = 2`, [
      ready.id,
    ]);
    expect(kept).toEqual({ problems: [{ code: 'CLASS_HOURS_WRONG', field: 'classHours', value: long }] });
  });

  it('a row of what counts already is kept and not counted, with the reason', async () => {
    const wang = person();
    await confirm(await preview('training', csv(TRAINING, training(wang, '茶艺', '第2期'))));
    const again = await preview('training', csv(TRAINING, training(wang, '茶艺', '第2期', { 结束日期: '2026-02-07' })));
    expect(again.counts).toMatchObject({ knownPeople: 1, counting: 0, repeatsInFile: 0, repeatsOfCounted: 1 });
    const { items } = await imports.rows(officer, again.id, { limit: 10 });
    expect(items[0]!.reasons.map(({ sentence }) => sentence)).toEqual([
      '同一期培训或同一张证书只计一次，2026-02-06 已计入。',
    ]);
    await confirm(again);
    expect(await ledgerOf(wang)).toEqual([SOCIAL]);

    // The first one taken back, the second takes its place.
    const [first] = (await imports.list(officer, { limit: 10 })).items.slice(1);
    expect(await undo(first!)).toMatchObject({
      state: 'undone',
      rowsDone: 1,
      undone: { name: '李', reason: '名单有误' },
    });
    expect(await ledgerOf(wang)).toEqual(['social-training-annual 2026-02-07']);
    expect(await faults()).toEqual([]);
  });

  it('share their uniqueness with classes of the same course in the year', async () => {
    const taught = await teach(source, clock, 1);
    const { code } = (await row<{ code: string }>(
      source,
      `select k.code from course_classes c join courses k on k.id = c.course_id where c.id = $1`,
      [taught.classId],
    ))!;
    for (const number of [1, 2, 3, 4]) await mark(nest, clock, taught, number);
    const wang = person();
    await rows(source, `update residents set name = $2, document_hash = $3 where id = $1`, [
      taught.residents[0]!.residentId,
      wang.name,
      hashOf(wang.card),
    ]);
    await nest.get(RecountService).recount([taught.residents[0]!.residentId]);
    const before = await ledgerOf(wang);
    expect(before).toEqual(['social-training-annual 2026-03-05', 'vocational-training 2026-03-05']);

    const dates = { 开始日期: '2026-03-02', 结束日期: '2026-03-05' };
    clock.at = new Date('2026-04-01T09:00:00+08:00');
    const later = await preview(
      'training',
      csv(TRAINING, training(wang, code, '第1期', { ...dates, 结束日期: '2026-03-10' })),
    );
    expect(later.counts).toMatchObject({ knownPeople: 1, counting: 0, repeatsOfCounted: 1 });
    await confirm(later);
    expect(await ledgerOf(wang)).toEqual(before);

    // An earlier one takes the place of the class in what both feed, and the class keeps the rest.
    await confirm(await preview('training', csv(TRAINING, training(wang, code, '第0期'))));
    expect(await ledgerOf(wang)).toEqual([SOCIAL, 'vocational-training 2026-03-05']);
    expect(await faults()).toEqual([]);
  });

  it('a document that is known under another name is refused, and so is a second name in the file', async () => {
    const wang = person();
    await confirm(await preview('training', csv(TRAINING, training(wang, '花艺', '第1期'))));
    const file = csv(
      TRAINING,
      training({ ...wang, name: '王五' }, '月嫂', '第1期'),
      training(person(), '月嫂', '第1期', { 姓名: '赵六' }),
    );
    const ready = await preview('training', file);
    expect(ready.counts).toMatchObject({ unusable: 1, newPeople: 1, problems: [{ code: 'NAME_DIFFERS', rows: 1 }] });
    const lines: string[] = [];
    for await (const line of await imports.problems(officer, ready.id)) lines.push(String(line));
    expect(lines.join('')).toMatch(/^\ufeff行号,姓名,列,问题与办法,能否导入\r\n2,王\*,姓名,/);
  });

  it('nothing is confirmed twice, nor without a usable row; what was discarded is gone', async () => {
    const list = csv(TRAINING, training(person(), '', '第1期'));
    const bad = await preview('training', list);
    const again = await preview('training', list);
    const [file] = await rows<{ file_id: string }>(source, `select file_id from imports where id = $1`, [again.id]);
    const isStored = async () =>
      (await rows(source, `select 1 from stored_files where id = $1`, [file!.file_id])).length;
    await expect(imports.confirm(officer, bad.id, bad.version)).rejects.toMatchObject({
      code: 'PARTICIPATION.IMPORT_NOTHING_USABLE',
    });
    await expect(imports.confirm(officer, bad.id, 1)).rejects.toMatchObject({ code: 'CORE.STALE' });
    await imports.discard(officer, bad.id, bad.version);
    expect(await rows(source, `select 1 from import_rows where import_id = $1`, [bad.id])).toEqual([]);
    // Another import of the same list goes on with the file; with the last one it is gone.
    expect(await isStored()).toBe(1);
    await imports.discard(officer, again.id, again.version);
    expect(await isStored()).toBe(0);
    await expect(imports.undo(officer, bad.id, bad.version + 1, '多余')).rejects.toMatchObject({
      code: 'PARTICIPATION.IMPORT_NOT_WRITTEN',
    });
  });

  it('writes together who is named alone and alike, and by themselves who is known, named twice, or of a closed month', async () => {
    const [known, twice, certified, short, closed, taken] = [
      person(),
      person(),
      person(),
      person(),
      person(),
      person(),
    ];
    const alike = Array.from({ length: 5 }, person);
    await confirm(await preview('training', csv(TRAINING, training(known, '花艺', '第1期'))));
    await rows(
      source,
      `insert into periods (month, id, state, submitted_by, submitted_at) values ('2025-11', $1, 'submitted', $2, $3)`,
      [newId(), officer.staffId, clock.at],
    );
    const ready = await preview(
      'training',
      csv(
        TRAINING,
        ...alike.map((one) => training(one, '花艺', '第2期')),
        training(known, '花艺', '第2期'),
        training(twice, '花艺', '第2期'),
        training(twice, '花艺', '第3期'),
        training(certified, '花艺', '', { 证书编号: 'ZS-2026-1', 培训机构: '区职业教育中心' }),
        training(short, '花艺', '第2期', { 课时: '4' }),
        training(closed, '花艺', '第2期', { 开始日期: '2025-11-03', 结束日期: '2025-11-07' }),
        training(taken, '花艺', '第2期'),
      ),
    );
    // Between the preview and now somebody else was registered under this document.
    await rows(
      source,
      `insert into residents (id, name, birth_date, document_kind, document_hash, document_sealed, created_at)
       values ($1, '另一人', '1980-01-01', 'resident_card', $2, '\\x00', $3)`,
      [newId(), hashOf(taken.card), clock.at],
    );
    const written = await confirm(ready);
    expect(written).toMatchObject({ state: 'written', rowsDone: 12 });
    for (const one of alike) expect(await ledgerOf(one)).toEqual([SOCIAL]);
    expect(await ledgerOf(known)).toEqual([SOCIAL]);
    expect(await ledgerOf(twice)).toEqual([SOCIAL]);
    expect(await ledgerOf(certified)).toEqual([SOCIAL, VOCATIONAL]);
    for (const one of [short, closed, taken]) expect(await ledgerOf(one)).toEqual([]);
    const registered = await rows<{ name: string; birth_date: string; sex: string; document_kind: string }>(
      source,
      `select r.name, r.birth_date, r.sex, r.document_kind from residents r where r.document_hash = any($1::bytea[]) order by r.name`,
      [alike.map(({ card }) => hashOf(card))],
    );
    expect(registered).toEqual(
      alike
        .map(({ name }) => ({
          name,
          birth_date: '1980-01-01',
          sex: expect.any(String),
          document_kind: 'resident_card',
        }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    expect(
      await rows(
        source,
        `select month, state from adjustments where resident_id = (
        select id from residents where document_hash = $1)`,
        [hashOf(closed.card)],
      ),
    ).toEqual([{ month: '2025-11', state: 'proposed' }]);
    // A recount finds nothing else, and the checks nothing but what waits.
    const everybody = await rows<{ id: string }>(
      source,
      `select distinct resident_id as id from imported_records where import_id = $1`,
      [ready.id],
    );
    expect(everybody).toHaveLength(10);
    expect(await nest.get(RecountService).recount(everybody.map(({ id }) => id))).toBe(0);
    expect((await faults()).map(({ kind }) => kind)).toEqual(['adjustment-waits']);
    expect(await undo(written)).toMatchObject({ state: 'undone' });
    for (const one of [...alike, twice, certified]) expect(await ledgerOf(one)).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it('goes on where a worker was killed, and does nothing twice', async () => {
    const people = Array.from({ length: 600 }, person);
    const file = csv(
      TRAINING,
      ...people.map((one, index) =>
        training({ ...one, card: cardNumber(`19${50 + Math.floor(index / 100)}-01-01`, index) }, '电工', '第9期'),
      ),
    );
    const { id } = await imports.create(officer, { kind: 'training', departmentId, fileName: '电工.csv' }, once());
    await imports.upload(officer, id, sent(file));
    await Promise.all([work.advance(id), work.advance(id)]);
    const ready = await imports.get(officer, id);
    expect(ready).toMatchObject({ state: 'ready', counts: { rows: 600, newPeople: 600, counting: 600 } });
    await imports.confirm(officer, id, ready.version);
    // The connection of a later batch is cut, as a killed worker's is.
    const insert = `create function cut_off() returns trigger language plpgsql as $$
      begin
        if (select count(*) from imported_records where import_id = new.import_id) >= 400 then raise 'cut off'; end if;
        return new;
      end $$;
      create trigger tr_cut_off before insert on imported_records for each row execute function cut_off()`;
    await rows(source, insert);
    await expect(work.advance(id)).rejects.toThrow('cut off');
    const half = await imports.get(officer, id);
    expect(half.state).toBe('writing');
    expect(half.rowsDone).toBeGreaterThan(0);
    expect(half.rowsDone).toBeLessThan(600);
    expect(await rows(source, `select 1 from imported_records where import_id = $1`, [id])).toHaveLength(half.rowsDone);
    await rows(source, `drop trigger tr_cut_off on imported_records; drop function cut_off()`);
    await Promise.all([work.advance(id), work.advance(id)]);
    expect(await imports.get(officer, id)).toMatchObject({ state: 'written', rowsDone: 600 });
    const counted = await row<{ entries: number; people: number }>(
      source,
      `select count(*)::int as entries, count(distinct e.resident_id)::int as people
         from ledger_entries e join imported_records i on i.id = e.record_id where i.import_id = $1`,
      [id],
    );
    expect(counted).toEqual({ entries: 600, people: 600 });
    expect(await faults()).toEqual([]);
  });
});

describe('degrees (rule 7)', () => {
  it('count once a level: schools by graduation, colleges by registration, two certificates as one', async () => {
    const [wang, li, zhao, qian] = [person(), person(), person(), person()];
    const file = textWorkbook('名单', [
      DEGREE,
      degree(wang, '大专', { 注册学籍日期: '2024-09-01' }),
      degree(wang, '本科', { 注册学籍日期: '2025年9月' }),
      degree(li, '成人高中', { 注册学籍日期: '2024-09-01' }),
      degree(zhao, '成人高中', { 毕业日期: '2025-07-01', 双证制: '是' }),
      degree(zhao, '成人高中', { 毕业日期: '2025-07-02', 双证制: '是' }),
      degree(qian, '大专', { 注册学籍日期: '2022-09-01' }),
    ]);
    const ready = await preview('degree', file, '学历.xlsx');
    expect(ready).toMatchObject({ state: 'ready', encoding: 'xlsx' });
    expect(ready.counts).toMatchObject({
      rows: 6,
      unusable: 0,
      newPeople: 4,
      counting: 3,
      notCounting: 3,
      repeatsInFile: 1,
    });
    expect(ready.counts!.reasons.map(({ code }) => code).sort()).toEqual([
      'ALREADY_COUNTED',
      'NOT_GRADUATED',
      'OUTSIDE_YEARS',
    ]);
    await confirm(ready);
    expect(await ledgerOf(wang)).toEqual(['degree-upgrade 2024-09-01', 'degree-upgrade 2025-09-01']);
    expect(await ledgerOf(li)).toEqual([]);
    expect(await ledgerOf(zhao)).toEqual(['degree-upgrade 2025-07-01']);

    // A later list says that he left within the first term, and that she has graduated.
    const later = csv(
      DEGREE,
      degree(wang, '大专', { 注册学籍日期: '2024-09-01', 退学日期: '2024-12-20' }),
      degree(li, '成人高中', { 毕业日期: '2026-01-10' }),
    );
    await confirm(await preview('degree', later));
    expect(await ledgerOf(wang)).toEqual(['degree-upgrade 2025-09-01']);
    expect(await ledgerOf(li)).toEqual(['degree-upgrade 2026-01-10']);
    expect(await faults()).toEqual([]);
  });
});

describe('files that cannot be read', () => {
  const gbk = Buffer.from('d0d5c3fb2cc9edb7ddd6a4bac52cc5e0d1b5cfeec4bf', 'hex'); // 姓名,身份证号,培训项目

  it.each<[string, Buffer, RegExp]>([
    ['no columns that are known', csv(['甲', '乙']), /缺少这些列：姓名、证件号码/],
    ['a heading alone', csv(TRAINING), /没有数据行/],
    ['GBK is read; what is missing in it is told', gbk, /缺少这些列：开始日期、结束日期、课时/],
    ['neither UTF-8 nor GBK', Buffer.from([0xff, 0x41, 0xff, 0xff, 0x0a]), /文字编码无法识别/],
    ['Excel before 2007', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /另存为不加密的 \.xlsx/],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /不是表格文件/],
    ['a zip that is none', Buffer.from('504b030400000000', 'hex'), /已损坏/],
  ])('%s', async (_, file, says) => {
    const failed = await preview('training', file);
    expect(failed.state).toBe('failed');
    expect(failed.failure).toMatch(says);
  });

  it('takes one file, and none that is empty or too large', async () => {
    const { id } = await imports.create(officer, { kind: 'training', departmentId, fileName: 'x.csv' }, once());
    await expect(imports.upload(officer, id, sent())).rejects.toMatchObject({ code: 'FILES.EMPTY' });
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    const endless = sent(...Array.from({ length: 33 }, () => megabyte));
    await expect(imports.upload(officer, id, endless)).rejects.toMatchObject({
      code: 'FILES.TOO_LARGE',
      definition: { status: 413 },
    });
    expect(await rows(source, `select 1 from stored_files where size is null`)).toEqual([]);
    const file = csv(TRAINING, training(person(), '电工', '第1期'));
    const taken = await imports.upload(officer, id, sent(file));
    expect(await imports.upload(officer, id, sent(file))).toEqual(taken);
    const other = csv(TRAINING, training(person(), '电工', '第1期'));
    await expect(imports.upload(officer, id, sent(other))).rejects.toMatchObject({
      code: 'PARTICIPATION.IMPORT_HAS_FILE',
    });
  });
});
