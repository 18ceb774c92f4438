import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LotteryFile, verifyLottery } from '#contracts';
import { cli, District, PASSWORD } from '../support/district.js';
import { sha256 } from '../support/lottery.js';
import type { Person } from '../support/person.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { waitFor } from '../support/wait-for.js';

/*
 * More people want an elderly class than it has seats: what is drawn and how is published beforehand, the list is
 * frozen, two enter the public number, and everybody can check the result. Times are Asia/Shanghai.
 */

const BEIAO = '330305001000'; // 北岙街道
const XIAOPU = '330305001007'; // 小朴社区

/** A run of the worker that announces, freezes and draws; it comes every ten seconds. */
const NEXT_RUN_MS = 45_000;

const folder = temporaryFolder();
let district: District;
let visitor: Person;
let bureau: Person;
let registrar: Person;
let principal: Person;
let teacher: Person;
let classId: string;
let lotteryId: string;

/** Somebody with an account, and the enrollment once there is one. */
interface Applicant {
  person: Person;
  phone: string;
  residentId: string;
  enrollmentId: string;
}
const applicants: Applicant[] = [];
/** A couple of one account, who want to come together or not at all. */
let wife: string;

beforeAll(async () => {
  district = await District.open('2026-08-20T09:00:00+08:00');
}, 120_000);
afterAll(async () => {
  folder.remove();
  await district?.close();
});

const lotteries = async () => (await visitor.get(`/lotteries?classId=${classId}`)).items;
const lottery = () => visitor.get(`/lotteries/${lotteryId}`);
const entryOf = ({ person, enrollmentId }: Applicant) => person.get(`/me/enrollments/${enrollmentId}/lottery-entry`);
const text = async () => {
  const response = await fetch(`${district.api.address}/api/v1/lotteries/${lotteryId}/file`);
  expect(response.status).toBe(200);
  return { body: await response.text(), headers: response.headers };
};

describe('before anybody can apply', () => {
  it('a school publishes an elderly class, whose seats are drawn by lot unless it says otherwise', async () => {
    const admin = await district.staff('admin');
    const staff = (username: string, name: string, roles: object[]) =>
      admin.post('/staff', { username, name, password: PASSWORD, roles });
    await staff('bureau', '周科长', [{ role: 'bureau_officer' }]);
    bureau = await district.staff('bureau');
    const { id: organisationId } = await bureau.post('/organisations', {
      kind: 'elderly_school',
      name: '北岙老年学校',
      regionCode: BEIAO,
      phone: '0577-63480001',
    });
    await staff('registrar', '陈老师', [{ role: 'registrar', organisationId }]);
    await staff('principal', '林校长', [{ role: 'principal', organisationId }]);
    const { id: teacherId } = await staff('teacher', '王老师', [{ role: 'teacher', organisationId }]);
    registrar = await district.staff('registrar');
    principal = await district.staff('principal');
    teacher = await district.staff('teacher');
    visitor = district.visitor();
    const venue = await registrar.post('/venues', {
      organisationId,
      regionCode: XIAOPU,
      name: '小朴文化礼堂',
      address: '小朴社区88号',
      capacity: 40,
      stepFree: true,
      accessRoute: 'road',
    });
    const term = await bureau.post('/terms', { name: '2026年秋季', startsOn: '2026-09-01', endsOn: '2027-01-15' });
    const course = await bureau.post('/courses', { code: 'EL-001', name: '太极拳', programmeKind: 'elderly' });
    const draft = await registrar.post('/classes', {
      courseId: course.id,
      termId: term.id,
      organisationId,
      name: '太极拳秋季班',
      teacherId,
      venueId: venue.id,
      seats: 3,
      enrollmentOpensAt: '2026-09-01T09:00:00+08:00',
      enrollmentClosesAt: '2026-09-04T20:00:00+08:00',
      feeFen: 0,
      sessions: ['08', '15', '22'].map((day) => ({
        startsAt: `2026-09-${day}T09:00:00+08:00`,
        endsAt: `2026-09-${day}T10:30:00+08:00`,
      })),
    });
    expect(draft.admission).toBe('lottery');
    classId = draft.id;
    let { version } = draft;
    ({ version } = await registrar.post(`/classes/${classId}/submission`, {}, { version }));
    ({ version } = await bureau.post(`/classes/${classId}/decision`, { decision: 'approved' }, { version }));
    await registrar.post(`/classes/${classId}/publication`, {}, { version });
  });

  it('the hash of a secret and the source of the public number are published, to everyone', async () => {
    const [announced] = await waitFor(
      'the lottery to be announced',
      async () => {
        const items = await lotteries();
        return items.length > 0 && items;
      },
      NEXT_RUN_MS,
    );
    lotteryId = announced.id;
    expect(announced).toMatchObject({
      state: 'announced',
      secretHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      numberName: '中国体育彩票排列5，2026年9月4日起的第一次开奖号码',
      numberDueAt: '2026-09-04T13:30:00.000Z',
      freezesAt: '2026-09-04T12:01:00.000Z',
      number: null,
      listHash: null,
    });
    await visitor.refused('GET', `/lotteries/${lotteryId}/file`, {}, 'LOTTERY.NO_FILE_YET');
  });

  it('the school may name another public number, later than the list; a teacher may not', async () => {
    const { version } = await principal.get(`/classes/${classId}/lottery`);
    const name = (numberDueAt: string) => ({ numberName: '中国福利彩票3D 第2026238期', numberDueAt });
    const path = `/lotteries/${lotteryId}`;
    const tooEarly = { body: name('2026-09-04T20:20:00+08:00'), version };
    expect((await principal.refused('PATCH', path, tooEarly, 'LOTTERY.NUMBER_TOO_EARLY')).title).toContain('20:31');
    const later = { body: name('2026-09-04T21:15:00+08:00'), version };
    await teacher.refused('PATCH', path, later, 'CORE.FORBIDDEN');
    const named = await principal.patch(path, later.body, version);
    expect(named).toMatchObject({ numberName: '中国福利彩票3D 第2026238期', version: version + 1 });
    await registrar.refused('PATCH', path, later, 'CORE.STALE');
  });
});

