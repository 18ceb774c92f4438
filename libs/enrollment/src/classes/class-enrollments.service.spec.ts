import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, newId, rows } from '#core';
import {
  type AdmissionOffice,
  application,
  callerOf,
  openAdmissionOffice,
} from '../../../../test/support/admission-office.js';
import { seedClass, type SeededClass, type SeededResident, seedResidents } from '../../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { AppealsService } from '../appeals/appeals.service.js';
import { ClassEnrollmentsService } from './class-enrollments.service.js';
import { ClassFollowerService } from './class-follower.service.js';
import { EnrollmentsService } from '../enrollment.service.js';
import { PaymentsService } from '../counter/payments.service.js';

const FEE = 12_000;

let database: TestDatabase;
let office: AdmissionOffice;
let registrar: Caller;
let course: SeededClass;
let parallel: SeededClass;
let residents: SeededResident[];
let ids: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  office = await openAdmissionOffice(database.url);
  const at = new Date();
  course = await seedClass(office.source, at, { seats: 2, admission: 'approval' });
  parallel = await seedClass(office.source, at, { seats: 2, beside: course, courseId: course.courseId, inDays: 40 });
  await rows(office.source, `update course_classes set fee_fen = $2 where id = $1`, [course.classId, FEE]);
  residents = await seedResidents(office.source, at, 4);
  const id = randomUUID();
  await rows(
    office.source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '陈老师', 'none', $3)`,
    [id, id, at],
  );
  const grants = [{ role: 'registrar' as const, organisationId: course.organisationId }];
  registrar = new Caller({ kind: 'staff', id, signInId: id }, grants, 'zh', 'test');
  ids = [];
  for (const resident of residents) {
    const { enrollment } = await office.desk.apply(application(resident, course.classId));
    ids.push(enrollment.id);
  }
}, 60_000);
afterAll(async () => {
  await office?.close();
  await database?.drop();
});

const ofSchool = () => office.module.get(ClassEnrollmentsService);
const appeals = () => office.module.get(AppealsService);
const payments = () => office.module.get(PaymentsService);
const list = async (query: { state?: 'applied'; money?: 'unpaid' | 'to_refund' }) =>
  (await ofSchool().list(registrar, course.classId, { limit: 20, ...query })).items.map(({ id }) => id);
const historyOf = async (id: string) => (await office.module.get(EnrollmentsService).detail(registrar, id)).moves;

describe('what waits for the school', () => {
  it('is counted, and in the order in which they applied', async () => {
    const { applications, openAppeals } = await appeals().toDecide(registrar, course.organisationId);
    expect(applications).toEqual([
      { classId: course.classId, className: expect.any(String), classNameEn: null, count: 4 },
    ]);
    expect(openAppeals).toBe(0);
    expect(await list({ state: 'applied' })).toEqual(ids);
  });

  it('is there no more once it is decided; an appeal is', async () => {
    for (const id of ids.slice(0, 2)) await ofSchool().decide(registrar, id, { decision: 'approved' });
    for (const id of ids.slice(2)) await ofSchool().decide(registrar, id, { decision: 'refused', reason: '人数已满' });
    expect((await appeals().toDecide(registrar, course.organisationId)).applications).toEqual([]);

    const appellant = residents[2]!;
    const once = { subject: appellant.accountId, key: randomUUID(), fingerprint: randomBytes(32) };
    const appeal = await appeals().make(callerOf(appellant), ids[2]!, { text: '请再看一看我的申请' }, once);
    expect(await appeals().toDecide(registrar, course.organisationId)).toMatchObject({ openAppeals: 1 });
    expect(await appeals().get(registrar, appeal.id)).toMatchObject({ id: appeal.id, classId: course.classId });
    const stranger = new Caller(registrar.actor, [{ role: 'registrar', organisationId: newId() }], 'zh', 'test');
    await expect(appeals().get(stranger, appeal.id)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
  });
});

describe('what is left to settle', () => {
  it('is unpaid while there is a seat, and to be refunded after it was given up', async () => {
    const pay = (id: string, kind: 'paid' | 'refunded', amountFen: number) =>
      payments().record(registrar, id, { id: newId(), kind, amountFen });
    expect(await list({ money: 'unpaid' })).toEqual(ids.slice(0, 2));
    await pay(ids[0]!, 'paid', FEE);
    await pay(ids[1]!, 'paid', FEE / 2);
    expect(await list({ money: 'unpaid' })).toEqual([ids[1]]);
    expect(await list({ money: 'to_refund' })).toEqual([]);
    await office.module.get(EnrollmentsService).leave(callerOf(residents[1]!), ids[1]!);
    expect(await list({ money: 'unpaid' })).toEqual([]);
    expect(await list({ money: 'to_refund' })).toEqual([ids[1]]);
    await pay(ids[1]!, 'refunded', FEE / 2);
    expect(await list({ money: 'to_refund' })).toEqual([]);
  });
});

describe('the history of an enrollment', () => {
  it('says who, for whom and from which class', async () => {
    const [resident] = residents as [SeededResident];
    await ofSchool().transfer(registrar, ids[0]!, { toClassId: parallel.classId, reason: '时间更合适' });
    await office.module.get(EnrollmentsService).leave(registrar, ids[0]!, '家中有事');
    const moves = await historyOf(ids[0]!);
    expect(moves.map(({ step, actorName, onBehalf }) => [step, actorName, onBehalf])).toEqual([
      ['apply', '居民1', false],
      ['approve', '陈老师', false],
      ['transfer', '陈老师', false],
      ['cancel', '陈老师', true],
    ]);
    expect(moves[2]).toMatchObject({ reason: '时间更合适', leftClassName: `班级 ${course.classId}` });
    const own = await office.module.get(EnrollmentsService).detail(callerOf(resident), ids[0]!);
    expect(own.moves.map(({ actorName }) => actorName)).toEqual([null, null, null, null]);
  });

  it('says when somebody of the family did it', async () => {
    const [holder, , , other] = residents as [SeededResident, SeededResident, SeededResident, SeededResident];
    await rows(
      office.source,
      `insert into account_residents (account_id, resident_id, relation, since) values ($1, $2, 'family', $3)`,
      [holder.accountId, other.residentId, new Date()],
    );
    const { enrollment } = await office.desk.apply({
      ...application(holder, parallel.classId),
      residentIds: [other.residentId],
    });
    expect(await historyOf(enrollment.id)).toMatchObject([{ step: 'apply', actorName: '居民1', onBehalf: true }]);
  });
});

describe('an appeal that two answer at once', () => {
  const refused = async () => {
    const { classId, organisationId } = await seedClass(office.source, new Date(), {
      seats: 1,
      admission: 'approval',
      beside: course,
    });
    const [resident] = (await seedResidents(office.source, new Date(), 1)) as [SeededResident];
    const { enrollment } = await office.desk.apply(application(resident, classId));
    await ofSchool().decide(registrar, enrollment.id, { decision: 'refused', reason: '人数已满' });
    const once = { subject: resident.accountId, key: randomUUID(), fingerprint: randomBytes(32) };
    const { id, version } = await appeals().make(callerOf(resident), enrollment.id, { text: '请再看一看' }, once);
    const standing = async () => (await office.module.get(EnrollmentsService).detail(registrar, enrollment.id)).state;
    return { classId, organisationId, resident, id, version, standing };
  };
  const upheld = { decision: 'upheld', answer: '是我们看错了。' } as const;
  const rejected = { decision: 'rejected', answer: '名额已满。' } as const;
  const principal = () => new Caller({ ...registrar.actor }, registrar.grants, 'zh', 'test');

  /** Holds the class, so that a desk waits for it, for as long as `work` takes. */
  async function holding(classId: string, work: () => Promise<void>): Promise<void> {
    await office.source.transaction(async (em) => {
      await rows(em, `select 1 from class_availability where class_id = $1 for update`, [classId]);
      await work();
    });
  }
  const deskWaits = () =>
    waitFor('the desk to wait for the class', async () => {
      const [found] = await rows<{ n: number }>(
        office.source,
        `select count(*)::int as n from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and query like '%class_availability%'`,
      );
      return found!.n > 0;
    });

  it('is answered once: who comes second is told so, and gives no place that the answer refused', async () => {
    const { classId, id, version, standing } = await refused();
    let upholding: Promise<unknown> = Promise.resolve();
    await holding(classId, async () => {
      upholding = appeals()
        .decide(registrar, id, version, upheld)
        .catch((error: unknown) => error);
      await deskWaits();
      expect(await appeals().decide(principal(), id, version, rejected)).toMatchObject({
        state: 'rejected',
        answer: rejected.answer,
      });
    });
    expect(await upholding).toMatchObject({ code: 'ENROLLMENT.APPEAL_DECIDED' });
    expect(await standing()).toBe('refused');
  });

  it('gets one place and one message where both say the same', async () => {
    const { resident, id, version, standing } = await refused();
    const [one, other] = await Promise.all([
      appeals().decide(registrar, id, version, upheld),
      appeals().decide(principal(), id, version, upheld),
    ]);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ state: 'upheld', answer: upheld.answer });
    expect(await standing()).toBe('enrolled');
    const told = await rows(
      office.source,
      `select 1 from messages where resident_id = $1 and template = 'appeal-upheld'`,
      [resident.residentId],
    );
    expect(told).toHaveLength(1);
    const others = appeals().decide(registrar, id, version, { ...upheld, answer: '别的话。' });
    await expect(others).rejects.toMatchObject({ code: 'ENROLLMENT.APPEAL_DECIDED' });
  });
});

describe('an offer, when the class is stopped', () => {
  it('goes along to the other class, and so does its deadline', async () => {
    const at = new Date();
    const small = await seedClass(office.source, at, { seats: 1, beside: course, inDays: 33 });
    const large = await seedClass(office.source, at, {
      seats: 2,
      beside: course,
      courseId: small.courseId,
      inDays: 34,
    });
    const [holder, asked] = (await seedResidents(office.source, at, 2)) as [SeededResident, SeededResident];
    const { enrollment } = await office.desk.apply(application(holder, small.classId));
    await office.desk.apply({ ...application(asked, small.classId), automatic: false });
    await ofSchool().remove(registrar, enrollment.id, { because: 'mistake', reason: '登记错了' });
    const standing = () =>
      rows<{ class_id: string; state: string; offered_until: Date | null }>(
        office.source,
        `select class_id, state, offered_until from enrollments where resident_id = $1`,
        [asked.residentId],
      );
    const [offered] = await standing();
    expect(offered).toMatchObject({ class_id: small.classId, state: 'offered' });
    await rows(office.source, `update class_availability set state = 'stopped' where class_id = $1`, [small.classId]);
    await rows(
      office.source,
      `update course_classes set state = 'stopped', stopped_at = $2, stopped_reason = '人数不足', moved_to = $3 where id = $1`,
      [small.classId, at, large.classId],
    );
    await office.module.get(ClassFollowerService).moveOut([small.classId]);
    expect(await standing()).toEqual([{ ...offered, class_id: large.classId }]);
    const told = await rows<{ template: string; deadline: Date | null }>(
      office.source,
      `select template, deadline from messages where resident_id = $1 order by id`,
      [asked.residentId],
    );
    expect(told).toEqual([
      { template: 'offered', deadline: offered!.offered_until },
      { template: 'class-stopped-moved', deadline: null },
      { template: 'offered', deadline: offered!.offered_until },
    ]);
  });
});
