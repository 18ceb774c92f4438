import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/person.js';
import { phoneJpeg, TINY_PNG } from '../support/pictures.js';
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
    const untimed = { status: null, arrivedAt: null, leftAt: null };
    expect(sheet.lines).toEqual([
      { number: 1, name: '林阿海', ...untimed },
      { number: 2, name: '吴小妹', ...untimed },
      { number: 3, name: '陈大姐', ...untimed },
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

  it('is claimed by who transcribes it; taking it over is possible, and recorded', async () => {
    const { code: claimed } = await print(2);
    const path = `/roster-sheets/${claimed}`;
    expect((await school.registrar.post(`${path}/claim`)).claim).toMatchObject({ byName: '陈老师', mine: true });
    const { claim } = await school.teacher.get(path);
    expect(claim).toMatchObject({ byName: '陈老师', mine: false });
    expect(new Date(claim.until).getTime() - new Date(claim.since).getTime()).toBe(30 * 60_000);
    const refused = await school.teacher.refused('POST', `${path}/claim`, { body: {} }, 'ATTENDANCE.SHEET_CLAIMED');
    expect(refused.title).toBe('陈老师 正在录入这张签到表');
    expect(await photo(school.teacher, claimed)).toBe(201);
    await at('09-21T11:00:00');
    expect((await school.registrar.post(`${path}/claim`)).claim).toMatchObject({ mine: true });
    const body = lines('present', 'present', 'present');
    await school.teacher.refused('POST', `${path}/transcription`, { body }, 'ATTENDANCE.SHEET_CLAIMED');
    expect((await school.teacher.post(`${path}/claim`, { takeOver: true })).claim).toMatchObject({ mine: true });
    await school.registrar.refused('POST', `${path}/transcription`, { body }, 'ATTENDANCE.SHEET_CLAIMED');
    const { items } = await school.admin.get(`/audit-entries?targetId=${session(2)}&limit=50`);
    expect(items.map(({ action }: any) => action)).toContain('roster_sheet.taken_over');
    // Left lying, it is anybody's again.
    await at('09-21T11:31:00');
    expect((await school.registrar.get(path)).claim).toBeNull();
    expect((await school.registrar.post(`${path}/claim`)).claim).toMatchObject({ byName: '陈老师', mine: true });
  });

  it('says who came late and who left early, which counts as it does on a device', async () => {
    const { code: timed } = await print(2);
    const path = `/roster-sheets/${timed}/transcription`;
    expect(await photo(school.registrar, timed)).toBe(201);
    const { startsAt, endsAt } = await school.registrar.get(`/roster-sheets/${timed}`);
    const after = (minutes: number) => new Date(new Date(startsAt).getTime() + minutes * 60_000).toISOString();
    const wrong = (line: object) =>
      school.registrar.refused('POST', path, { body: { lines: [line] } }, 'ATTENDANCE.SHEET_TIME_OUTSIDE');
    await wrong({ number: 1, status: 'absent', arrivedAt: after(30) });
    await wrong({ number: 1, status: 'present', leftAt: new Date(new Date(endsAt).getTime() + 1).toISOString() });
    await wrong({ number: 1, status: 'present', arrivedAt: after(30), leftAt: after(20) });
    const done = await school.registrar.post(path, {
      lines: [
        { number: 1, status: 'present', arrivedAt: after(30) },
        { number: 2, status: 'present', leftAt: after(60) },
        { number: 3, status: 'excused' },
      ],
    });
    expect(done.items.map(({ outcome }: any) => outcome)).toEqual(['recorded', 'recorded', 'recorded']);
    const { items } = await school.teacher.get(`/sessions/${session(2)}/roster`);
    const times = items.map(({ attendance: { status, arrivedAt, leftAt } }: any) => [status, arrivedAt, leftAt]);
    const same = (moment: string | null) => moment && new Date(moment).toISOString();
    expect(times.map(([status, came, left]: any) => [status, same(came), same(left)])).toEqual([
      ['present', after(30), null],
      ['present', null, after(60)],
      ['excused', null, null],
    ]);
    expect(done.sheet.lines[0]).toMatchObject({ status: 'present', arrivedAt: after(30), leftAt: null });
  });

  it('has one photo; a wrong one is withdrawn, kept, and replaced', async () => {
    const path = `/roster-sheets/${code}/photo`;
    const other = { file: phoneJpeg({ mark: 3 }), type: 'image/jpeg' };
    // The same one again is no other.
    expect(await photo(school.registrar, code)).toBe(201);
    await school.registrar.refused('POST', path, other, 'ATTENDANCE.SHEET_HAS_PHOTO');
    const { photos, hasPhoto } = await school.registrar.post(`${path}/withdrawal`, { reason: '拍成了别的班' });
    expect(hasPhoto).toBe(false);
    expect(photos).toMatchObject([{ withdrawn: { byName: '陈老师', because: '拍成了别的班' } }]);
    await school.registrar.refused(
      'POST',
      `${path}/withdrawal`,
      { body: { reason: '再撤一次' } },
      'ATTENDANCE.SHEET_PHOTO_GONE',
    );
    expect((await school.registrar.send('GET', path)).status).toBe(404);
    expect((await school.registrar.send('GET', `${path}s/${photos[0].id}`)).status).toBe(200);
    expect((await school.teacher.send('POST', path, other)).status).toBe(201);
    const replaced = await school.registrar.get(`/roster-sheets/${code}`);
    expect(replaced.photos.map(({ withdrawn }: any) => withdrawn === null)).toEqual([false, true]);
  });

  it('that is transcribed more than seven days afterwards waits on the late sheet', async () => {
    const { code: second } = await print(3);
    await at('10-12T09:00:00');
    expect(await photo(school.registrar, second)).toBe(201);
    const path = `/roster-sheets/${second}/transcription`;
    const body = lines('present', 'present', 'absent');
    expect((await school.registrar.get(`/roster-sheets/${second}`)).reasonNeeded).toBe(true);
    await school.registrar.refused('POST', path, { body }, 'ATTENDANCE.SHEET_REASON_NEEDED');
    const done = await school.registrar.post(path, { ...body, because: '台风后才送到' });
    expect(done.items.map(({ outcome, code: why }: any) => `${outcome} ${why}`)).toEqual(
      Array(3).fill('review ATTENDANCE.TOO_LATE'),
    );
    expect(await statuses(3)).toEqual([null, null, null]);
    const { items } = await school.principal.get(`/organisations/${school.id}/late-sheets?state=waiting`);
    expect(items).toMatchObject([{ sessionId: session(3), marks: 3 }]);
    const marks = await school.principal.get(`/late-sheets/${items[0].id}/marks`);
    expect(marks.items[0]).toMatchObject({
      kind: 'paper_sheet',
      because: `纸质签到表 ${second}：台风后才送到`,
      by: '陈老师',
      madeInTime: false,
    });
  });
});
