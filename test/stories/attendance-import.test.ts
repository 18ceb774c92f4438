import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textWorkbook } from '#core';
import { cli } from '../support/district.js';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * 签到导入: a school took the roll in a spreadsheet of its own and uploads it for the class. Times are Asia/Shanghai.
 */

let school: TestSchool;
let nets: PublishedClass;
let people: Resident[];

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const session = (number: number) => nets.sessions[number - 1]!.id;
const statuses = async (number: number) =>
  (await school.teacher.get(`/sessions/${session(number)}/roster`)).items.map(
    (line: any) => line.attendance && `${line.attendance.status} ${line.attendance.kind}`,
  );
const stateOf = async (number: number) =>
  (await school.teacher.get(`/classes/${nets.id}`)).sessions[number - 1].state as string;
const path = () => `/classes/${nets.id}/attendance-imports`;
const upload = async (lines: string[][] | Buffer, by = school.registrar) => {
  const file = Buffer.isBuffer(lines) ? lines : textWorkbook('签到表', lines);
  return (await by.send('POST', path(), { file })).body;
};
const cellsOf = async (id: string, show = '') =>
  (await school.registrar.get(`/attendance-imports/${id}/cells?limit=100${show}`)).items as any[];
const countsOf = ({ counts }: any) => Object.fromEntries(counts.map(({ outcome, cells }: any) => [outcome, cells]));
const move = (id: string, step: string, version: number, body: object = {}, by = school.registrar) =>
  by.post(`/attendance-imports/${id}/${step}`, body, { version });
