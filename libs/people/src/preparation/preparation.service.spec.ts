import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';
import type { Role } from '#contracts';
import { Caller, Clock, CoreModule, newId, type OnceKey, readSettings, rows } from '#core';
import { PlacesLoader } from '#places';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { CompanionsService } from '../companions/companions.service.js';
import { CounterService } from '../residents/counter.service.js';
import { DeclarationsService } from './declarations.service.js';
import { DetailsService } from './details.service.js';
import { FamilyService } from '../proxies/family.service.js';
import { LikelySameService } from '../merging/likely-same.service.js';
import { PeopleModule } from '../people.module.js';
import { PreparationService } from './preparation.service.js';
import { ProxiesService } from '../proxies/proxies.service.js';
import type { RegisterOwnResidentRequest } from '../residents/residents.dto.js';
import { ResidentsService } from '../residents/residents.service.js';
import { SignInService } from '../sign-in/sign-in.service.js';

class SetClock extends Clock {
  at = new Date('2026-08-20T09:00:00+08:00');

  override now(): Date {
    return this.at;
  }

  passMinutes(minutes: number): void {
    this.at = new Date(this.at.getTime() + minutes * 60_000);
  }
}

const VILLAGE = '330305001007';
const OTHER_VILLAGE = '330305001001';
const TOWNSHIP = '330305001000';
const DISTRICT = '330305000000';
const CARD = '11010519491231002X';

const clock = new SetClock();
const visitor = new Caller({ kind: 'visitor', id: null }, [], 'zh', 'spec');
const once = (): OnceKey => ({ subject: 'spec', key: newId(), fingerprint: Buffer.from('same') });
const problem = (code: string) => ({ code: `PEOPLE.${code}` });
let phones = 0;
const newPhone = () => `139${String(++phones).padStart(8, '0')}`;

let database: TestDatabase;
let nest: TestingModule;
let em: EntityManager;
let signIn: SignInService;
let family: FamilyService;
let counter: CounterService;
let residents: ResidentsService;
let details: DetailsService;
let proxies: ProxiesService;
let companions: CompanionsService;
let registrar: Caller;
let termId: string;

