import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/person.js';
import { phoneJpeg, TINY_PNG } from '../support/pictures.js';
import { BEIAO, LUXI_VILLAGE, type PublishedClass, TestSchool } from '../support/school.js';

/*
 * What proves a session beside the marks of devices: photos, and how many heads were counted whose names nobody took.
 * Times are Asia/Shanghai.
 */

let school: TestSchool;
let lecture: PublishedClass;
let publicLecture: PublishedClass;

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const first = () => lecture.sessions[0]!.id;

/** Sends a file as the whole body, as the browser does. */
async function upload(who: Person, path: string, type: string, content: Buffer, name = '合影.jpg') {
  // Whose sign-in is over on the new day signs in again.
  if (who.token) await who.get('/me');
  const response = await fetch(`${who.address}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': type,
      'X-File-Name': encodeURIComponent(name),
      ...(who.token && { Authorization: `Bearer ${who.token}` }),
    },
    body: new Uint8Array(content),
  });
  return { status: response.status, body: (await response.json()) as Record<string, any> };
}

const download = (who: Person, id: string) =>
  fetch(`${who.address}/api/v1/session-photos/${id}/content`, {
    headers: { ...(who.token && { Authorization: `Bearer ${who.token}` }) },
  });

beforeAll(async () => {
  school = await TestSchool.open();
  lecture = await school.publish('防诈骗公开讲座', { seats: 30 });
  const { id: courseId } = await school.course('community');
  publicLecture = await school.publish('海洋文化公开课', { courseId, seats: 30 });
}, 120_000);
afterAll(() => school?.close());

describe('photos of a session', () => {
  const path = () => `/sessions/${first()}/photos`;

  it('are taken when it has begun, by its staff', async () => {
    await at('09-13T09:00:00');
    expect(await upload(school.teacher, path(), 'image/jpeg', phoneJpeg())).toMatchObject({
      status: 422,
      body: { code: 'ATTENDANCE.NOT_BEGUN' },
    });
    await at('09-14T09:00:00');
    expect((await upload(school.bureau, path(), 'image/jpeg', phoneJpeg())).status).toBe(403);
    expect((await upload(school.visitor, path(), 'image/jpeg', phoneJpeg())).status).toBe(401);
    const sent = await upload(school.teacher, path(), 'image/jpeg', phoneJpeg());
    expect(sent).toMatchObject({ status: 201, body: { addedByName: '王老师', withdrawnAt: null } });
    expect((await upload(school.teacher, path(), 'image/jpeg', phoneJpeg())).body.id).toBe(sent.body.id);
  });

  it('come back without the place where they were taken, and into no cache', async () => {
    const { items } = await school.registrar.get(path());
    const picture = await download(school.registrar, items[0].id);
    expect(Object.fromEntries(picture.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent('合影.jpg')}`,
    });
    const content = Buffer.from(await picture.arrayBuffer());
    expect(content).toHaveLength(Number(picture.headers.get('content-length')));
    expect(content.includes('JFIF')).toBe(true);
    expect(content.includes('GPS')).toBe(false);
    expect((await download(school.bureau, items[0].id)).status).toBe(403);
  });

  it.each([
    ['a page', 'text/html', Buffer.from('<html>'), 415, 'CORE.UNSUPPORTED_MEDIA'],
    ['a table', 'text/csv', Buffer.from('a,b'), 415, 'CORE.UNSUPPORTED_MEDIA'],
    ['mere bytes', 'application/octet-stream', Buffer.from('a,b'), 415, 'FILES.WRONG_TYPE'],
    ['JSON', 'application/json', Buffer.from('{}'), 415, 'FILES.WRONG_TYPE'],
    ['what is no picture', 'image/png', Buffer.from('<html>'), 422, 'FILES.NOT_WHAT_IT_SAYS'],
    ['a picture of 6 MB', 'image/jpeg', phoneJpeg({ bytes: 6_000_000 }), 413, 'FILES.TOO_LARGE'],
  ])('%s is refused', async (_, type, content, status, code) => {
    expect(await upload(school.teacher, path(), type, content)).toMatchObject({ status, body: { code } });
  });

  it('a route for other things takes none', async () => {
    const sent = await upload(school.teacher, `/sessions/${first()}/headcounts`, 'image/png', TINY_PNG);
    expect(sent).toMatchObject({ status: 415, body: { code: 'CORE.UNSUPPORTED_MEDIA' } });
  });
});

