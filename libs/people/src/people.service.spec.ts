import { randomBytes, scryptSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';
import type { Grant, Role } from '#contracts';
import { Caller, Clock, CoreModule, newId, type OnceKey, readSettings, rows } from '#core';
import { OrganisationsService, PlacesLoader } from '#places';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import { AuditLogService } from './audit/audit.service.js';
import { CounterService } from './residents/counter.service.js';
import { FamilyService } from './proxies/family.service.js';
import { PeopleAccessPolicy } from './people.access-policy.js';
import { PeopleModule } from './people.module.js';
import type { RegisterOwnResidentRequest } from './residents/residents.dto.js';
import { ResidentsService } from './residents/residents.service.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { StaffService } from './staff/staff.service.js';

class SetClock extends Clock {
  at = new Date('2026-03-05T08:00:00+08:00');

  override now(): Date {
    return this.at;
  }

  passMinutes(minutes: number): void {
    this.at = new Date(this.at.getTime() + minutes * 60_000);
  }
}

const VILLAGE = '330305001007';
const CARD = '11010519491231002X';
const PASSWORD = 'sea breeze 2026';

const clock = new SetClock();
const visitor = new Caller({ kind: 'visitor', id: null }, [], 'zh', 'spec');
const staff = (role: Role, organisationId: string | null, id = newId()): Caller => {
  const grants: Grant[] = [{ role, organisationId }];
  return new Caller({ kind: 'staff', id, signInId: newId() }, grants, 'zh', 'spec');
};
const account = (id: string): Caller =>
  new Caller({ kind: 'account', id, signInId: newId() }, [{ role: 'resident', organisationId: null }], 'zh', 'spec');
const once = (): OnceKey => ({ subject: 'spec', key: newId(), fingerprint: Buffer.from('same') });
let phones = 0;
const newPhone = () => `138${String(++phones).padStart(8, '0')}`;
const problem = (code: string) => ({ code: `PEOPLE.${code}` });

let database: TestDatabase;
let nest: TestingModule;
let em: EntityManager;
let signIn: SignInService;
let staffs: StaffService;
let family: FamilyService;
let counter: CounterService;
let residents: ResidentsService;
let administrator: Caller;
let schoolId: string;
let otherSchoolId: string;
let registrar: Caller;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), PeopleModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  em = nest.get(DataSource).manager;
  signIn = nest.get(SignInService);
  staffs = nest.get(StaffService);
  family = nest.get(FamilyService);
  counter = nest.get(CounterService);
  residents = nest.get(ResidentsService);
  await nest.get(PlacesLoader, { strict: false }).load();
  const organisations = nest.get(OrganisationsService, { strict: false });
  const school = async (name: string) =>
    (
      await organisations.create(
        staff('bureau_officer', null),
        { kind: 'community_school', name, regionCode: '330305001000' },
        once(),
      )
    ).id;
  schoolId = await school('北岙社区学校');
  otherSchoolId = await school('大门社区学校');
  administrator = staff(
    'administrator',
    null,
    await staffs.createFirstAdministrator('Admin', 'first of all admins', '管理员'),
  );
  registrar = staff('registrar', schoolId);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

beforeEach(() => clock.passMinutes(24 * 60));

/** The code that was sent to the phone last. */
async function lastCode(): Promise<string> {
  const [sent] = await rows<{ id: string }>(
    em,
    `select id from sign_in_codes order by created_at desc, id desc limit 1`,
  );
  return (await signIn.codeForDelivery(sent!.id))!.code;
}

async function accountOf(phone = newPhone()): Promise<Caller> {
  await signIn.requestCode(visitor, phone);
  return account((await signIn.signInBySms(visitor, phone, await lastCode())).me.id);
}

const self = (changes: Partial<RegisterOwnResidentRequest> = {}): RegisterOwnResidentRequest => ({
  name: '王秀英',
  birthDate: '1949-12-31',
  regionCode: VILLAGE,
  relation: 'self',
  ...changes,
});