/** Somebody on the staff of a school; consents and declarations name them, so they must exist. */
async function staff(role: Role): Promise<Caller> {
  const id = newId();
  await rows(
    em,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '职员', 'none', $3)`,
    [id, id, clock.now()],
  );
  return new Caller({ kind: 'staff', id, signInId: newId() }, [{ role, organisationId: newId() }], 'zh', 'spec');
}

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
  family = nest.get(FamilyService);
  counter = nest.get(CounterService);
  residents = nest.get(ResidentsService);
  details = nest.get(DetailsService);
  proxies = nest.get(ProxiesService);
  companions = nest.get(CompanionsService);
  await nest.get(PlacesLoader, { strict: false }).load();
  registrar = await staff('registrar');
  termId = newId();
  await rows(
    em,
    `insert into terms (id, name, starts_on, ends_on, created_at) values ($1, '2026 秋', '2026-09-01', '2027-01-20', $2)`,
    [termId, clock.now()],
  );
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

beforeEach(() => clock.passMinutes(120));

async function accountOf(phone = newPhone()): Promise<Caller> {
  await signIn.requestCode(visitor, phone);
  const code = await signIn.newestCode(phone);
  const { me } = await signIn.signInBySms(visitor, phone, code!);
  const grants = [{ role: 'resident' as const, organisationId: null }];
  return new Caller({ kind: 'account', id: me.id, signInId: newId() }, grants, 'zh', 'spec');
}

const person = (changes: Partial<RegisterOwnResidentRequest> = {}): RegisterOwnResidentRequest => ({
  name: '王秀英',
  birthDate: '1949-12-31',
  regionCode: VILLAGE,
  relation: 'self',
  ...changes,
});

/** An account with its holder, and the holder's id. */
async function holder(changes: Partial<RegisterOwnResidentRequest> = {}): Promise<{ caller: Caller; id: string }> {
  const caller = await accountOf();
  return { caller, id: (await family.register(caller, person(changes), once())).id };
}

let cards = 0;
/** Somebody who showed the card at the counter. */
async function verified(name = '林阿婆'): Promise<string> {
  const { id } = await counter.register(registrar, { name, birthDate: '1950-02-03', regionCode: VILLAGE }, once());
  await counter.verifyIdentity(registrar, id, 1, {
    documentKind: 'passport',
    documentNumber: `E${String(++cards).padStart(8, '0')}`,
    name,
  });
  return id;
}

const actionsOn = async (targetId: string) =>
  (
    await rows<{ action: string }>(em, `select action from audit_entries where target_id = $1 order by at`, [targetId])
  ).map(({ action }) => action);

describe('details of a resident', () => {
  it('are changed by the own account on the version that was read, and decided by', async () => {
    const { caller, id } = await holder();
    const changed = await details.changeMine(caller, id, 1, {
      workRegionCode: TOWNSHIP,
      householdRegionCode: OTHER_VILLAGE,
      needs: ['hearing', 'escort'],
      contact: { name: '王 小明', phone: '+86 138 0000 1111' },
      groups: ['farmer', 'new_resident'],
    });
    expect(changed).toMatchObject({
      regionCode: VILLAGE,
      workRegionName: '北岙街道',
      contact: { name: '王小明', phone: '13800001111' },
      needs: ['hearing', 'escort'],
      groups: [
        { kind: 'farmer', source: 'declared', lastDay: null },
        { kind: 'new_resident', source: 'declared', lastDay: null },
      ],
      version: 2,
    });
    expect(await residents.factsOf(em, [id])).toMatchObject([
      { regionCode: VILLAGE, workRegionCode: TOWNSHIP, householdRegionCode: OTHER_VILLAGE },
    ]);
    await expect(details.changeMine(caller, id, 1, { needs: [] })).rejects.toMatchObject({ code: 'CORE.STALE' });

    const less = await details.changeMine(caller, id, 2, { workRegionCode: null, contact: null, groups: ['farmer'] });
    expect(less).toMatchObject({ workRegionCode: null, contact: null, needs: ['hearing', 'escort'], version: 3 });
    expect(less.groups.map(({ kind }) => kind)).toEqual(['farmer']);
    expect(await actionsOn(id)).toEqual([
      'resident.registered',
      'resident.details_changed',
      'resident.details_changed',
    ]);
  });

  it('are sealed where they name whom to call, and masked at the counter', async () => {
    const { caller, id } = await holder();
    await details.changeMine(caller, id, 1, { contact: { name: '王小明', phone: '13800001111' } });
    const [stored] = await rows(em, `select row_to_json(r)::text as text from residents r where id = $1`, [id]);
    expect(JSON.stringify(stored)).not.toMatch(/王小明|13800001111/);
    const log = await rows(em, `select details::text from audit_entries where target_id = $1`, [id]);
    expect(JSON.stringify(log)).not.toMatch(/王小明|13800001111/);
    expect(await details.get(registrar, id)).toMatchObject({ contact: { name: '王小明', phone: '138****1111' } });
    expect(await actionsOn(id)).toContain('resident.details_viewed');
  });

  it('keep the days of every group, and tell those who count', async () => {
    const { caller, id } = await holder();
    const on = async (day: string) => (await residents.groupsOf(em, [id], day)).get(id) ?? [];
    await details.changeMine(caller, id, 1, { groups: ['job_seeker', 'farmer'] });
    const certified = await details.changeAtCounter(registrar, id, 2, {
      groups: [
        { kind: 'job_seeker', source: 'certified', since: '2026-08-01', lastDay: '2026-12-31' },
        { kind: 'farmer', source: 'declared' },
      ],
    });
    expect(certified.groups).toMatchObject([
      { kind: 'farmer', source: 'declared' },
      { kind: 'job_seeker', source: 'certified', since: '2026-08-01', lastDay: '2026-12-31' },
    ]);
    expect(await on('2026-08-05')).toEqual([{ kind: 'job_seeker', source: 'certified' }]);
    expect(await on('2026-12-31')).toEqual([
      { kind: 'farmer', source: 'declared' },
      { kind: 'job_seeker', source: 'certified' },
    ]);
    expect(await on('2027-01-01')).toEqual([{ kind: 'farmer', source: 'declared' }]);
    // The resident's own list says nothing about what was certified.
    const own = await details.changeMine(caller, id, 3, { groups: ['job_seeker'] });
    expect(own.groups).toMatchObject([{ kind: 'job_seeker', source: 'certified' }]);
    const told = await rows(em, `select 1 from outbox where topic = 'evidence.changed' and $1 = any(ids)`, [id]);
    expect(told).toHaveLength(3);
  });

  it.each<[string, Parameters<DetailsService['changeAtCounter']>[3], string]>([
    ['a home no closer than the township', { regionCode: TOWNSHIP }, 'PLACES.REGION_LEVEL'],
    ['a work place as wide as the district', { workRegionCode: DISTRICT }, 'PLACES.REGION_LEVEL'],
    ['a phone that is none', { contact: { name: '王', phone: '12345' } }, 'PEOPLE.PHONE_WRONG'],
    [
      'a group named twice',
      {
        groups: [
          { kind: 'farmer', source: 'declared' },
          { kind: 'farmer', source: 'certified' },
        ],
      },
      'CORE.INVALID',
    ],
    [
      'a group from tomorrow on',
      { groups: [{ kind: 'farmer', source: 'certified', since: '2099-01-01' }] },
      'CORE.INVALID',
    ],
    [
      'a certificate that ran out',
      { groups: [{ kind: 'farmer', source: 'certified', lastDay: '2026-01-01' }] },
      'CORE.INVALID',
    ],
  ])('do not take %s', async (_, request, code) => {
    const id = await verified();
    await expect(details.changeAtCounter(registrar, id, 2, request)).rejects.toMatchObject({ code });
  });

  it('of others are as good as unknown', async () => {
    const [mine, theirs] = [await holder(), await holder()];
    await expect(details.mine(mine.caller, theirs.id)).rejects.toMatchObject(problem('RESIDENT_UNKNOWN'));
    await expect(details.changeMine(mine.caller, theirs.id, 1, {})).rejects.toMatchObject(problem('RESIDENT_UNKNOWN'));
    await expect(details.get(mine.caller, mine.id)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
  });
});

describe('acting for the family', () => {
  const standing = async (account: Caller, residentId: string) =>
    (await residents.consentsOf(em, [{ accountId: account.accountId, residentId }]))[0];

  it('is agreed to by a code that the mother tells her daughter: good once, for a day', async () => {
    const mother = await holder();
    const daughter = await holder({ name: '王小红', birthDate: '1975-05-05' });
    const { code } = await proxies.invite(mother.caller, mother.id, once());
    expect(code).toMatch(/^D-.{8}$/);
    const typed = code.toLowerCase().replace('-', ' ');
    const joined = await proxies.accept(daughter.caller, typed, once());
    expect(joined).toMatchObject({
      residentName: '王秀英',
      holderName: '王小红',
      standing: 'consented',
      how: 'beforehand',
    });
    expect((await family.list(daughter.caller.accountId)).map(({ name }) => name)).toEqual(['王小红', '王秀英']);
    expect(await standing(daughter.caller, mother.id)).toBe('consented');
    expect(await standing(mother.caller, mother.id)).toBe('own');
    expect((await proxies.mine(mother.caller)).map(({ holderName }) => holderName)).toEqual(['王小红']);

    const stranger = await accountOf();
    await expect(proxies.accept(stranger, code, once())).rejects.toMatchObject(problem('PROXY_CODE_WRONG'));
    const late = await proxies.invite(mother.caller, mother.id, once());
    clock.passMinutes(24 * 60 + 1);
    await expect(proxies.accept(stranger, late.code, once())).rejects.toMatchObject(problem('PROXY_CODE_WRONG'));
    const replaced = await proxies.invite(mother.caller, mother.id, once());
    await proxies.invite(mother.caller, mother.id, once());
    await expect(proxies.accept(stranger, replaced.code, once())).rejects.toMatchObject(problem('PROXY_CODE_WRONG'));
    expect(await standing(stranger, mother.id)).toBe('to_be_signed');
  });

  it('is taken back and given again by the resident alone', async () => {
    const mother = await holder();
    const daughter = await holder({ name: '王小红' });
    const { code } = await proxies.invite(mother.caller, mother.id, once());
    const { consentId } = await proxies.accept(daughter.caller, code, once());
    const { accountId } = daughter.caller;
    await expect(proxies.revoke(daughter.caller, mother.id, consentId!)).rejects.toMatchObject(problem('ONLY_ONESELF'));
    const ended = await proxies.revoke(mother.caller, mother.id, consentId!);
    expect(ended).toMatchObject({ standing: 'to_be_signed', consentId: null });
    expect(await proxies.revoke(mother.caller, mother.id, consentId!)).toEqual(ended);
    await expect(proxies.consent(daughter.caller, mother.id, accountId, once())).rejects.toMatchObject(
      problem('ONLY_ONESELF'),
    );
    expect(await proxies.consent(mother.caller, mother.id, accountId, once())).toMatchObject({ standing: 'consented' });
    await expect(proxies.consent(mother.caller, mother.id, newId(), once())).rejects.toMatchObject(
      problem('PROXY_UNKNOWN'),
    );
  });

  it('is agreed to at the counter by who shows the card, whose child may have no account yet', async () => {
    const phone = newPhone();
    const declared = await counter.register(
      registrar,
      { name: '林阿公', birthDate: '1948-01-01', regionCode: VILLAGE },
      once(),
    );
    await expect(proxies.consentAtCounter(registrar, declared.id, { phone }, once())).rejects.toMatchObject(
      problem('IDENTITY_FIRST'),
    );
    const id = await verified();
    const recorded = await proxies.consentAtCounter(registrar, id, { phone }, once());
    expect(recorded).toMatchObject({ standing: 'consented', how: 'at_counter', holderName: null });
    const child = await accountOf(phone);
    expect((await family.list(child.accountId)).map(({ name }) => name)).toEqual(['林阿婆']);
    expect(await proxies.of(registrar, id)).toEqual([recorded]);
    const ended = await proxies.revokeAtCounter(registrar, id, recorded.consentId!);
    expect(ended.standing).toBe('to_be_signed');
    await expect(proxies.consentAtCounter(registrar, id, {}, once())).rejects.toMatchObject({ code: 'CORE.INVALID' });
  });

  it('is signed at the first session, for those who act already; what stands stays', async () => {
    const daughter = await accountOf();
    const mother = await family.register(daughter, person({ relation: 'family' }), once());
    const pair = { accountId: daughter.accountId, residentId: mother.id };
    expect(await standing(daughter, mother.id)).toBe('to_be_signed');
    const teacher = await staff('teacher');
    await proxies.signed(em, teacher, [pair, { accountId: newId(), residentId: mother.id }]);
    const [view] = await proxies.mine(daughter);
    expect(view).toMatchObject({ standing: 'consented', how: 'at_first_session' });
    clock.passMinutes(5);
    await proxies.signed(em, teacher, [pair]);
    expect(await proxies.mine(daughter)).toEqual([view]);
  });

  it('keeps to eight residents an account', async () => {
    const daughter = await accountOf();
    for (let child = 0; child < 8; child++) {
      await family.register(daughter, person({ name: `孙辈${child}`, relation: 'family' }), once());
    }
    const mother = await holder();
    const { code } = await proxies.invite(mother.caller, mother.id, once());
    await expect(proxies.accept(daughter, code, once())).rejects.toMatchObject(problem('TOO_MANY_RESIDENTS'));
    // The code was not used up by the refusal.
    await expect(proxies.accept(await accountOf(), code, once())).resolves.toBeDefined();
  });

  it('is not found by guessing', async () => {
    const guesser = await accountOf();
    const guess = () => proxies.accept(guesser, 'D-00000000', once());
    for (let tries = 0; tries < 10; tries++) await expect(guess()).rejects.toMatchObject(problem('PROXY_CODE_WRONG'));
    await expect(guess()).rejects.toMatchObject({ ...problem('TOO_MANY_GUESSES'), definition: { retryAfter: 3600 } });
    clock.passMinutes(60);
    await expect(guess()).rejects.toMatchObject(problem('PROXY_CODE_WRONG'));
  });
});

describe('the safety declaration', () => {
  const support = async (id: string) => (await residents.supportOf(em, [id], termId)).get(id)!;

  it('is asked of those who are 70 when the term begins, and superseded by a later one', async () => {
    const declarations = nest.get(DeclarationsService);
    const { caller, id } = await holder();
    expect((await support(id)).declaration).toBe('missing');
    const yes = await declarations.declare(caller, id, termId, true);
    expect(yes.state).toBe('fit');
    clock.passMinutes(5);
    expect(await declarations.declare(caller, id, termId, true)).toEqual(yes);
    expect((await declarations.declareAtCounter(registrar, id, termId, false)).state).toBe('not_fit');
    expect((await support(id)).declaration).toBe('not_fit');
    const stored = await rows(em, `select 1 from safety_declarations where resident_id = $1`, [id]);
    expect(stored).toHaveLength(2);

    const young = await holder({ birthDate: '1956-09-02' });
    expect((await support(young.id)).declaration).toBe('not_needed');
    await expect(declarations.declare(young.caller, young.id, termId, true)).rejects.toMatchObject(
      problem('DECLARATION_NOT_NEEDED'),
    );
    await expect(declarations.declare(caller, id, newId(), true)).rejects.toMatchObject(problem('TERM_UNKNOWN'));
    await expect(declarations.declare(young.caller, id, termId, true)).rejects.toMatchObject(
      problem('RESIDENT_UNKNOWN'),
    );
  });

  it('is told to teachers with needs, and with whom to call only where it is asked for', async () => {
    const { caller, id } = await holder();
    await details.changeMine(caller, id, 1, {
      needs: ['wheelchair'],
      contact: { name: '王小明', phone: '13800001111' },
    });
    expect(await support(id)).toEqual({
      needs: ['wheelchair'],
      hasContact: true,
      contact: null,
      declaration: 'missing',
    });
    const opened = await residents.supportOf(em, [id], termId, { contacts: true });
    expect(opened.get(id)?.contact).toEqual({ name: '王小明', phone: '13800001111' });
  });

  it('is one of the things to prepare', async () => {
    const preparation = nest.get(PreparationService);
    const { caller, id } = await holder();
    await family.register(caller, person({ name: '林阿公', relation: 'family' }), once());
    const states = (view: { items: { item: string; state: string }[] }) =>
      Object.fromEntries(view.items.map(({ item, state }) => [item, state]));
    const [self, father] = await preparation.mine(caller, termId);
    expect(states(self!)).toMatchObject({ identity: 'at_counter', consent: 'not_needed', declaration: 'missing' });
    expect(states(father!)).toMatchObject({ consent: 'later', contact: 'missing', residence: 'ready' });
    expect(states(await preparation.of(registrar, id, undefined))).toMatchObject({ declaration: 'not_needed' });
    await expect(preparation.mine(caller, newId())).rejects.toMatchObject(problem('TERM_UNKNOWN'));
    expect(await preparation.mine(await accountOf(), termId)).toEqual([]);
  });
});

describe('companions', () => {
  it('are a couple of one account and their friend, who joins by the code', async () => {
    const couple = await holder();
    const husband = await family.register(couple.caller, person({ name: '林阿公', relation: 'family' }), once());
    const friend = await holder({ name: '陈美兰' });
    const group = await companions.make(couple.caller, [couple.id], once());
    const both = await companions.add(couple.caller, group.id, [husband.id], once());
    expect(both.members.map(({ name, mine }) => [name, mine])).toEqual([
      ['王秀英', true],
      ['林阿公', true],
    ]);
    const joined = await companions.join(friend.caller, group.code.toLowerCase(), [friend.id], once());
    expect(joined.members.map(({ name, mine }) => [name, mine])).toEqual([
      ['王秀英', false],
      ['林阿公', false],
      ['陈美兰', true],
    ]);
    expect(await residents.companionsOf(em, [couple.id, friend.id])).toEqual(
      new Map([
        [couple.id, new Set([husband.id, friend.id])],
        [friend.id, new Set([couple.id, husband.id])],
      ]),
    );

    await companions.leave(friend.caller, group.id, friend.id);
    await companions.leave(friend.caller, group.id, friend.id);
    expect(await companions.mine(friend.caller)).toEqual([]);
    expect((await residents.companionsOf(em, [friend.id])).size).toBe(0);
    const again = await companions.join(friend.caller, group.code, [friend.id], once());
    expect(again.members).toHaveLength(3);
  });

  it('are four at most, also when all join at the same moment', async () => {
    const first = await holder();
    const { code } = await companions.make(first.caller, [first.id], once());
    const friends = await Promise.all(Array.from({ length: 6 }, () => holder()));
    const tries = await Promise.allSettled(
      friends.map(({ caller, id }) => companions.join(caller, code, [id], once())),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const refused = tries.filter((one) => one.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(
      Array<string>(3).fill('PEOPLE.COMPANIONS_FULL'),
    );
    const [group] = await companions.mine(first.caller);
    expect(group!.members).toHaveLength(4);
  });

  it('are five groups at most, and gone when the last one leaves', async () => {
    const { caller, id } = await holder();
    const made = [];
    for (let count = 0; count < 5; count++) made.push(await companions.make(caller, [id], once()));
    await expect(companions.make(caller, [id], once())).rejects.toMatchObject(problem('TOO_MANY_COMPANION_GROUPS'));
    await companions.leave(caller, made[0]!.id, id);
    const other = await holder();
    await expect(companions.join(other.caller, made[0]!.code, [other.id], once())).rejects.toMatchObject(
      problem('COMPANION_CODE_WRONG'),
    );
    await expect(companions.make(caller, [id], once())).resolves.toBeDefined();
  });

  it('are made and left at the counter for those without a phone', async () => {
    const [wife, husband, friend] = [await verified(), await verified('林阿公'), await verified('陈阿婆')];
    const group = await companions.makeAtCounter(registrar, wife, [husband], once());
    const three = await companions.joinAtCounter(registrar, friend, group.code, once());
    expect(three.members.map(({ residentId }) => residentId).sort()).toEqual([wife, husband, friend].sort());
    await companions.leaveAtCounter(registrar, friend, group.id);
    expect(await companions.of(registrar, friend)).toEqual([]);
    expect((await companions.of(registrar, wife))[0]!.members).toHaveLength(2);
  });

  it('take in nobody for whom the caller does not act, and let nobody in by guessing', async () => {
    const [mine, theirs] = [await holder(), await holder()];
    const group = await companions.make(theirs.caller, [theirs.id], once());
    await expect(companions.make(mine.caller, [theirs.id], once())).rejects.toMatchObject(problem('RESIDENT_UNKNOWN'));
    await expect(companions.join(mine.caller, group.code, [theirs.id], once())).rejects.toMatchObject(
      problem('RESIDENT_UNKNOWN'),
    );
    await expect(companions.add(mine.caller, group.id, [mine.id], once())).rejects.toMatchObject(
      problem('COMPANION_GROUP_UNKNOWN'),
    );
    await expect(companions.leave(mine.caller, group.id, theirs.id)).rejects.toMatchObject(problem('RESIDENT_UNKNOWN'));
    const guesser = await holder();
    const guess = (code: string) => companions.join(guesser.caller, code, [guesser.id], once());
    for (let slips = 0; slips < 20; slips++) {
      await expect(guess('J-000001')).rejects.toMatchObject(problem('COMPANION_CODE_WRONG'));
    }
    const tries = await Promise.allSettled(Array.from({ length: 15 }, () => guess('J-000000')));
    const codes = tries.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : ''));
    expect(codes.filter((code) => code === 'PEOPLE.COMPANION_CODE_WRONG')).toHaveLength(10);
    expect(codes.filter((code) => code === 'PEOPLE.TOO_MANY_GUESSES')).toHaveLength(5);
    await expect(guess(group.code)).rejects.toMatchObject(problem('TOO_MANY_GUESSES'));
  });
});

describe('the same person again', () => {
  it('is found by document, by name and birth date, by name and phone, each with its reason', async () => {
    const likely = nest.get(LikelySameService);
    const phone = newPhone();
    const name = '苏重复';
    const register = (changes: object) =>
      counter.register(registrar, { name, birthDate: '1949-12-31', regionCode: VILLAGE, ...changes }, once());
    const born = await register({});
    const withPhone = await register({ birthDate: '1951-01-01', phone });
    const withCard = await register({ name: '苏另名', documentKind: 'resident_card', documentNumber: CARD });
    const account = await accountOf(phone);
    const inFamily = await family.register(
      account,
      person({ name, birthDate: '1980-01-01', relation: 'family' }),
      once(),
    );
    const found = await likely.find(registrar, {
      name: '苏 重复',
      birthDate: '1949-12-31',
      phone,
      documentKind: 'resident_card',
      documentNumber: CARD,
    });
    expect(found.items.map(({ id, reasons }) => [id, reasons])).toEqual([
      [withCard.id, ['same_document']],
      [born.id, ['same_name_and_birth_date']],
      [withPhone.id, ['same_name_and_phone']],
      [inFamily.id, ['same_name_and_phone']],
    ]);
    expect(await actionsOn(born.id)).toEqual(['resident.registered', 'resident.listed']);
    const typing = { name, birthDate: '1940-01-01', phone: '138', documentKind: 'resident_card' as const };
    expect(await likely.find(registrar, { ...typing, documentNumber: '1101' })).toEqual({ items: [] });
    await expect(likely.find(account, typing)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
  });

  it('is told to residents as yes or no, twenty times an hour, and never of their own', async () => {
    const likely = nest.get(LikelySameService);
    const { caller } = await holder({ name: '郑唯一', birthDate: '1950-01-01' });
    const other = await accountOf();
    const ask = (who: Caller) => likely.registered(who, { name: '郑唯一', birthDate: '1950-01-01' });
    expect(await ask(caller)).toEqual({ registered: false });
    expect(await ask(other)).toEqual({ registered: true });
    for (let asked = 1; asked < 20; asked++) await ask(other);
    await expect(ask(other)).rejects.toMatchObject(problem('TOO_MANY_GUESSES'));
  });
});