describe('an open lecture', () => {
  const path = () => `/sessions/${first()}/headcounts`;

  it('wants two photos before heads are recorded; another figure takes the place of the first', async () => {
    await school.teacher.refused('POST', path(), { body: { headcount: 46 } }, 'ATTENDANCE.PHOTOS_MISSING');
    expect((await upload(school.teacher, `/sessions/${first()}/photos`, 'image/png', TINY_PNG)).status).toBe(201);
    await school.teacher.post(path(), { headcount: 46 });
    await school.registrar.post(path(), { headcount: 48, note: '后排两人漏数' });
    const { items } = await school.registrar.get(path());
    expect(items).toMatchObject([
      { headcount: 48, note: '后排两人漏数', recordedByName: '陈老师' },
      { headcount: 46, note: null, recordedByName: '王老师' },
    ]);
    await school.bureau.refused('GET', path(), {}, 'CORE.FORBIDDEN');
  });

  it('shows a photo no more that was withdrawn, and keeps it with the reason', async () => {
    const photos = `/sessions/${first()}/photos`;
    const { items } = await school.teacher.get(photos);
    const withdrawal = `/session-photos/${items[0].id}/withdrawal`;
    await school.teacher.post(withdrawal, { reason: '拍到无关的人' }, { version: items[0].version });
    await school.teacher.refused('POST', withdrawal, { body: { reason: '又一次' }, version: 1 }, 'CORE.STALE');
    const later = await school.teacher.get(photos);
    expect(later.items[0]).toMatchObject({ withdrawnBecause: '拍到无关的人', withdrawnByName: '王老师', version: 2 });
    expect((await download(school.teacher, items[0].id)).status).toBe(404);
    expect((await upload(school.teacher, photos, 'image/png', TINY_PNG)).body.id).not.toBe(items[0].id);
  });
});

describe('heads without names at the bureau', () => {
  const heads = (who: Person, query = '') => who.get(`/headcounts?year=2026${query}`);
  const measures = async () => {
    const chart = await school.bureau.get('/wall-chart');
    return new Map<string, any>(chart.measures.map((one: any) => [one.code, one]));
  };

  it('are seen beside community person-times, and in none of the figures', async () => {
    const [session] = publicLecture.sessions;
    await school.district.setClock(session!.startsAt);
    for (const picture of [phoneJpeg(), TINY_PNG]) {
      const type = picture === TINY_PNG ? 'image/png' : 'image/jpeg';
      expect((await upload(school.teacher, `/sessions/${session!.id}/photos`, type, picture)).status).toBe(201);
    }
    await school.teacher.post(`/sessions/${session!.id}/headcounts`, { headcount: 120 });
    const by = await measures();
    expect(by.get('community-person-times')).toMatchObject({
      year: { value: 0 },
      unnamed: { programmeKind: 'community', sessions: 1, headcount: 120 },
    });
    expect(by.get('elderly-person-times').unnamed).toBeNull();
    expect((await school.bureau.get('/ledger-entries')).items).toEqual([]);
  });

  it('open by year, township and school down to the session and how many photos prove it', async () => {
    const sums = await school.bureau.get('/headcounts/sums?year=2026');
    expect(sums).toMatchObject({
      sessions: 2,
      headcount: 168,
      byTownship: [{ key: BEIAO, sessions: 2, headcount: 168 }],
      byOrganisation: [{ key: school.id, name: '北岙社区学校', headcount: 168 }],
    });
    const { items } = await heads(school.bureau, `&regionCode=${BEIAO}&programmeKind=community`);
    expect(items).toMatchObject([
      { sessionId: publicLecture.sessions[0]!.id, className: '海洋文化公开课', headcount: 120, named: 0, photos: 2 },
    ]);
    expect((await heads(school.bureau, `&regionCode=${LUXI_VILLAGE}`)).items).toEqual([]);
    expect((await school.bureau.get('/headcounts?year=2025')).items).toEqual([]);
    const first = await heads(school.bureau, '&limit=1');
    const second = await heads(school.bureau, `&limit=1&cursor=${first.next}`);
    expect([first.items[0].headcount, second.items[0].headcount, second.next].sort()).toEqual([120, 48, null].sort());
  });

  it('say why they do not count', async () => {
    const { items } = await heads(school.bureau, '&programmeKind=community');
    expect(items[0].says).toContain('没有姓名，无法查重，不计入任何指标');
    expect(items[0].says).toContain('口径第 10 条');
  });

  it('are gone when the session turns out to have been called off', async () => {
    const [session] = publicLecture.sessions;
    const path = `/classes/${publicLecture.id}`;
    const { version } = await school.registrar.get(path);
    await school.registrar.post(`${path}/sessions/${session!.id}/cancellation`, { reason: '台风停课' }, { version });
    expect((await heads(school.bureau, '&programmeKind=community')).items).toEqual([]);
    expect((await measures()).get('community-person-times').unnamed).toBeNull();
  });
});