describe('signing in by SMS', () => {
  it('makes the account of a phone the first time and finds it afterwards', async () => {
    const phone = newPhone();
    const first = await accountOf(phone);
    clock.passMinutes(2);
    const again = await accountOf(`+86 ${phone}`);
    expect(again.accountId).toBe(first.accountId);
  });

  it('refuses a second code within the minute and says when to come back', async () => {
    const phone = newPhone();
    await signIn.requestCode(visitor, phone);
    await expect(signIn.requestCode(visitor, phone)).rejects.toMatchObject({
      ...problem('CODE_TOO_SOON'),
      definition: { status: 429, retryAfter: 60 },
    });
  });

  it('sends one code when the same phone asks many times at once', async () => {
    const phone = newPhone();
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => signIn.requestCode(visitor, phone)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes a code once, for five minutes, and for five guesses', async () => {
    const phone = newPhone();
    const wrong = (code: string) =>
      expect(signIn.signInBySms(visitor, phone, code)).rejects.toMatchObject(problem('CODE_WRONG'));
    const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

    await signIn.requestCode(visitor, phone);
    const used = await lastCode();
    await wrong(other(used));
    await signIn.signInBySms(visitor, phone, used);
    await wrong(used);

    clock.passMinutes(2);
    await signIn.requestCode(visitor, phone);
    const old = await lastCode();
    clock.passMinutes(5);
    await wrong(old);

    await signIn.requestCode(visitor, phone);
    const guessed = await lastCode();
    for (let guess = 0; guess < 5; guess++) await wrong(other(guessed));
    await wrong(guessed);
  });

  it('takes an earlier code too while it works, as messages overtake one another', async () => {
    const phone = newPhone();
    await signIn.requestCode(visitor, phone);
    const earlier = await lastCode();
    clock.passMinutes(1);
    await signIn.requestCode(visitor, phone);
    expect((await signIn.signInBySms(visitor, phone, earlier)).me.phone).toBe(`138****${phone.slice(-4)}`);
  });

  it('keeps neither phone nor code in clear', async () => {
    const phone = newPhone();
    await signIn.requestCode(visitor, phone);
    const code = await lastCode();
    const [stored] = await rows<{ text: string }>(
      em,
      `select c::text || encode(c.phone_sealed, 'escape') || encode(c.code_sealed, 'escape') as text
         from sign_in_codes c order by created_at desc, id desc limit 1`,
    );
    expect(stored!.text).not.toContain(phone);
    expect(stored!.text).not.toContain(code);
  });
});