describe('while the window is open', () => {
  it('it does not matter who comes first: seven apply, two of them as a couple', async () => {
    await district.setClock('2026-09-01T09:00:00+08:00');
    for (let index = 0; index < 6; index++) {
      const phone = district.newPhone();
      const person = await district.resident(phone);
      const me = { name: `居民${index}`, birthDate: `195${index}-05-06`, regionCode: XIAOPU, relation: 'self' };
      applicants.push({ person, phone, residentId: (await person.post('/me/residents', me)).id, enrollmentId: '' });
    }
    const couple = applicants[0]!;
    wife = (
      await couple.person.post('/me/residents', {
        name: '陈小妹',
        birthDate: '1956-07-08',
        regionCode: XIAOPU,
        relation: 'family',
      })
    ).id;
    for (const applicant of applicants) {
      const together = applicant === couple && { companionIds: [wife] };
      const body = { classId, residentId: applicant.residentId, ...together };
      const answer = await applicant.person.post('/enrollments', body);
      expect(answer).toMatchObject({ state: 'applied', position: null });
      applicant.enrollmentId = answer.id;
    }
    await couple.person.refused('GET', `/me/enrollments/${couple.enrollmentId}/lottery-entry`, {}, 'LOTTERY.NO_ENTRY');
  });
});

describe('when the window is over', () => {
  it('the list is frozen and published under pseudonyms, and each sees the own one only', async () => {
    await district.setClock('2026-09-04T20:00:30+08:00');
    const late = await district.resident();
    const me = { name: '迟到的人', birthDate: '1950-01-01', regionCode: XIAOPU, relation: 'self' };
    const residentId = (await late.post('/me/residents', me)).id;
    await late.refused('POST', '/enrollments', { body: { classId, residentId } }, 'ENROLLMENT.WINDOW_CLOSED');
    expect((await lottery()).state).toBe('announced');

    await district.setClock('2026-09-04T20:01:00+08:00');
    const frozen = await waitFor(
      'the list to be frozen',
      async () => {
        const now = await lottery();
        return now.state === 'frozen' && now;
      },
      NEXT_RUN_MS,
    );
    expect(frozen).toMatchObject({ seats: 3, entries: 6, residents: 7, numberNeeded: true, number: null });
    const file = JSON.parse((await text()).body) as LotteryFile;
    expect(file.listHash).toBe(frozen.listHash);
    expect(file.secret).toBeNull();
    expect(verifyLottery(file, sha256).every(({ ok }) => ok)).toBe(true);
    for (const name of ['居民', '陈小妹', ...applicants.map(({ residentId }) => residentId)]) {
      expect(JSON.stringify(file)).not.toContain(name);
    }

    const pseudonyms = await Promise.all(applicants.map(async (one) => (await entryOf(one)).pseudonym));
    expect([...pseudonyms].sort()).toEqual(file.list.map(({ pseudonym }) => pseudonym));
    const both = await applicants[0]!.person.get(`/me/lotteries/${lotteryId}/entries`);
    expect(both.items.map((entry: any) => [entry.pseudonym, entry.size])).toEqual([
      [pseudonyms[0], 2],
      [pseudonyms[0], 2],
    ]);
    await applicants[1]!.person.refused(
      'GET',
      `/me/enrollments/${applicants[0]!.enrollmentId}/lottery-entry`,
      {},
      'LOTTERY.NO_ENTRY',
    );
    expect((await late.get(`/me/lotteries/${lotteryId}/entries`)).items).toEqual([]);
  });

  it('one of them gives up before the draw', async () => {
    const { person, enrollmentId } = applicants[5]!;
    expect(await person.post(`/me/enrollments/${enrollmentId}/cancellation`)).toMatchObject({ state: 'cancelled' });
  });

  it('the number is entered by one and confirmed by another, not before it is drawn in public', async () => {
    const { version, numberDue } = await registrar.get(`/classes/${classId}/lottery`);
    expect(numberDue).toBe(false);
    const put = (number: string, at: number) => ({ body: { number }, version: at });
    const [enter, confirm] = [`/lotteries/${lotteryId}/number`, `/lotteries/${lotteryId}/number-confirmation`];
    await registrar.refused('PUT', enter, put('583', version), 'LOTTERY.NUMBER_NOT_DUE');
    await district.setClock('2026-09-04T21:20:00+08:00');
    await teacher.refused('PUT', enter, put('583', version), 'CORE.FORBIDDEN');
    const { status, body } = await registrar.send('PUT', enter, put(' 5 8 3 ', version));
    expect({ status, body }).toMatchObject({ status: 200, body: { entered: { number: '583', enteredBy: '陈老师' } } });
    // What one has typed is not published.
    expect(await lottery()).toMatchObject({ state: 'frozen', number: null });
    await registrar.refused('POST', confirm, put('583', version + 1), 'LOTTERY.SAME_PERSON');
    await bureau.refused('POST', confirm, put('538', version + 1), 'LOTTERY.NUMBER_DIFFERS');
    const drawn = await bureau.post(confirm, { number: '583' }, { version: version + 1 });
    expect(drawn).toMatchObject({ state: 'drawn', number: '583', entered: { confirmedBy: '周科长' } });
    expect(await bureau.post(confirm, { number: '583' }, { version: version + 1 })).toEqual(drawn);
    await registrar.refused('PUT', enter, put('999', drawn.version), 'LOTTERY.ALREADY_DRAWN');
  });
});

