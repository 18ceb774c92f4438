import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { PACKAGE_ROOT, rows } from '#core';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '#demo';
import { Person } from '../support/person.js';
import { startApi, type TestProcess } from '../support/processes.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type GivenSettings, testSettings } from '../support/test-settings.js';

const YEAR = 2026;
const SIZE = ['--year', String(YEAR), '--residents', '260', '--seed', '1'];

/** Of the sealed totals, what another run has to come to as well. */
const FIGURES = `
  select t.measure, t.month, t.status, t.region_code, o.name, t.programme_kind, t.total
    from ledger_totals t join organisations o on o.id = t.organisation_id
   where total <> 0 order by 1, 2, 3, 4, 5, 6`;
/** Who was drawn, by what they are called: ids are never the same again. */
const DRAWN = `
  select k.code, c.name, r.name as who, r.birth_date, n.outcome
    from lottery_entries n join lotteries l on l.id = n.lottery_id join course_classes c on c.id = l.class_id
    join courses k on k.id = c.course_id join enrollments e on e.id = n.unit_key join residents r on r.id = e.resident_id
   order by 1, 2, 3, 4, 5`;
const EVIDENCE = `
  select e.state, k.code, count(distinct e.id)::int as enrollments, count(distinct s.id)::int as sessions,
         count(a.*)::int as attended, count(a.*) filter (where a.status = 'present')::int as present
    from enrollments e join course_classes c on c.id = e.class_id join courses k on k.id = c.course_id
    left join class_sessions s on s.class_id = c.id
    left join attendances a on a.session_id = s.id and a.resident_id = e.resident_id
   group by 1, 2 order by 1, 2`;

const PRODUCTION: GivenSettings = {
  MODE: 'production',
  SMS_CHANNEL: 'webhook',
  SMS_WEBHOOK_URL: 'https://sms.example.cn',
  SMS_WEBHOOK_KEY: 'a1b2c3d4e5f60718'.repeat(4),
};

let databases: [TestDatabase, TestDatabase];
let outputs: string[];

beforeAll(async () => {
  databases = [await createTestDatabase(), await createTestDatabase()];
  const runs = await Promise.all(databases.map(({ url }) => simulate(url)));
  expect(runs.map(({ code, said }) => [code, said])).toEqual(runs.map(({ said }) => [0, said]));
  outputs = runs.map(({ said }) => said);
}, 240_000);
afterAll(() => Promise.all(databases.map((database) => database.drop())));