describe('signing in by password', () => {
  it('knows the administrator of the command line, in any case of the username, and makes no second', async () => {
    const id = await signIn.checkStaffPassword(visitor, ' ADMIN ', 'first of all admins');
    const { me } = await signIn.signInStaff(visitor, id);
    expect(me).toMatchObject({ kind: 'staff', username: 'admin', roles: [{ role: 'administrator' }] });
    await expect(staffs.createFirstAdministrator('second', PASSWORD, '某')).rejects.toMatchObject(
      problem('ADMINISTRATOR_EXISTS'),
    );
  });

  it('locks after ten wrong passwords, guessed one by one or all at once, for 15 minutes', async () => {
    await addStaff('lockme', 'registrar');
    const guesses = await Promise.allSettled(
      Array.from({ length: 14 }, (_, index) => signIn.checkStaffPassword(visitor, 'lockme', `wrong guess ${index}`)),
    );
    const codes = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as { code: string }).code : ''));
    expect(codes.filter((code) => code === 'PEOPLE.PASSWORD_WRONG')).toHaveLength(10);
    expect(codes.filter((code) => code === 'PEOPLE.LOCKED')).toHaveLength(4);
    await expect(signIn.checkStaffPassword(visitor, 'lockme', PASSWORD)).rejects.toMatchObject({
      ...problem('LOCKED'),
      definition: { retryAfter: 900 },
    });
    clock.passMinutes(15);
    await expect(signIn.checkStaffPassword(visitor, 'lockme', PASSWORD)).resolves.toBeDefined();
  });

  it('forgets wrong passwords at a right one', async () => {
    await addStaff('forgetful', 'registrar');
    for (let round = 0; round < 2; round++) {
      for (let guess = 0; guess < 6; guess++)
        await expect(signIn.checkStaffPassword(visitor, 'forgetful', 'not this one')).rejects.toMatchObject(
          problem('PASSWORD_WRONG'),
        );
      await signIn.checkStaffPassword(visitor, 'forgetful', PASSWORD);
    }
  });

  it('keeps a password for what it costs now when it was once had for less', async () => {
    await staffs.create(administrator, { username: 'early', name: '早老师', password: PASSWORD, roles: [] }, once());
    const hashOf = async () =>
      (await rows<{ password_hash: string }>(em, `select password_hash from staff where username = 'early'`))[0]!
        .password_hash;
    const salt = randomBytes(16);
    const key = scryptSync(PASSWORD, salt, 32, { N: 2 ** 8, r: 8, p: 1 });
    const cheap = `scrypt$8$8$1$${salt.toString('base64')}$${key.toString('base64')}`;
    await rows(em, `update staff set password_hash = $1 where username = 'early'`, [cheap]);
    await expect(signIn.checkStaffPassword(visitor, 'early', 'not the password')).rejects.toMatchObject(
      problem('PASSWORD_WRONG'),
    );
    expect(await hashOf()).toBe(cheap);
    const id = await signIn.checkStaffPassword(visitor, 'early', PASSWORD);
    const dearer = await hashOf();
    expect(dearer).toMatch(/^scrypt\$10\$8\$1\$/);
    expect(await signIn.checkStaffPassword(visitor, 'early', PASSWORD)).toBe(id);
    expect(await hashOf()).toBe(dearer);
  });

  it('answers for a stranger as for a wrong password', async () => {
    await expect(signIn.checkStaffPassword(visitor, 'nobody', PASSWORD)).rejects.toMatchObject(
      problem('PASSWORD_WRONG'),
    );
  });

  it('ends all sign-ins when the password changes', async () => {
    const made = await addStaff('changes', 'registrar');
    await signIn.signInStaff(visitor, made.id);
    const since = clock.now();
    const caller = staff('registrar', schoolId, made.id);
    await expect(
      signIn.changeOwnPassword(caller, { oldPassword: 'not my old one', newPassword: 'calm harbour 7' }),
    ).rejects.toMatchObject(problem('OLD_PASSWORD_WRONG'));
    await signIn.changeOwnPassword(caller, { oldPassword: PASSWORD, newPassword: 'calm harbour 7' });
    expect(await nest.get(PeopleAccessPolicy).revokedSince(since)).toHaveLength(1);
    await expect(signIn.checkStaffPassword(visitor, 'changes', PASSWORD)).rejects.toMatchObject(
      problem('PASSWORD_WRONG'),
    );
  });
});

async function addStaff(username: string, role: 'registrar' | 'teacher', organisationId = schoolId) {
  return staffs.create(
    administrator,
    { username, name: '李老师', password: PASSWORD, roles: [{ role, organisationId }] },
    once(),
  );
}

