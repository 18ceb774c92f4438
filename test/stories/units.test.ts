import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apply, enrollmentOf, mayEnroll, type PublishedClass, type Resident, TestSchool } from '../support/school.js';

/*
 * Couples and friends come together or not at all: up to four queue and get seats as one. How they are drawn, the
 * lottery's story tells. Times are Asia/Shanghai.
 */

let school: TestSchool;
let couple: [Resident, Resident];
let friends: [Resident, Resident, Resident];
let choir: PublishedClass;

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const idsOf = (residents: readonly { id: string }[]) => residents.map(({ id }) => id);
const stand = async (residents: readonly Resident[], classId: string) =>
  (await Promise.all(residents.map((one) => enrollmentOf(one, classId)))).map((one) => [one?.state, one?.position]);
const giveUp = async (who: Resident, classId: string) => {
  const { id } = await enrollmentOf(who, classId);
  return who.person.post(`/me/enrollments/${id}/cancellation`);
};

beforeAll(async () => {
  school = await TestSchool.open();
  const husband = await school.resident('林阿公', '1960-05-06');
  const { id } = await husband.person.post('/me/residents', {
    name: '林阿婆',
    birthDate: '1961-05-06',
    regionCode: '330305001007',
    relation: 'family',
  });
  couple = [husband, { ...husband, id }];
  friends = [
    await school.resident('陈美兰', '1962-05-06'),
    await school.resident('吴玉珍', '1963-05-06'),
    await school.resident('郑秀英', '1964-05-06'),
  ];
  choir = await school.publish('合唱班', { seats: 3 });
  await at('09-01T09:00:00');
}, 120_000);
afterAll(() => school?.close());

describe('going together', () => {
  it('takes the agreement of friends; family of one account needs none', async () => {
    const [chen, wu, zheng] = friends;
    const together = { companionIds: idsOf([wu, zheng]) };
    const body = { classId: choir.id, residentId: chen.id, ...together };
    await chen.person.refused('POST', '/enrollments', { body }, 'ENROLLMENT.NOT_COMPANIONS');
    const group = await chen.person.post('/me/companion-groups', { residentIds: [chen.id] });
    for (const { person, id } of [wu, zheng]) {
      await person.post('/me/companion-groups/joining', { code: group.code, residentIds: [id] });
    }
    const may = await mayEnroll(
      chen,
      choir.id,
      idsOf([wu, zheng])
        .map((id) => `&companionIds=${id}`)
        .join(''),
    );
    expect(may).toMatchObject({ eligible: true, outcome: 'enrolled' });
    expect(await apply(couple[0], choir.id, { companionIds: [couple[1].id] })).toMatchObject({
      state: 'enrolled',
      unitSize: 2,
    });
    expect(await stand(couple, choir.id)).toEqual([
      ['enrolled', null],
      ['enrolled', null],
    ]);
  });

  it('is for four people at the most, each of them once', async () => {
    const [chen, wu, zheng] = friends;
    const companions = (companionIds: string[]) => ({ body: { classId: choir.id, residentId: chen.id, companionIds } });
    const five = companions(idsOf([wu, zheng, ...couple]));
    await chen.person.refused('POST', '/enrollments', five, 'CORE.INVALID');
    await chen.person.refused('POST', '/enrollments', companions([chen.id]), 'ENROLLMENT.TOO_MANY_TOGETHER');
    await chen.person.refused('POST', '/enrollments', companions([wu.id, wu.id]), 'CORE.INVALID');
  });

  it('names the one on whom it fails, and gives nobody a seat then', async () => {
    const [husband, wife] = couple;
    const adults = await school.publish('六十五岁以上', { minAge: 66 });
    const body = { classId: adults.id, residentId: husband.id, companionIds: [wife.id] };
    const told = await husband.person.refused('POST', '/enrollments', { body }, 'ENROLLMENT.COMPANION_REFUSED');
    expect(told.title).toContain('林阿婆不能报这个班：这个班要求开课时年满 66 岁');
    expect(await enrollmentOf(husband, adults.id)).toBeUndefined();
  });
});

