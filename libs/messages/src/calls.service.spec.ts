import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';
import { Caller, Clock, CoreModule, newId, readSettings, rows, Sealing, Transactions } from '#core';
import { PeopleModule } from '#people';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import { CallTasksService, type NewCallTask } from './call-tasks.service.js';
import { CallsService } from './calls.service.js';
import { MessagesModule } from './messages.module.js';

class SetClock extends Clock {
  at = new Date('2026-03-05T10:00:00+08:00');

  override now(): Date {
    return this.at;
  }
}

const clock = new SetClock();
const PHONE = '13712345678';
let database: TestDatabase;
let nest: TestingModule;
let em: EntityManager;
let tasks: CallTasksService;
let calls: CallsService;
let school: string;
let registrar: Caller;
let colleague: Caller;
let withPhone: string;
let withoutPhone: string;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), PeopleModule, MessagesModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  em = nest.get(DataSource).manager;
  tasks = nest.get(CallTasksService);
  calls = nest.get(CallsService);
  [withPhone, withoutPhone] = [await resident('王秀英', PHONE), await resident('林阿公', null)];
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

/** Each test has a school of its own. */
beforeEach(async () => {
  clock.at = new Date('2026-03-05T10:00:00+08:00');
  school = newId();
  await rows(
    em,
    `insert into organisations (id, kind, name, name_en, region_code, created_at)
     values ($1, 'community_school', $3, 'Beiao School', '330305001000', $2)`,
    [school, clock.now(), `学校${school}`],
  );
  [registrar, colleague] = [await staffOf(school), await staffOf(school)];
});