describe('staff', () => {
  const policy = () => nest.get(PeopleAccessPolicy);
  const grants = (id: string) => policy().grantsOf({ signInId: newId(), kind: 'staff', id }, clock.now());

  it('who leave are signed out and hold nothing any more', async () => {
    const made = await addStaff('leaving', 'teacher');
    expect(await grants(made.id)).toEqual([{ role: 'teacher', organisationId: schoolId }]);
    const { me } = await signIn.signInStaff(visitor, made.id);
    expect(me.roles[0]).toMatchObject({ organisationName: '北岙社区学校' });
    const since = clock.now();
    await staffs.change(administrator, made.id, 1, { state: 'left' });
    expect(await policy().revokedSince(since)).toHaveLength(1);
    expect(await grants(made.id)).toEqual([]);
    await expect(signIn.checkStaffPassword(visitor, 'leaving', PASSWORD)).rejects.toMatchObject(
      problem('PASSWORD_WRONG'),
    );
  });

  it('who call at once are each given their own grants, and nobody those of before a change', async () => {
    const [teacher, registrar] = [await addStaff('at-once-1', 'teacher'), await addStaff('at-once-2', 'registrar')];
    const asked = [teacher.id, registrar.id, newId(), teacher.id].map(async (id) => grants(id));
    policy().forget(teacher.id);
    await staffs.endRole(administrator, registrar.id, registrar.roles[0]!.id);
    const found = await Promise.all(asked);
    expect(found.map((list) => list.map(({ role }) => role))).toEqual([
      ['teacher'],
      expect.anything(),
      [],
      ['teacher'],
    ]);
    expect(await grants(registrar.id)).toEqual([]);
    expect(policy().grantsOf({ signInId: newId(), kind: 'staff', id: registrar.id }, clock.now())).toEqual([]);
  });

  it('teach only where they hold the role at present', async () => {
    const made = await addStaff('teaches', 'teacher');
    expect(await staffs.requireTeacher(em, made.id, schoolId)).toEqual({ id: made.id, name: '李老师' });
    await expect(staffs.requireTeacher(em, made.id, otherSchoolId)).rejects.toMatchObject(problem('TEACHER_UNKNOWN'));
    const ended = await staffs.endRole(administrator, made.id, made.roles[0]!.id);
    expect(ended.roles).toEqual([]);
    expect(await staffs.endRole(administrator, made.id, made.roles[0]!.id)).toEqual(ended);
    await expect(staffs.requireTeacher(em, made.id, schoolId)).rejects.toMatchObject(problem('TEACHER_UNKNOWN'));
  });

  it('of a school are seen and kept by its principal, those of another are not', async () => {
    const principal = staff('principal', schoolId);
    const own = await staffs.create(
      principal,
      { username: 'own', name: '陈', password: PASSWORD, roles: [{ role: 'teacher', organisationId: schoolId }] },
      once(),
    );
    const foreign = await addStaff('foreign', 'teacher', otherSchoolId);
    const page = await staffs.list(principal, { limit: 100 });
    expect(page.items.map(({ id }) => id)).toContain(own.id);
    expect(page.items.map(({ id }) => id)).not.toContain(foreign.id);
    await expect(staffs.get(principal, foreign.id)).rejects.toMatchObject(problem('STAFF_UNKNOWN'));
    await expect(staffs.resetPassword(principal, foreign.id, PASSWORD)).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
    await staffs.resetPassword(principal, own.id, 'calm harbour 7');
    await expect(
      staffs.giveRole(principal, own.id, { role: 'principal', organisationId: schoolId }, once()),
    ).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
  });

  it('always keep an administrator', async () => {
    const { roles, version } = await staffs.get(administrator, administrator.staffId);
    await expect(staffs.endRole(administrator, administrator.staffId, roles[0]!.id)).rejects.toMatchObject(
      problem('LAST_ADMINISTRATOR'),
    );
    await expect(staffs.change(administrator, administrator.staffId, version, { state: 'left' })).rejects.toMatchObject(
      problem('LAST_ADMINISTRATOR'),
    );
  });

  it('need a password that will do and a username of their own', async () => {
    const request = { name: '某', password: PASSWORD, roles: [{ role: 'bureau_officer' as const }] };
    await expect(
      staffs.create(administrator, { ...request, username: 'weak', password: 'too short' }, once()),
    ).rejects.toMatchObject(problem('PASSWORD_WEAK'));
    await staffs.create(administrator, { ...request, username: 'taken' }, once());
    await expect(staffs.create(administrator, { ...request, username: 'TAKEN' }, once())).rejects.toMatchObject({
      driverError: { constraint: 'uq_staff_username' },
    });
  });
});