/** Runs the operator's command to its end. */
function simulate(
  databaseUrl: string,
  args = SIZE,
  settings: GivenSettings = {},
): Promise<{ code: number | null; said: string }> {
  const command = join(PACKAGE_ROOT, 'dist/apps/cli/src/main.js');
  const child = spawn(process.execPath, [command, 'simulate', ...args], {
    env: { PATH: process.env.PATH, ...testSettings(databaseUrl, settings) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

async function asked(database: TestDatabase, sql: string): Promise<unknown[]> {
  const source = await new DataSource({
    type: 'postgres',
    url: database.url,
    extra: { options: '-c search_path=huixue,extensions' },
  }).initialize();
  try {
    return await rows(source, sql);
  } finally {
    await source.destroy();
  }
}

describe('a simulated year', () => {
  it('comes to the same figures by the same seed', async () => {
    const [first, second] = databases;
    const figures = await asked(first, FIGURES);
    expect(figures.length).toBeGreaterThan(50);
    expect(await asked(second, FIGURES)).toEqual(figures);
    expect(await asked(second, EVIDENCE)).toEqual(await asked(first, EVIDENCE));
    expect(await asked(second, DRAWN)).toEqual(await asked(first, DRAWN));
  });

  it('says what it came to, and that nothing is wrong', () => {
    for (const said of outputs) {
      expect(said).toContain('Ledger, totals and chains are as they should be.');
      expect(said).not.toMatch(/PENDING|WRONG/);
      expect(said).toMatch(/Months locked: \d+ \(2026-01/);
      expect(said).toMatch(/2026-12\)/);
    }
  });

  it('has what happens to schools: storms, makeups, withdrawals, strangers, and an adjustment of a signed month', async () => {
    const [found] = (await asked(
      databases[0],
      `select (select count(*)::int from class_sessions where state = 'cancelled') as cancelled,
              (select count(*)::int from class_sessions where state = 'held' and makeup_of is not null) as made_up,
              (select count(*)::int from enrollments where state = 'withdrawn') as withdrawn,
              (select count(*)::int from lotteries where state = 'drawn' and number is not null) as drawn,
              (select count(*)::int from lottery_entries where outcome in ('waiting', 'not_drawn')) as left_out,
              (select count(*)::int from course_classes where state = 'finished') as finished,
              (select count(*)::int from unverified_claims) as unverified,
              (select count(*)::int from adjustments where state = 'approved') as adjusted,
              (select count(distinct signed_by)::int + count(distinct submitted_by)::int + count(distinct reviewed_by)::int
                 from periods where state = 'locked') as signers`,
    )) as Record<string, number>[];
    for (const [what, count] of Object.entries(found!)) expect({ what, some: count > 0 }).toEqual({ what, some: true });
    expect(found).toMatchObject({ signers: 3 });
  });

  it('is not played into a database that is in use, nor in production', async () => {
    const before = await asked(databases[1], FIGURES);
    const again = await simulate(databases[1].url);
    expect(again).toMatchObject({ code: 1, said: expect.stringMatching(/This database is in use \(classes: \d+/) });
    const production = await simulate(databases[1].url, SIZE, PRODUCTION);
    expect(production).toMatchObject({ code: 1 });
    expect(production.said).toMatch(/MODE=demo/);
    expect(await asked(databases[1], FIGURES)).toEqual(before);
  });
});

describe('every number of its wall chart', () => {
  let api: TestProcess & { address: string };
  let bureau: Person;
  let chart: { indicators: Figure[]; measures: (Figure & { year: YearFigure | null })[] };

  interface YearFigure {
    year: number;
    noData: boolean;
    provisional: number | null;
    confirmed: number | null;
  }
  interface Figure {
    code: string;
    measure?: string;
    actual: number | null;
    years: YearFigure[];
  }
  interface Entry {
    id: string;
    status: string;
    amount: number;
  }

  beforeAll(async () => {
    api = await startApi(databases[0].url);
    // All of its classes are over by then.
    await api.setClock(new Date('2027-01-31T01:00:00+08:00'));
    const { username } = DEMO_ACCOUNTS.find(({ role }) => role === 'bureau_officer')!;
    bureau = await new Person(api.address).signIn(username!, DEMO_PASSWORD);
    chart = await bureau.get(`/wall-chart?on=${YEAR}-12-31`);
  });
  afterAll(() => api?.stop());

  /** All entries that stand, page by page. */
  async function entries(query: string): Promise<Entry[]> {
    const found: Entry[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: Entry[]; next: string | null } = await bureau.get(
        `/ledger-entries?live=true&limit=100&${query}${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...page.items);
      cursor = page.next;
    }
    return found;
  }

  it('is the number of entries behind it, by year, status, township and school', async () => {
    const counted = [
      ...chart.indicators.filter(({ measure }) => measure === 'counted').map(({ code, years }) => ({ code, years })),
      ...chart.measures
        .filter(({ code, year }) => year && code !== 'session-attendances')
        .map(({ code, year }) => ({ code, years: [year!] })),
    ];
    let compared = 0;
    for (const { code, years } of counted) {
      for (const { year, ...figures } of years.filter(({ noData }) => !noData)) {
        const own = await entries(`measure=${code}&year=${year}`);
        for (const status of ['provisional', 'confirmed'] as const) {
          const found = own.filter((entry) => entry.status === status).length;
          expect({ code, year, status, found }).toEqual({ code, year, status, found: figures[status] });
          compared += found;
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
    for (const { code, measure } of chart.indicators) {
      if (measure !== 'counted') continue;
      const { byTownship, byOrganisation } = await bureau.get(`/indicators/${code}`);
      for (const { key, total } of byTownship) {
        const found = (await entries(`measure=${code}&regionCode=${key}`)).length;
        expect({ code, key, found }).toEqual({ code, key, found: total });
      }
      for (const { key, total } of byOrganisation) {
        const found = (await entries(`measure=${code}&organisationId=${key}`)).length;
        expect({ code, key, found }).toEqual({ code, key, found: total });
      }
    }
  });

  it('opens to the sessions and minutes of each, sealed', async () => {
    for (const { id } of await entries(`measure=social-training-annual&year=${YEAR}`)) {
      const entry = await bureau.get(`/ledger-entries/${id}`);
      expect(entry.seal).not.toBeNull();
      expect(entry.minutesAttended * 100).toBeGreaterThanOrEqual(entry.minutesFrozen * entry.threshold);
      const present = entry.sessions.filter(
        ({ attendance }: { attendance: string | null }) => attendance === 'present',
      );
      expect(present.length).toBeGreaterThan(0);
    }
  });
});