async function staffOf(organisationId: string, role: 'registrar' | 'teacher' = 'registrar'): Promise<Caller> {
  const id = newId();
  await rows(
    em,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '陈教务', 'none', $3)`,
    [id, id, clock.now()],
  );
  return new Caller({ kind: 'staff', id, signInId: newId() }, [{ role, organisationId }], 'zh', 'spec');
}

async function resident(name: string, phone: string | null): Promise<string> {
  const id = newId();
  const sealing = nest.get(Sealing);
  await rows(
    em,
    `insert into residents (id, name, birth_date, region_code, phone_sealed, phone_hash, created_at)
     values ($1, $2, '1949-12-31', '330305001007', $3, $4, $5)`,
    [id, name, phone && sealing.seal('phone', phone), phone && sealing.hash('phone', phone), clock.now()],
  );
  return id;
}

const inHours = (hours: number) => new Date(clock.at.getTime() + hours * 3_600_000);

/** Opens a call about an offer that ends in ten hours, due in so many. */
async function open(dueInHours: number, more: Partial<NewCallTask> = {}): Promise<string> {
  const subjectId = newId();
  const until = inHours(10);
  await nest.get(Transactions).run((within) =>
    tasks.open(within, [
      {
        residentId: withPhone,
        organisationId: school,
        template: 'offered',
        variables: { className: '太极拳', classNameEn: 'Tai Chi', until },
        subjectId,
        dueAt: inHours(dueInHours),
        deadline: until,
        ...more,
      } as NewCallTask,
    ]),
  );
  const [task] = await rows<{ id: string }>(em, `select id from call_tasks where subject_id = $1`, [
    more.subjectId ?? subjectId,
  ]);
  return task!.id;
}

const noShow = (subjectId: string, occasion: string): Partial<NewCallTask> => ({
  subjectId,
  occasion,
  template: 'no-show',
  variables: { className: '太极拳', missed: 2 },
  deadline: null,
});

const audited = async (id: string) =>
  (await rows<{ action: string }>(em, `select action from audit_entries where target_id = $1 order by id`, [id])).map(
    ({ action }) => action,
  );

describe('the list of people to call', () => {
  it('comes soonest due first, in pages, without the whole number', async () => {
    const [late, soon, middle] = [await open(5), await open(-1), await open(2, { residentId: withoutPhone })];
    const first = await calls.list(registrar, school, { limit: 2 });
    const rest = await calls.list(registrar, school, { limit: 2, cursor: first.next! });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual([soon, middle, late]);
    expect(rest.next).toBeNull();
    expect(first.items[0]).toMatchObject({ residentName: '王秀英', maskedPhone: '137****5678', className: '太极拳' });
    expect(first.items[1]).toMatchObject({ residentName: '林阿公', maskedPhone: null });
    expect(JSON.stringify([first, rest])).not.toContain(PHONE);
    expect(await calls.count(registrar, school)).toEqual({ open: 3, due: 1 });
  });

  it('shows those due by a time, for a reason, about a class, in a state', async () => {
    const [soon, later, missed] = [await open(1), await open(4), await open(2, noShow(newId(), 's2'))];
    const idsOf = async (query: object) =>
      (await calls.list(registrar, school, { limit: 10, ...query })).items.map(({ id }) => id);
    expect(await idsOf({ dueBy: inHours(3).toISOString() })).toEqual([soon, missed]);
    expect(await idsOf({ reason: 'offer' })).toEqual([soon, later]);
    expect(await idsOf({ className: '极拳' })).toEqual([soon, missed, later]);
    expect(await idsOf({ className: 'tai CHI' })).toEqual([soon, later]);
    expect(await idsOf({ className: '%' })).toEqual([]);
    await calls.attempt(registrar, soon, { id: newId(), outcome: 'reached' });
    expect(await idsOf({})).toEqual([missed, later]);
    expect(await idsOf({ state: 'done' })).toEqual([soon]);
  });

  it('is for those who work on calls, in their own school', async () => {
    const id = await open(1);
    const [teacher, stranger] = [await staffOf(school, 'teacher'), await staffOf(newId())];
    for (const other of [teacher, stranger]) {
      await expect(calls.list(other, school, { limit: 10 })).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
      await expect(calls.count(other, school)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
      await expect(calls.show(other, id)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
      const attempt = calls.attempt(other, id, { id: newId(), outcome: 'reached' });
      await expect(attempt).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
      await expect(calls.close(other, id, 1, { reason: '不用' })).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
    }
    await expect(calls.show(registrar, newId())).rejects.toMatchObject({ code: 'MESSAGES.CALL_UNKNOWN' });
  });
});

describe('a call', () => {
  it('shows the number, what to say and what to do then, and who looked', async () => {
    const id = await open(1);
    const shown = await calls.show(registrar, id);
    expect(shown).toMatchObject({ phone: PHONE, villageName: '小朴社区', version: 1, mayReleaseSeat: false });
    expect(shown.say.zh).toContain('您好，请问是王秀英吗？我是学校');
    expect(shown.say.zh).toContain('“太极拳”空出了一个名额，给您留到 3月5日（周四）20:00');
    expect(shown.say.en).toContain('from Beiao School. There is a seat for you in "Tai Chi"');
    expect(shown.afterwards.zh).toContain('替其确认');
    expect(await audited(id)).toEqual(['call_task.viewed']);
    const visit = await calls.show(registrar, await open(1, { residentId: withoutPhone }));
    expect(visit).toMatchObject({ phone: null, maskedPhone: null, villageName: '小朴社区' });
  });

  it('is tried until somebody is reached; each attempt is kept once, with who made it', async () => {
    const id = await open(1);
    const first = { id: newId(), outcome: 'no_answer' as const, note: '响了很久' };
    expect(await calls.attempt(registrar, id, first)).toMatchObject({ state: 'open', attempts: 1 });
    expect(await calls.attempt(registrar, id, first)).toMatchObject({ state: 'open', attempts: 1 });
    clock.at = inHours(1);
    const second = { id: newId(), outcome: 'reached' as const };
    expect(await calls.attempt(colleague, id, second)).toMatchObject({
      state: 'done',
      attempts: 2,
      lastOutcome: 'reached',
      lastAttemptAt: clock.at.toISOString(),
      version: 2,
    });
    expect((await calls.show(registrar, id)).history).toMatchObject([
      { outcome: 'no_answer', note: '响了很久', staffName: '陈教务' },
      { outcome: 'reached', note: null },
    ]);
    expect(await audited(id)).toEqual(['call_task.attempted', 'call_task.attempted', 'call_task.viewed']);
    await expect(rows(em, `update call_attempts set outcome = 'other' where id = $1`, [first.id])).rejects.toThrow();
  });

  it('keeps an attempt also where the task ended meanwhile', async () => {
    const id = await open(1);
    await calls.attempt(registrar, id, { id: newId(), outcome: 'reached' });
    expect(await calls.attempt(colleague, id, { id: newId(), outcome: 'no_answer' })).toMatchObject({
      state: 'done',
      attempts: 2,
      version: 2,
    });
  });

  it('refuses an id that was used for something else, and an answer of nobody', async () => {
    const [one, other] = [await open(1), await open(2)];
    const attempt = { id: newId(), outcome: 'no_answer' as const };
    await calls.attempt(registrar, one, attempt);
    for (const again of [
      calls.attempt(registrar, other, attempt),
      calls.attempt(colleague, one, attempt),
      calls.attempt(registrar, one, { ...attempt, outcome: 'reached' }),
    ]) {
      await expect(again).rejects.toMatchObject({ code: 'MESSAGES.ATTEMPT_ID_REUSED' });
    }
    const answer = calls.attempt(registrar, one, { ...attempt, id: newId(), answer: 'keeps_seat' });
    await expect(answer).rejects.toMatchObject({ code: 'MESSAGES.ANSWER_WITHOUT_REACHING' });
  });

  it('keeps one attempt of twenty that are sent at once under one id', async () => {
    const id = await open(1);
    const attempt = { id: newId(), outcome: 'reached' as const };
    const answers = await Promise.all(Array.from({ length: 20 }, () => calls.attempt(registrar, id, attempt)));
    expect(new Set(answers.map(({ attempts, version }) => `${attempts} ${version}`))).toEqual(new Set(['1 2']));
  });

  it('is closed by staff who know that nobody need call, once', async () => {
    const id = await open(1);
    await expect(calls.close(registrar, id, 2, { reason: '窗口已告知' })).rejects.toMatchObject({ code: 'CORE.STALE' });
    const closed = await calls.close(registrar, id, 1, { reason: '窗口已告知' });
    expect(closed).toMatchObject({ state: 'closed', closedBecause: 'told_otherwise', version: 2 });
    expect(await calls.close(registrar, id, 1, { reason: '窗口已告知' })).toEqual(closed);
    const done = await open(1);
    await calls.attempt(registrar, done, { id: newId(), outcome: 'reached' });
    await expect(calls.close(registrar, done, 2, { reason: '窗口已告知' })).rejects.toMatchObject({
      code: 'MESSAGES.CALL_ENDED',
    });
  });

  it('ends by itself when its time is over', async () => {
    const [offer, missed] = [await open(1), await open(1, noShow(newId(), 's2'))];
    clock.at = inHours(10);
    await tasks.closeLate(em);
    expect(await calls.show(registrar, offer)).toMatchObject({ state: 'closed', closedBecause: 'too_late' });
    expect(await calls.show(registrar, missed)).toMatchObject({ state: 'open' });
  });
});

describe('calls about missed sessions', () => {
  const within = <T>(work: (em: EntityManager) => Promise<T>) => nest.get(Transactions).run(work);

  it('let a seat be given away after two days in vain, or when its holder says so', async () => {
    const [inVain, said] = [newId(), newId()];
    const [first, second] = [await open(0, noShow(inVain, 's2')), await open(0, noShow(said, 's2'))];
    await calls.attempt(registrar, first, { id: newId(), outcome: 'no_answer' });
    expect((await calls.show(registrar, first)).mayReleaseSeat).toBe(false);
    clock.at = inHours(24);
    await calls.attempt(registrar, first, { id: newId(), outcome: 'no_answer' });
    expect((await calls.show(registrar, first)).mayReleaseSeat).toBe(true);
    expect(await within((em) => tasks.mayReleaseForNoShow(em, said))).toBe(false);
    await calls.attempt(registrar, second, { id: newId(), outcome: 'reached', answer: 'gives_up_seat' });
    expect(await within((em) => tasks.mayReleaseForNoShow(em, said))).toBe(true);
    expect(await within((em) => tasks.attemptsOf(em, inVain, 'no_show'))).toHaveLength(2);
    expect(await within((em) => tasks.lastReached(em, [inVain, said], 'no_show'))).toEqual(new Map([[said, clock.at]]));
  });

  it('count as spoken about where staff say so', async () => {
    const subjectId = newId();
    const id = await open(0, noShow(subjectId, 's2'));
    await calls.close(registrar, id, 1, { reason: '在路上遇到，已说明' });
    expect(await within((em) => tasks.lastReached(em, [subjectId], 'no_show'))).toEqual(
      new Map([[subjectId, clock.at]]),
    );
  });

  it('count for nothing once the sessions are excused, and open again when they are not', async () => {
    const subjectId = newId();
    const id = await open(0, noShow(subjectId, 's2'));
    await calls.attempt(registrar, id, { id: newId(), outcome: 'no_answer' });
    await within((em) => tasks.closeFor(em, [subjectId], 'excused', ['no_show']));
    expect(await within((em) => tasks.attemptsOf(em, subjectId, 'no_show'))).toEqual([]);
    expect(await open(0, noShow(subjectId, 's2'))).toBe(id);
    expect(await calls.show(registrar, id)).toMatchObject({ state: 'open', closedBecause: null });
  });
});