describe('a family on one phone', () => {
  it('registers itself once and up to eight in all', async () => {
    const caller = await accountOf();
    const me = await family.register(caller, self(), once());
    expect(me).toMatchObject({ regionName: '小朴社区', identityState: 'declared', relation: 'self' });
    await expect(family.register(caller, self(), once())).rejects.toMatchObject(problem('SELF_EXISTS'));
    const wishes = Array.from({ length: 9 }, (_, child) =>
      family.register(caller, self({ name: `孙辈${child}`, birthDate: '2015-05-01', relation: 'family' }), once()),
    );
    const done = await Promise.allSettled(wishes);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    expect(await family.list(caller.accountId)).toHaveLength(8);
  });

  it('is reached on the account’s phone, grandmother and grandchild alike', async () => {
    const phone = newPhone();
    const caller = await accountOf(phone);
    const child = await family.register(caller, self({ relation: 'family', birthDate: '2015-05-01' }), once());
    expect(await residents.phoneOf(em, child.id)).toBe(phone);
    expect(await residents.factsOf(em, [child.id])).toMatchObject([{ hasPhone: true, regionCode: VILLAGE }]);
  });

  it('acts for its own only; anyone else is as good as unknown', async () => {
    const [mine, theirs] = [await accountOf(), await accountOf()];
    const { id } = await family.register(mine, self(), once());
    await residents.requireActsFor(em, mine, id);
    await expect(residents.requireActsFor(em, theirs, id)).rejects.toMatchObject(problem('RESIDENT_UNKNOWN'));
    await expect(residents.requireActsFor(em, registrar, id)).rejects.toMatchObject(problem('RESIDENT_UNKNOWN'));
    await expect(family.personalCode(theirs, id)).rejects.toMatchObject(problem('RESIDENT_UNKNOWN'));
  });

  it('has one personal code each, however often it is asked for, until the counter issues a new card', async () => {
    const caller = await accountOf();
    const { id } = await family.register(caller, self(), once());
    const asked = await Promise.all([1, 2, 3].map(() => family.personalCode(caller, id)));
    const [{ code }] = asked as [{ code: string }];
    expect(new Set(asked.map((answer) => answer.code)).size).toBe(1);
    const typed = code.toLowerCase().replace('-', ' ');
    expect(await residents.byPersonalCodes(em, [typed, 'P-nonsense'])).toEqual(new Map([[typed, id]]));
    const card = await counter.issueCard(registrar, id, once());
    expect(await residents.byPersonalCodes(em, [code])).toEqual(new Map());
    expect(await family.personalCode(caller, id)).toEqual(card);
  });

  it.each<[string, Partial<RegisterOwnResidentRequest>, string]>([
    ['a birth date in the future', { birthDate: '2099-01-01' }, 'PEOPLE.BIRTH_DATE_IMPOSSIBLE'],
    ['a township instead of a village', { regionCode: '330305001000' }, 'PLACES.REGION_LEVEL'],
    ['a document without its kind', { documentNumber: CARD }, 'CORE.INVALID'],
    [
      'a card with a slip',
      { documentKind: 'resident_card', documentNumber: '110105194912310021' },
      'PEOPLE.DOCUMENT_WRONG',
    ],
    [
      'a card of another birthday',
      { documentKind: 'resident_card', documentNumber: CARD, birthDate: '1950-01-01' },
      'PEOPLE.CARD_DIFFERS',
    ],
  ])('is told about %s', async (_, changes, code) => {
    await expect(family.register(await accountOf(), self(changes), once())).rejects.toMatchObject({ code });
  });
});

