import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/person.js';
import { TINY_PNG } from '../support/pictures.js';
import { apply, type PublishedClass, type Resident, TestSchool } from '../support/school.js';

/*
 * 纸质签到表: the roll is taken on paper and transcribed afterwards. Times are Asia/Shanghai.
 */

let school: TestSchool;
let nets: PublishedClass;
let people: Resident[];

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const session = (number: number) => nets.sessions[number - 1]!.id;
const print = (number: number) => school.teacher.post(`/sessions/${session(number)}/roster-sheets`);
const statuses = async (number: number) =>
  (await school.teacher.get(`/sessions/${session(number)}/roster`)).items.map(
    (line: any) => line.attendance && `${line.attendance.status} ${line.attendance.kind}`,
  );
const photo = async (by: Person, code: string) =>
  (await by.send('POST', `/roster-sheets/${code}/photo`, { file: TINY_PNG, type: 'image/png' })).status;
const lines = (...given: string[]) => ({ lines: given.map((status, index) => ({ number: index + 1, status })) });

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
}, 120_000);
afterAll(() => school?.close());

describe('a roster sheet', () => {
  let code: string;

  it('is printed with a code, numbers and names, and nothing else of anybody', async () => {
    await at('09-12T09:00:00');
    const sheet = await print(1);
    code = sheet.code;
    expect(code).toMatch(/^Q-[0-9A-Z]{7}$/);
    expect(sheet).toMatchObject({ className: '渔网编织班', sessionNumber: 1, hasPhoto: false, transcription: null });
    expect(sheet.lines).toEqual([
      { number: 1, name: '林阿海', status: null },
      { number: 2, name: '吴小妹', status: null },
      { number: 3, name: '陈大姐', status: null },
    ]);
    await school.bureau.refused('GET', `/roster-sheets/${code}`, {}, 'CORE.FORBIDDEN');
    expect((await print(1)).code).not.toBe(code);
  });

  it('is found by its code as it is typed, and only by a right one', async () => {
    expect((await school.registrar.get(`/roster-sheets/${code.toLowerCase().replace('-', '')}`)).code).toBe(code);
    await school.registrar.refused('GET', '/roster-sheets/Q-1234567', {}, 'ATTENDANCE.SHEET_CODE_UNKNOWN');
    await school.registrar.refused('GET', '/roster-sheets/nonsense', {}, 'ATTENDANCE.SHEET_CODE_UNKNOWN');
  });

  it('is transcribed with a photo, once; the same again changes nothing', async () => {
    const path = `/roster-sheets/${code}/transcription`;
    const body = lines('present', 'absent', 'excused');
    await school.registrar.refused('POST', path, { body }, 'ATTENDANCE.SHEET_PHOTO_MISSING');
    expect(await photo(school.registrar, code)).toBe(201);
    await school.registrar.refused('POST', path, { body }, 'ATTENDANCE.TOO_EARLY');
    await at('09-15T09:00:00');
    const twice = { lines: [body.lines[0], body.lines[0]] };
    await school.registrar.refused('POST', path, { body: twice }, 'ATTENDANCE.SHEET_LINE_UNKNOWN');
    const done = await school.registrar.post(path, body);
    expect(done.items.map(({ outcome }: any) => outcome)).toEqual(['recorded', 'recorded', 'recorded']);
    expect(done.sheet.transcription.byName).toBe('陈老师');
    expect(await statuses(1)).toEqual(['present paper_sheet', 'absent paper_sheet', 'excused paper_sheet']);
    const again = await school.registrar.post(path, body);
    expect(again.items.map(({ outcome }: any) => outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    const other = { body: lines('present', 'present', 'present') };
    const refused = await school.teacher.refused('POST', path, other, 'ATTENDANCE.SHEET_TRANSCRIBED');
    expect(refused.title).toBe('陈老师 已经录入过这张签到表');
    const { lines: shown } = await school.teacher.get(`/roster-sheets/${code}`);
    expect(shown.map(({ status }: any) => status)).toEqual(['present', 'absent', 'excused']);
    expect(await statuses(1)).toEqual(['present paper_sheet', 'absent paper_sheet', 'excused paper_sheet']);
  });

  it('that is transcribed more than seven days afterwards waits on the late sheet', async () => {
    const { code: second } = await print(2);
    await at('10-05T09:00:00');
    expect(await photo(school.registrar, second)).toBe(201);
    const done = await school.registrar.post(
      `/roster-sheets/${second}/transcription`,
      lines('present', 'present', 'absent'),
    );
    expect(done.items.map(({ outcome, code: why }: any) => `${outcome} ${why}`)).toEqual(
      Array(3).fill('review ATTENDANCE.TOO_LATE'),
    );
    expect(await statuses(2)).toEqual([null, null, null]);
    const { items } = await school.principal.get(`/organisations/${school.id}/late-sheets?state=waiting`);
    expect(items).toMatchObject([{ sessionId: session(2), marks: 3 }]);
    const marks = await school.principal.get(`/late-sheets/${items[0].id}/marks`);
    expect(marks.items[0]).toMatchObject({ kind: 'paper_sheet', because: `纸质签到表 ${second}`, by: '陈老师' });
  });
});
