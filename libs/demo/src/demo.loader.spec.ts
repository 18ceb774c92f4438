import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import cookie from '@fastify/cookie';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { CoreHttpModule, CoreModule, newId, readSettings, requestValidation, rows } from '#core';
import { PeopleHttpModule, SignInService, StaffService } from '#people';
import { VerifyLedgerService } from '#participation';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { type GivenSettings, testSettings } from '../../../test/support/test-settings.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo-accounts.js';
import { visitor } from './demo-callers.js';
import type { DemoAccountsView, DemoProgressView, LastSmsView } from './demo.dto.js';
import { DemoMark, DemoRefused } from './demo-mark.service.js';
import { DemoLoader } from './demo.loader.js';
import { DemoHttpModule, DemoModule } from './demo.module.js';
import { writeProgress } from './demo.queries.js';

const PRODUCTION: GivenSettings = {
  MODE: 'production',
  SMS_CHANNEL: 'webhook',
  SMS_WEBHOOK_URL: 'https://sms.example.cn',
  SMS_WEBHOOK_KEY: 'a1b2c3d4e5f60718'.repeat(4),
};

const open = (url: string, more?: GivenSettings): Promise<TestingModule> => {
  const settings = readSettings(testSettings(url, more));
  return Test.createTestingModule({ imports: [CoreModule.forRoot(settings), DemoModule] }).compile();
};

/** What of the data does not hang on the moment at which they were loaded. */
const FINGERPRINT = `
  select (select string_agg(name || birth_date || identity_state, ',' order by name, birth_date, identity_state)
            from residents) as residents,
         (select string_agg(username || name, ',' order by username) from staff) as staff,
         (select string_agg(c.name || c.state || c.first_session_at || c.admission || coalesce(a.taken, 0) || coalesce(a.waiting, 0)
                            || coalesce(a.applied, 0), ','
                            order by c.name, c.first_session_at, c.state)
            from course_classes c left join class_availability a on a.class_id = c.id) as classes,
         (select count(*) from attendances where status = 'present') as present,
         (select string_agg(measure || counted_on || amount || status, ',' order by measure, counted_on, amount, status)
            from ledger_entries) as ledger,
         (select count(*) from messages) as messages,
         (select count(*) from audit_entries) as audit`;