describe('the counter', () => {
  const card = { documentKind: 'resident_card' as const, documentNumber: CARD, name: '王秀英' };
  const register = (changes: object = {}) =>
    counter.register(registrar, { name: '王秀英', birthDate: '1949-12-31', regionCode: VILLAGE, ...changes }, once());
  const find = async (q: string) => (await counter.search(registrar, { q, limit: 100 })).items;

  it('verifies who shows the card, once, and counting hears of it', async () => {
    const { id } = await register({ birthDate: '1949-12-13' });
    await expect(counter.verifyIdentity(registrar, id, 1, card)).rejects.toMatchObject({
      ...problem('CARD_DIFFERS'),
      details: { fields: [{ path: 'birthDate' }] },
    });
    await expect(counter.verifyIdentity(registrar, id, 2, { ...card, birthDate: '1949-12-31' })).rejects.toMatchObject({
      code: 'CORE.STALE',
    });
    const verified = await counter.verifyIdentity(registrar, id, 1, { ...card, birthDate: '1949-12-31' });
    expect(verified).toMatchObject({
      identityState: 'verified',
      birthDate: '1949-12-31',
      sex: 'female',
      documentKind: 'resident_card',
      version: 2,
    });
    expect(await counter.verifyIdentity(registrar, id, 1, card)).toEqual(verified);
    const told = await rows(em, `select 1 from outbox where topic = 'evidence.changed' and $1 = any(ids)`, [id]);
    expect(told).toHaveLength(1);

    // The same card in somebody else's name: at verification, and when registering.
    const twin = await register();
    await expect(counter.verifyIdentity(registrar, twin.id, 1, card)).rejects.toMatchObject({
      driverError: { constraint: 'uq_residents_document' },
    });
    await expect(register({ documentKind: 'resident_card', documentNumber: CARD })).rejects.toMatchObject(
      problem('DOCUMENT_TAKEN'),
    );
    expect(await find(CARD)).toMatchObject([{ id }]);
  });

  it('finds by name, phone, card and code, and shows the phone masked', async () => {
    const phone = newPhone();
    const caller = await accountOf(phone);
    const grandmother = await family.register(caller, self({ name: '叶素珍' }), once());
    const child = await family.register(caller, self({ name: '小叶素珍', relation: 'family' }), once());
    const { code } = await family.personalCode(caller, child.id);
    expect((await find('叶素')).map(({ id }) => id)).toEqual([grandmother.id, child.id]);
    expect((await find(phone)).map(({ id }) => id).sort()).toEqual([grandmother.id, child.id].sort());
    expect((await find(code)).map(({ id }) => id)).toEqual([child.id]);
    const [shown] = await find('叶素珍');
    expect(shown).toMatchObject({ phone: `138****${phone.slice(-4)}` });
    expect(JSON.stringify(shown)).not.toContain(phone);
    expect(await find('%_')).toEqual([]);
  });

  it('pages through namesakes, each once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => register({ name: '林同名' })));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await counter.search(registrar, { q: '林同', limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen.sort()).toEqual(made.map(({ id }) => id).sort());
  });

  it('registers someone without a phone, who then cannot be reached', async () => {
    const made = await register({ name: '郑阿公' });
    expect(made.phone).toBeNull();
    expect(await residents.phoneOf(em, made.id)).toBeNull();
    await expect(register({ phone: '12345' })).rejects.toMatchObject(problem('PHONE_WRONG'));
  });

  it('leaves a trace of every look', async () => {
    const { id } = await register({ name: '苏看见' });
    const looker = staff('registrar', schoolId);
    await counter.search(looker, { q: '苏看见', limit: 10 });
    await counter.search(looker, { q: '13999999999', limit: 10 });
    await counter.get(looker, id);
    const log = nest.get(AuditLogService);
    const actions = async (targetId: string) =>
      (await log.list(administrator, { limit: 10, targetId })).items.map(({ action }) => action);
    expect(await actions(id)).toEqual(['resident.viewed', 'resident.listed', 'resident.registered']);
    expect(await actions(looker.staffId)).toEqual(['residents.searched', 'residents.searched']);
    const entries = await log.list(administrator, { limit: 100 });
    expect(JSON.stringify(entries)).not.toMatch(/苏看见|13999999999/);
  });
});