describe('a unit that does not fit', () => {
  let single: Resident;
  let last: Resident;

  it('waits together; the one seat that is left goes to who comes alone', async () => {
    const [chen, wu, zheng] = friends;
    const waiting = await apply(chen, choir.id, { companionIds: idsOf([wu, zheng]) });
    expect(waiting).toMatchObject({ state: 'waiting', position: 1, unitSize: 3 });
    single = await school.resident('何一人');
    last = await school.resident('黄一人');
    expect(await apply(single, choir.id)).toMatchObject({ state: 'enrolled' });
    expect(await apply(last, choir.id)).toMatchObject({ state: 'waiting', position: 4 });
    const body = { classId: choir.id, residentId: wu.id };
    // Who was brought along has applied, too: asking again changes nothing.
    expect((await wu.person.send('POST', '/enrollments', { body })).status).toBe(200);
  });

  it('is passed over where there are too few seats, and keeps its place', async () => {
    await giveUp(couple[0], choir.id);
    await giveUp(couple[1], choir.id);
    await at('09-01T09:30:00');
    expect(await apply(last, choir.id)).toMatchObject({ state: 'enrolled' });
    expect(await stand(friends, choir.id)).toEqual([
      ['waiting', 1],
      ['waiting', 2],
      ['waiting', 3],
    ]);
    expect(await school.visitor.get(`/classes/${choir.id}`)).toMatchObject({ seatsLeft: 1, waiting: 3 });
  });

  it('gets all its seats at once when they are there', async () => {
    await giveUp(single, choir.id);
    await giveUp(last, choir.id);
    await at('09-01T10:00:00');
    await apply(friends[2], choir.id);
    expect(await stand(friends, choir.id)).toEqual([
      ['enrolled', null],
      ['enrolled', null],
      ['enrolled', null],
    ]);
    for (const { phone } of friends) await school.district.sms(phone, /合唱班/);
  });

  it('breaks up where one of them leaves: a seat is given up for oneself alone', async () => {
    await giveUp(friends[1], choir.id);
    expect((await stand(friends, choir.id)).map(([state]) => state)).toEqual(['enrolled', 'cancelled', 'enrolled']);
  });
});

describe('an offer to a unit', () => {
  let dance: PublishedClass;

  it('is made to all of them, and answered for all by one', async () => {
    dance = await school.publish('舞蹈班', { seats: 2 });
    const [chen, wu] = friends;
    const ask = { automatic: false };
    await apply(couple[0], dance.id, { companionIds: [couple[1].id] });
    expect(await apply(chen, dance.id, { ...ask, companionIds: [wu.id] })).toMatchObject({
      state: 'waiting',
      unitSize: 2,
    });
    await giveUp(couple[0], dance.id);
    await giveUp(couple[1], dance.id);
    await at('09-01T10:30:00');
    await apply(chen, dance.id);
    expect((await stand([chen, wu], dance.id)).map(([state]) => state)).toEqual(['offered', 'offered']);
    const { id } = await enrollmentOf(wu, dance.id);
    expect(await wu.person.post(`/me/enrollments/${id}/acceptance`)).toMatchObject({ state: 'enrolled' });
    expect((await stand([chen, wu], dance.id)).map(([state]) => state)).toEqual(['enrolled', 'enrolled']);
  });

  it('goes on as a whole where one declines', async () => {
    const [chen, wu] = friends;
    const drums = await school.publish('腰鼓班', { seats: 2 });
    await apply(couple[0], drums.id, { companionIds: [couple[1].id] });
    await apply(chen, drums.id, { automatic: false, companionIds: [wu.id] });
    const behind = await school.resident('苏后来');
    await apply(behind, drums.id);
    await giveUp(couple[0], drums.id);
    await giveUp(couple[1], drums.id);
    await at('09-01T11:00:00');
    await apply(behind, drums.id);
    expect((await stand([chen, wu], drums.id)).map(([state]) => state)).toEqual(['offered', 'offered']);
    const { id } = await enrollmentOf(chen, drums.id);
    expect(await chen.person.post(`/me/enrollments/${id}/declination`)).toMatchObject({ state: 'declined' });
    expect((await stand([chen, wu, behind], drums.id)).map(([state]) => state)).toEqual([
      'declined',
      'declined',
      'enrolled',
    ]);
  });
});

it('stands on the list of the school as one unit', async () => {
  const { items } = await school.registrar.get(`/classes/${choir.id}/enrollments?state=enrolled`);
  expect(items).toHaveLength(2);
  expect(new Set(items.map(({ unitId }: { unitId: string }) => unitId)).size).toBe(1);
  expect(items[0].unitId).toEqual(expect.any(String));
});