/** At least so many of each for the pages to show. */
const LEAST: [string, number, string][] = [
  ['schools', 9, `select count(*) from organisations where kind like '%school'`],
  ['kinds of organisation', 8, `select count(distinct kind) from organisations`],
  ['venues by each route', 3, `select count(distinct access_route) from venues where directions is not null`],
  ['villages with a plate', 70, `select count(*) from teaching_points where plate_kind = 'elderly_classroom'`],
  ['kinds of class that run', 4, `select count(distinct programme_kind) from course_classes where state = 'published'`],
  ['states of a class', 5, `select count(distinct state) from course_classes`],
  ['returned classes', 1, `select count(*) from course_classes where state = 'draft' and decision_note is not null`],
  ['classes with seats left', 5, `${availability('a.taken + a.offered < a.seats and a.waiting = 0')}`],
  ['full classes with a queue', 3, `${availability('a.taken = a.seats and a.waiting > 0')}`],
  ['ways to give seats, open now', 3, `${availability('true').replace('count(*)', 'count(distinct c.admission)')}`],
  ['oversubscribed lotteries', 1, `${availability("c.admission = 'lottery' and a.applied > a.seats")}`],
  [
    'people whom the first school is to call',
    2,
    `select count(*) from call_tasks t join organisations o on o.id = t.organisation_id
      where t.state = 'open' and t.due_at < $1 and o.name = '北岙街道社区学校'`,
  ],
  ['reasons to call', 2, `select count(distinct reason) from call_tasks where state = 'open'`],
  ['stopped classes whose people were told', 1, `select count(*) from messages where template = 'class-stopped'`],
  [
    'applications that wait for the first school',
    3,
    `select count(*) from enrollments e join course_classes c on c.id = e.class_id join organisations o on o.id = c.organisation_id
      where e.state = 'applied' and c.admission = 'approval' and o.name = '北岙街道社区学校'`,
  ],
  ['appeals to answer', 1, `select count(*) from appeals where state = 'open'`],
  ['fees that were paid', 2, `select count(*) from enrollment_payments`],
  ['announced lotteries', 2, `select count(*) from lotteries where state = 'announced' and announced_at < $1`],
  ['consents for family', 1, 'select count(*) from proxy_consents'],
  ['companions', 2, 'select count(*) from companion_members where left_at is null'],
  [
    'lotteries drawn, with people waiting',
    1,
    `select count(distinct lottery_id) from lottery_entries where outcome = 'waiting'`,
  ],
  [
    'classes to which old students may renew now',
    1,
    `select count(*) from course_classes where state = 'published' and renewal_opens_at < $1 and renewal_closes_at > $1`,
  ],
  [
    'classes open to late entry',
    2,
    `select count(*) from course_classes where state = 'published' and first_session_at < $1 and late_entry_closes_at > $1`,
  ],
  ['classes with reserved seats', 2, `${availability('jsonb_array_length(c.seat_reserves) > 0')}`],
  [
    'classes below their minimum',
    1,
    `select count(*) from course_classes c join class_availability a on a.class_id = c.id
      where c.minimum_decided_at between $1 and $1::timestamptz + interval '7 days' and a.taken + a.applied < c.minimum`,
  ],
  [
    'rules who may come',
    3,
    `select count(distinct r ->> 'kind') from course_classes, jsonb_array_elements(enrollment_rules) r`,
  ],
  ['classes with an offer open', 2, `${availability('a.offered > 0')}`],
  [
    'classes opening soon',
    3,
    `select count(*) from course_classes where state = 'published' and enrollment_opens_at > $1`,
  ],
  [
    'classes that begin within a week',
    2,
    `select count(*) from course_classes where state = 'published' and first_session_at between $1 and $1::timestamptz + interval '7 days'`,
  ],
  [
    'sessions today',
    4,
    `select count(*) from class_sessions where starts_at between $1::timestamptz - interval '1 day' and $1::timestamptz + interval '1 day'`,
  ],
  [
    'headcounts of lectures, with two photos',
    2,
    `select count(*) from session_headcounts h where (select count(*) from session_photos p where p.session_id = h.session_id) = 2`,
  ],
  ['cancelled sessions', 4, `select count(*) from class_sessions where state = 'cancelled'`],
  ['offers that stand', 2, `select count(*) from enrollments where state = 'offered' and offered_until > $1`],
  ['states of an enrollment', 6, `select count(distinct state) from enrollments`],
  ['residents', 150, `select count(*) from residents`],
  ['unverified residents', 20, `select count(*) from residents where identity_state = 'declared'`],
  [
    'families with a phone',
    20,
    `select count(*) from (select account_id from account_residents group by 1 having count(*) > 1) f`,
  ],
  [
    'residents without a phone',
    20,
    `select count(*) from residents r where phone_hash is null and not exists (select from account_residents where resident_id = r.id)`,
  ],
  [
    'months with attendance',
    6,
    `select count(distinct date_trunc('month', starts_at)) from class_sessions where state = 'held'`,
  ],
  ['ways to be marked', 2, `select count(distinct kind) from marks`],
  ['measures counted', 5, `select count(distinct measure) from ledger_entries`],
  ['states of an entry', 2, `select count(distinct status) from ledger_entries`],
  [
    'active villages',
    10,
    `select count(*) from coverage_states where plate_kind = 'elderly_classroom' and state = 'active'`,
  ],
  [
    'villages listed only',
    30,
    `select count(*) from coverage_states where plate_kind = 'elderly_classroom' and state = 'listed'`,
  ],
  [
    'active townships',
    3,
    `select count(*) from coverage_states where plate_kind = 'elderly_school' and state = 'active'`,
  ],
  // By the same sums as the rule, but in SQL: person-times for each seat held in the finished classes of skills.
  [
    'forecasts of skills that agree with the ledger',
    1,
    `select count(*) from indicator_forecasts f
      where indicator_code = 'vocational-training' and expected > 0 and classes > 0
        and fill_percent between 1 and 100
        and counted_percent = (
          select round(1000.0 * sum((select coalesce(sum(e.amount), 0) from ledger_entries e
                                      where e.class_id = c.id and e.measure = f.indicator_code)) / sum(a.taken)) / 10
            from course_classes c join class_availability a on a.class_id = c.id join organisations o on o.id = c.organisation_id
           where c.state = 'finished' and a.taken > 0 and c.programme_kind = 'skills'
             and c.finished_at > $1::timestamptz - interval '1 year'
             and o.kind in ('community_school', 'vocational_centre', 'open_university', 'community_college', 'school', 'university')
             and (select sum(extract(epoch from s.ends_at - s.starts_at)) from class_sessions s
                   where s.class_id = c.id and s.state <> 'cancelled') >= 8 * 45 * 60)`,
  ],
  ['states of a message', 2, `select count(distinct state) from messages`],
  ['kinds of message', 3, `select count(distinct template) from messages`],
  ['kinds of deed in the audit log', 20, `select count(distinct action) from audit_entries`],
];