const template = async (form: string) => {
  // Signs in again where the clock has outrun the last token.
  await school.registrar.get(path());
  const { address, token } = school.registrar;
  const answer = await fetch(`${address}/api/v1${path()}/template/${form}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return Buffer.from(await answer.arrayBuffer());
};

beforeAll(async () => {
  school = await TestSchool.open();
  await at('09-01T09:00:00');
  nets = await school.publish('渔网编织班', { seats: 10 });
  people = [];
  for (const name of ['林阿海', '吴小妹', '陈大姐']) {
    const somebody = await school.resident(name);
    await apply(somebody, nets.id);
    people.push(somebody);
  }
  await at('09-15T09:00:00');
}, 120_000);
afterAll(() => school?.close());

describe('a roll that was taken elsewhere', () => {
  let id: string;

  it('has a template with the people and the sessions of the class', async () => {
    const [heading, first] = (await template('csv')).toString().replace('\ufeff', '').split('\r\n');
    expect(heading).toMatch(/^编号,姓名,第1次 2026-09-14 \d\d:\d\d$/);
    expect(first).toMatch(/^R[0-9A-F]{6},林阿海,$/);
    await school.bureau.refused('GET', `${path()}/template/csv`, {}, 'CORE.FORBIDDEN');
  });

  it('is refused where it is none of the class, with what to do', async () => {
    const refused = async (lines: string[][] | Buffer, code: string) =>
      expect(await upload(lines)).toMatchObject({ code: `ATTENDANCE.${code}`, next: expect.any(String) });
    await refused([['甲', '乙']], 'IMPORT_NO_HEADING');
    await refused([['姓名', '备注']], 'IMPORT_NO_SESSIONS');
    await refused([['姓名', '第1次 2026-09-13']], 'IMPORT_SESSION_MOVED');
    await refused(
      [
        ['姓名', '第1次'],
        ['林阿海', ''],
      ],
      'IMPORT_NOTHING',
    );
    await refused(Buffer.from('PK\u0003\u0004 and no workbook behind it'), 'IMPORT_UNREADABLE');
    await refused(await template('xlsx'), 'IMPORT_NOTHING');
    expect((await school.registrar.get(path())).items).toEqual([]);
  });

  it('is shown cell by cell before anything is written', async () => {
    const read = await upload([
      ['渔网编织班 9 月签到'],
      ['姓名', '第1次 2026-09-14', '备注'],
      ['林阿海', '到', '老学员'],
      ['吴小妹', '也许', ''],
      ['陈大姐', '缺', ''],
      ['王五', '到', ''],
    ]);
    id = read.id;
    expect(read).toMatchObject({ state: 'ready', rows: 4, ignored: ['备注'], encoding: 'xlsx' });
    expect(countsOf(read)).toEqual({ recorded: 2, unusable: 2 });
    expect(await cellsOf(id, '&show=problems')).toMatchObject([
      { row: 4, column: 2, name: '吴小妹', text: '也许', code: 'UNREADABLE', sentence: expect.any(String) },
      { row: 6, column: 0, name: '王五', code: 'NOBODY' },
    ]);
    expect(await statuses(1)).toEqual([null, null, null]);
    await school.bureau.refused('GET', `/attendance-imports/${id}`, {}, 'CORE.FORBIDDEN');
  });

  it('is let go of, corrected and uploaded anew; the same file twice is one import', async () => {
    expect(await move(id, 'discard', 1)).toMatchObject({ state: 'discarded', counts: [] });
    const lines = [
      ['姓名', '第1次'],
      ['林阿海', '到'],
      ['吴小妹', '假'],
      ['陈大姐', '缺'],
    ];
    const read = await upload(lines);
    id = read.id;
    expect((await upload(lines)).id).toBe(id);
    expect(countsOf(read)).toEqual({ recorded: 3 });
  });

  it('is written with who, file and row, once', async () => {
    await school.registrar.refused(
      'POST',
      `/attendance-imports/${id}/confirmation`,
      { body: {}, version: 9 },
      'CORE.STALE',
    );
    const written = await move(id, 'confirmation', 1);
    expect(written).toMatchObject({ state: 'written', confirmed: { name: '陈老师' } });
    expect(await move(id, 'confirmation', 1)).toEqual(written);
    expect(await statuses(1)).toEqual(['present import', 'excused import', 'absent import']);
    expect(await stateOf(1)).toBe('held');
    const { items } = await school.teacher.get(`/sessions/${session(1)}/roster/${people[0]!.id}/marks`);
    expect(items).toMatchObject([
      { kind: 'import', by: '陈老师', because: expect.stringMatching(/^签到导入 .+ 第 2 行$/) },
    ]);
  });

  it('changes nothing where it says what is known, and does not overrule what was corrected since', async () => {
    const correction = {
      id: crypto.randomUUID(),
      kind: 'teacher_mark',
      residentId: people[2]!.id,
      status: 'present',
      because: '记错了',
      deviceTime: '2026-09-15T09:00:00+08:00',
    };
    await school.teacher.post(`/sessions/${session(1)}/marks`, { deviceId: 'office', items: [correction] });
    const read = await upload([
      ['姓名', '9月14日', '说明'],
      ['林阿海', '√', ''],
      ['陈大姐', '缺', ''],
    ]);
    expect(countsOf(read)).toEqual({ duplicate: 1, review: 1 });
    expect(countsOf(await move(read.id, 'confirmation', 1))).toEqual({ duplicate: 1, review: 1 });
    expect(await statuses(1)).toEqual(['present import', 'excused import', 'present teacher_mark']);
  });

  it('is taken back: what else was marked stands, the marks stay', async () => {
    const undone = await move(id, 'undoing', 3, { reason: '传错了班' });
    expect(undone).toMatchObject({ state: 'undone', undone: { name: '陈老师', reason: '传错了班' } });
    // The second import says the same of Lin, and stands by itself.
    expect(await statuses(1)).toEqual(['present import', null, 'present teacher_mark']);
    const { items } = await school.teacher.get(`/sessions/${session(1)}/roster/${people[1]!.id}/marks`);
    expect(items).toMatchObject([{ kind: 'import', status: 'excused', why: '导入已撤销，不再作数' }]);
    expect(await move(id, 'undoing', 3, { reason: '再撤' })).toEqual(undone);
  });
});

describe('a roll that is uploaded weeks later', () => {
  let id: string;
  const lines = [
    ['姓名', '第2次', '第3次'],
    ['林阿海', '到', '迟到20分钟'],
    ['吴小妹', '到', ''],
  ];

  it('is foreseen as a late record, and waits on the sheets that the principal signs', async () => {
    await at('10-20T09:00:00');
    const read = await upload(lines);
    id = read.id;
    expect(countsOf(read)).toEqual({ late: 3 });
    await move(id, 'confirmation', 1, { because: '海岛断网' });
    expect(await statuses(2)).toEqual([null, null, null]);
    const { items } = await school.principal.get(`/organisations/${school.id}/late-sheets?state=waiting`);
    expect(items).toMatchObject([{ marks: 1 }, { marks: 2 }]);
    const second = items.find(({ sessionNumber }: any) => sessionNumber === 2);
    const { items: marks } = await school.principal.get(`/late-sheets/${second.id}/marks`);
    expect(marks[0]).toMatchObject({
      kind: 'import',
      withdrawn: false,
      because: expect.stringContaining('海岛断网（签到导入'),
    });
    await school.principal.post(`/late-sheets/${second.id}/signature`, {}, { version: second.version });
    expect(await statuses(2)).toEqual(['present import', 'present import', null]);
  });

  it('is taken back with what was signed; a sheet with nothing left is returned, and no session was held', async () => {
    const why = async () => {
      const enrollment = await enrollmentOf(people[1]!, nets.id);
      return (await people[1]!.person.get(`/enrollments/${enrollment.id}/participation`)).sentence as string;
    };
    const before = await why();
    const { version } = await school.registrar.get(`/attendance-imports/${id}`);
    await move(id, 'undoing', version, { reason: '不是这个班的' });
    expect(await statuses(2)).toEqual([null, null, null]);
    expect([await stateOf(1), await stateOf(2)]).toEqual(['held', 'scheduled']);
    const sheets = async (state: string) =>
      (await school.principal.get(`/organisations/${school.id}/late-sheets?state=${state}`)).items;
    expect(await sheets('waiting')).toEqual([]);
    expect(await sheets('returned')).toMatchObject([{ returnedBecause: '签到导入已撤销：不是这个班的', marks: 1 }]);
    await waitFor('the recount', async () => (await why()) !== before, 10_000);
  });

  it('leaves on a sheet what others entered late, and says nothing of what was taken back', async () => {
    const read = await upload([
      ['姓名', '第3次'],
      ['林阿海', '到'],
    ]);
    await move(read.id, 'confirmation', 1);
    const late = {
      id: crypto.randomUUID(),
      kind: 'teacher_mark',
      residentId: people[2]!.id,
      status: 'present',
      because: '漏点名',
      deviceTime: '2026-10-20T09:00:00+08:00',
    };
    await school.teacher.post(`/sessions/${session(3)}/marks`, { deviceId: 'office', items: [late] });
    await move(read.id, 'undoing', 3, { reason: '重复' });
    const waiting = async () =>
      (await school.teacher.get(`/sessions/${session(3)}/roster`)).items.map((line: any) => line.waiting);
    expect(await waiting()).toEqual([null, null, 'present']);
    const why = async (one: Resident) => {
      const enrollment = await enrollmentOf(one, nets.id);
      return (await one.person.get(`/enrollments/${enrollment.id}/participation`)).sentence as string;
    };
    expect(await why(people[2]!)).toContain('补录');
    expect(await why(people[0]!)).not.toContain('补录');
    const { items } = await school.principal.get(`/organisations/${school.id}/late-sheets?state=waiting`);
    const { items: marks } = await school.principal.get(`/late-sheets/${items[0].id}/marks`);
    expect(marks.map(({ withdrawn }: any) => withdrawn)).toEqual([true, false]);
  });
});

describe('the check of all that is known', () => {
  it('finds each of these marks and withdrawals as it was kept', () => {
    expect(cli(['verify'], school.district.database.url)).toContain('as they should be');
  });
});