describe('the result', () => {
  it('is what the file says: seats by rank, the couple together or not at all, the others wait in this order', async () => {
    const entries = await Promise.all(applicants.map(entryOf));
    const byRank = [...entries].sort((a, b) => a.rank - b.rank);
    expect(byRank.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6]);
    let left = 3;
    let position = 0;
    for (const entry of byRank) {
      const size = entry.enrollmentId === applicants[5]!.enrollmentId ? 0 : entry.size;
      const outcome = size === 0 ? 'withdrawn' : size <= left ? 'seat' : 'waiting';
      expect([entry.rank, entry.outcome]).toEqual([entry.rank, outcome]);
      const { person, enrollmentId } = applicants.find((one) => one.enrollmentId === entry.enrollmentId)!;
      const mine = await person.get(`/me/enrollments/${enrollmentId}`);
      if (outcome === 'seat') {
        left -= size;
        expect(mine.state).toBe('enrolled');
      } else if (outcome === 'waiting') {
        expect(mine).toMatchObject({ state: 'waiting', position: expect.any(Number) });
        expect(mine.position).toBeGreaterThan(position);
        position = mine.position;
      }
    }
    expect(left).toBe(0);
    const mine = await applicants[0]!.person.get('/me/enrollments');
    expect(new Set(mine.items.map(({ state }: any) => state)).size).toBe(1);
  });

  it('is told to each by SMS', async () => {
    const winner = (
      await Promise.all(applicants.slice(1, 5).map(async (one) => ({ one, entry: await entryOf(one) })))
    ).find(({ entry }) => entry.outcome === 'seat')!;
    expect(await district.sms(winner.one.phone, /太极拳秋季班/)).toContain('摇号');
  });

  it('can be checked by anybody: the file is the same byte for byte, and the operator’s command finds it right', async () => {
    const [first, second] = [await text(), await text()];
    expect(second.body).toBe(first.body);
    const { files } = await lottery();
    expect(createHash('sha256').update(first.body).digest('hex')).toBe(files.at(-1).hash);
    expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(first.headers.get('content-disposition')).toMatch(/^attachment; filename="lottery-B-\w{6}-drawn\.json"$/);

    const path = join(folder.path, 'lottery.json');
    writeFileSync(path, first.body);
    const { listHash } = await lottery();
    const said = cli(['lottery', 'verify', path, '--list-hash', listHash], 'postgres://nobody@127.0.0.1:1/none');
    expect(said).toContain('核对无误');
    expect(said).toContain('中国福利彩票3D 第2026238期 是 583');
    writeFileSync(path, first.body.replace('"outcome": "waiting"', '"outcome": "seat"'));
    expect(() => cli(['lottery', 'verify', path], 'postgres://nobody@127.0.0.1:1/none')).toThrow('WRONG seats');
  });

  it('a seat that falls free goes to the first of those who wait, by rank', async () => {
    const entries = await Promise.all(applicants.map(async (one) => ({ one, entry: await entryOf(one) })));
    const waiting = entries
      .filter(({ entry }) => entry.outcome === 'waiting' && entry.size === 1)
      .sort((a, b) => a.entry.rank - b.entry.rank);
    const seated = entries.find(({ entry }) => entry.outcome === 'seat' && entry.size === 1)!;
    await seated.one.person.post(`/me/enrollments/${seated.one.enrollmentId}/cancellation`);
    await district.setClock('2026-09-05T10:00:00+08:00');
    await waitFor(
      'the seat to go on',
      async () => {
        const { person, enrollmentId } = waiting[0]!.one;
        return (await person.get(`/me/enrollments/${enrollmentId}`)).state === 'enrolled';
      },
      NEXT_RUN_MS,
    );
  });
});