function availability(condition: string): string {
  return `select count(*) from course_classes c join class_availability a on a.class_id = c.id
           where c.state = 'published' and c.enrollment_opens_at < $1 and c.enrollment_closes_at > $1 and ${condition}`;
}

describe('loading the demo', () => {
  let database: TestDatabase;
  let nest: TestingModule;
  let source: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    nest = await open(database.url);
    source = nest.get(DataSource);
    expect(await nest.get(DemoLoader).load()).toMatchObject({ kind: 'loaded' });
  }, 120_000);

  afterAll(async () => {
    await nest?.close();
    await database?.drop();
  });

  const fingerprint = async () => (await rows(source, FINGERPRINT))[0];

  it.each(LEAST)('shows %s: at least %i', async (_, least, sql) => {
    const [found] = await rows<{ count: string }>(source, sql, sql.includes('$1') ? [new Date()] : []);
    expect(Number(found!.count)).toBeGreaterThanOrEqual(least);
  });

  it('leaves a ledger in which all is as it should be, and nothing to be done', async () => {
    const faults = [];
    for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) faults.push(fault);
    expect(faults).toEqual([]);
    expect(await rows(source, `select from outbox`)).toEqual([]);
  });

  it('lets staff of every role in by the password that is told', async () => {
    const signIn = nest.get(SignInService, { strict: false });
    for (const { username } of DEMO_ACCOUNTS) {
      if (username) await expect(signIn.checkStaffPassword(visitor(), username, DEMO_PASSWORD)).resolves.toBeDefined();
    }
  });

  it('changes nothing when it is asked again', async () => {
    const before = await fingerprint();
    expect(await nest.get(DemoLoader).load()).toMatchObject({ kind: 'present' });
    expect(await nest.get(DemoMark).begin()).toBe('present');
    expect(await nest.get(DemoMark).clearAway()).toBe(false);
    expect(await fingerprint()).toEqual(before);
  });

  it('begins anew where it was cut off, and comes to the same', async () => {
    const before = await fingerprint();
    const [{ day }] = (await rows(source, `update demo_loads set loaded_at = null returning day`)) as [{ day: string }];
    const again = await open(database.url);
    try {
      const caps = await rows(source, `select * from programme_caps order by programme_kind`);
      expect(await again.get(DemoMark).begin()).toBe('begun');
      expect(await rows(source, `select from staff`)).toEqual([]);
      // What migrating fills is as it was filled.
      expect(caps).toHaveLength(4);
      expect(await rows(source, `select * from programme_caps order by programme_kind`)).toEqual(caps);
      expect(await rows(source, `select cut_over_on, version from counting_settings`)).toEqual([
        { cut_over_on: null, version: 1 },
      ]);
      expect(await again.get(DemoLoader).load(day)).toMatchObject({ kind: 'loaded' });
    } finally {
      await again.close();
    }
    expect(await fingerprint()).toEqual(before);
  }, 120_000);
});

describe('what is not the demo’s to touch', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  const loading = async <T>(more: GivenSettings, act: (nest: TestingModule) => Promise<T>): Promise<T> => {
    const nest = await open(database.url, more);
    try {
      return await act(nest);
    } finally {
      await nest.close();
    }
  };

  it('is refused in production, and where SMS would leave the house', async () => {
    for (const settings of [PRODUCTION, { ...PRODUCTION, MODE: 'demo' }]) {
      await loading(settings, (nest) => expect(nest.get(DemoLoader).load()).rejects.toThrow(DemoRefused));
    }
  });

  it('leaves a database alone in which somebody has begun to work', async () => {
    await loading({}, async (nest) => {
      const staff = nest.get(StaffService, { strict: false });
      await staff.createFirstAdministrator('somebody', 'sea breeze 2026', '某某');
      expect(await nest.get(DemoMark).begin()).toBe('in-use');
      expect(await nest.get(DemoLoader).load()).toMatchObject({ kind: 'in-use' });
      expect(await rows(nest.get(DataSource), `select from organisations union all select from demo_loads`)).toEqual(
        [],
      );
    });
  });
});

describe('a demo whose loading was cut off', () => {
  let database: TestDatabase;
  let nest: TestingModule;

  beforeAll(async () => {
    database = await createTestDatabase();
    nest = await open(database.url);
    expect(await nest.get(DemoMark).begin()).toBe('begun');
    const staff = nest.get(StaffService, { strict: false });
    await staff.createFirstAdministrator('half-way', 'sea breeze 2026', '某某');
  });
  afterAll(async () => {
    await nest?.close();
    await database?.drop();
  });

  const left = () => rows(nest.get(DataSource), `select from staff union all select from demo_loads`);

  it('is refused by production, which finds made-up people in it', async () => {
    const production = await open(database.url, PRODUCTION);
    try {
      await expect(production.get(DemoMark).clearAway()).rejects.toThrow(DemoRefused);
      expect(await left()).toHaveLength(2);
    } finally {
      await production.close();
    }
  });

  it('is taken away where no demo is wanted any more', async () => {
    expect(await nest.get(DemoMark).clearAway()).toBe(true);
    expect(await left()).toEqual([]);
    expect(await nest.get(DemoMark).clearAway()).toBe(false);
  });
});

describe('the sign-in page of the demo', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  const serve = async (more: GivenSettings, url = database.url): Promise<NestFastifyApplication> => {
    const settings = readSettings(testSettings(url, more));
    const nest = await Test.createTestingModule({
      imports: [
        CoreModule.forRoot(settings),
        CoreHttpModule,
        PeopleHttpModule,
        DemoModule,
        DemoHttpModule.forMode(settings),
      ],
    }).compile();
    const app = nest.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.register(cookie as never);
    app.useGlobalPipes(requestValidation());
    return app.init();
  };

  it('is told the accounts once there are some, and the code that a phone would get', async () => {
    const app = await serve({});
    try {
      const source = app.get(DataSource);
      const accounts = async () =>
        (await app.inject({ method: 'GET', url: '/demo/accounts' })).json<DemoAccountsView>().items;
      expect(await accounts()).toEqual([]);
      await rows(source, `insert into demo_loads (day, seed, begun_at, loaded_at) values ('2026-11-23', 1, $1, $1)`, [
        new Date(),
      ]);
      expect((await accounts()).map(({ username, phone }) => username ?? phone)).toEqual(
        DEMO_ACCOUNTS.map(({ username, phone }) => username ?? phone),
      );

      const phone = '16905779999';
      const lastSms = async () =>
        (await app.inject({ method: 'POST', url: '/demo/last-sms', payload: { phone } })).json<LastSmsView>();
      expect(await lastSms()).toEqual({ code: null });
      const signIn = app.get(SignInService, { strict: false });
      await signIn.requestCode(visitor(), phone);
      const { code } = await lastSms();
      expect((await signIn.signInBySms(visitor(), phone, code!)).me.kind).toBe('account');
      expect(await lastSms()).toEqual({ code: null });
    } finally {
      await app.close();
    }
  });

  it('may be read while the demo is being loaded, and nobody writes before it is', async () => {
    const phone = '16905778888';
    const other = await createTestDatabase();
    const source = await open(other.url);
    const app = await serve({}, other.url);
    try {
      const mark = source.get(DemoMark);
      const progress = async () =>
        (await app.inject({ method: 'GET', url: '/demo/progress' })).json<DemoProgressView>().percent;
      const sendCode = () => app.inject({ method: 'POST', url: '/sign-in/sms-codes', payload: { phone } });
      expect(await progress()).toBeNull();
      expect((await sendCode()).statusCode).toBeLessThan(300);

      await rows(source.get(DataSource), `truncate sign_in_codes, messages, outbox cascade`);
      expect(await mark.begin()).toBe('begun');
      await waitFor('the api to hear of the mark', async () => (await progress()) === 0);
      await writeProgress(source.get(DataSource), 42);
      await waitFor('the api to hear how far it is', async () => (await progress()) === 42);
      const refused = await sendCode();
      expect(refused.statusCode).toBe(503);
      expect(refused.headers['retry-after']).toBe('5');
      expect(refused.json()).toMatchObject({ code: 'DEMO.BEING_LOADED' });
      expect(await rows(source.get(DataSource), `select from sign_in_codes`)).toEqual([]);
      expect((await app.inject({ method: 'GET', url: '/demo/accounts' })).json()).toEqual({ items: [] });

      await mark.alone((runner) => mark.sign(runner));
      await waitFor('the api to hear of the signature', async () => (await progress()) === null);
      expect((await sendCode()).statusCode).toBeLessThan(300);
    } finally {
      await app.close();
      await source.close();
      await other.drop();
    }
  });

  it('is told nothing in production', async () => {
    const app = await serve(PRODUCTION);
    try {
      for (const [method, url] of [
        ['GET', '/demo/accounts'],
        ['GET', '/demo/progress'],
        ['POST', '/demo/last-sms'],
      ] as const) {
        expect((await app.inject({ method, url, payload: { phone: '16905770001', id: newId() } })).statusCode).toBe(
          404,
        );
      }
    } finally {
      await app.close();
    }
  });
});
