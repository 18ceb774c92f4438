import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '#demo';
import { cardNumber, cli } from './district.js';
import { Person } from './person.js';
import { startApi, startWorker, type TestProcess } from './processes.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { waitFor } from './wait-for.js';

/** Of whom the demo has somebody to sign in as. */
export type DemoRole = (typeof DEMO_ACCOUNTS)[number]['role'];

/** What the addresses of the pages name, one of each. */
export interface DemoIds {
  /** A class in which the demo's resident may have a seat, and one that has none left. */
  free: string;
  full: string;
  lottery: string;
  lotteryClass: string;
  /** The resident behind the demo's account. */
  self: string;
  /** An offer that waits for this resident's answer. */
  mine: string;
  /** A session of today with its class. */
  session: { id: string; classId: string };
  /** A class of the school with somebody in it, that person, and a class that is still a draft. */
  published: string;
  resident: string;
  draft: string;
  /** A class of the school below its minimum, and one that was stopped for it. */
  small: string;
  stopped: string;
  /** A class of the school whose applications it decides, somebody who has a seat in it, and an appeal. */
  byApproval: string;
  enrollment: string;
  appeal: string;
  /** Marks that were entered late and wait for the principal. */
  lateSheet: string;
  /** The code of a printed roster sheet. */
  sheet: string;
  /** Somebody whom the school is to call. */
  call: string;
  /** An entry of the ledger with what it stands for. */
  entry: { id: string; classId: string; organisationId: string; enrollmentId: string; period: string };
  /** A list of trainings that was read and waits to be confirmed. */
  import: string;
  /** A class that can be merged into another. */
  merger: { organisationId: string; classId: string };
  /** Two residents whose records can be compared. */
  twice: { first: string; second: string };
  /** A figure of before the platform, signed. */
  opening: string;
  /** A class that waits for the bureau. */
  review: string;
  /** Of the staff: who reports the figures of a department. */
  officer: string;
}

/** The made-up district of `npm start`, at ten in the morning of the day around which it was laid. */
export class DemoDistrict {
  private readonly people = new Map<DemoRole, Promise<Person>>();

  private constructor(
    private readonly database: TestDatabase,
    private readonly api: TestProcess & { address: string },
    private readonly worker: TestProcess & { address: string },
    /** The moment at which its clocks stand, in ISO 8601. */
    readonly now: string,
  ) {}

  static async open(): Promise<DemoDistrict> {
    const database = await createTestDatabase();
    cli(['demo'], database.url);
    const [api, worker] = await Promise.all([startApi(database.url), startWorker(database.url)]);
    const now = `${await dayOfDemo(database)}T10:00:00+08:00`;
    await Promise.all([api, worker].map((program) => program.setClock(new Date(now))));
    return new DemoDistrict(database, api, worker, now);
  }

  async close(): Promise<void> {
    await Promise.all([this.api.stop(), this.worker.stop()]);
    await this.database.drop();
  }

  get address(): string {
    return this.api.address;
  }

  /** Somebody of this role, signed in; the same person each time. */
  somebody(role: DemoRole): Promise<Person> {
    const known = this.people.get(role) ?? this.signIn(role);
    this.people.set(role, known);
    return known;
  }

  /** Looks up what the pages are to show. */
  async ids(): Promise<DemoIds> {
    const [resident, teacher, registrar, officer] = await Promise.all(
      (['resident', 'teacher', 'registrar', 'bureau_officer'] as const).map((role) => this.somebody(role)),
    );
    const schoolOf = async (person: Person) => (await person.get('/me')).roles[0].organisationId as string;
    const open = (await resident!.get('/classes?openOnly=true&limit=100')).items;
    const bySeats = (wanted: boolean) => open.filter((one: any) => one.seatsLeft > 0 === wanted);
    const self = (await resident!.get('/me/residents'))[0].id;
    const mayEnroll = await Promise.all(
      bySeats(true).map(
        async ({ id }: any) => (await resident!.get(`/classes/${id}/eligibility?residentId=${self}`)).eligible,
      ),
    );
    const today = `sessions?day=${this.now.slice(0, 10)}&mine=true`;
    const sessions = (await teacher!.get(`/organisations/${await schoolOf(teacher!)}/${today}`)).items;
    const school = await schoolOf(registrar!);
    const classes = (await registrar!.get(`/organisations/${school}/classes?limit=100`)).items;
    const calls = (await registrar!.get(`/organisations/${await schoolOf(registrar!)}/call-tasks`)).items;
    const published = classes.find((one: any) => one.state === 'published' && one.seatsLeft < one.seats).id;
    const [lottery] = (await resident!.get('/lotteries')).items;
    const byApproval = (await registrar!.get(`/organisations/${school}/to-decide`)).applications[0].classId;
    const [small] = (await registrar!.get(`/organisations/${school}/classes-below-minimum`)).items;
    const [one, another] = (await registrar!.get(`/classes/${published}/enrollments`)).items;
    return {
      free: bySeats(true)[Math.max(0, mayEnroll.indexOf(true))].id,
      full: bySeats(false)[0].id,
      lottery: lottery.id,
      lotteryClass: lottery.classId,
      self,
      mine: (await resident!.get('/me/enrollments')).items.find((one: any) => one.state === 'offered').id,
      session: sessions[0],
      published,
      resident: one.residentId,
      twice: { first: one.residentId, second: another.residentId },
      call: calls.find((one: any) => one.maskedPhone !== null).id,
      small: small.id,
      stopped: classes.find((one: any) => one.state === 'stopped').id,
      draft: classes.find((one: any) => one.state === 'draft').id,
      byApproval,
      enrollment: (await registrar!.get(`/classes/${byApproval}/enrollments?state=enrolled`)).items[0].id,
      appeal: (await registrar!.get(`/organisations/${school}/appeals`)).items[0].id,
      lateSheet: await this.lateSheet(registrar!, school, classes),
      sheet: (await teacher!.post(`/sessions/${sessions[0].id}/roster-sheets`)).code,
      entry: (await officer!.get('/ledger-entries?live=true')).items[0],
      import: await this.import(officer!),
      merger: { organisationId: school, classId: small.id },
      opening: (await officer!.get('/opening-figures?state=signed')).items[0].id,
      review: (await officer!.get('/class-reviews')).items[0].id,
      officer: (await officer!.get('/staff?role=department_officer')).items[0].id,
    };
  }

  /** Everybody of a class entered at its first session, long after. */
  private async lateSheet(registrar: Person, school: string, classes: any[]): Promise<string> {
    const before = new Date(Date.parse(this.now) - 9 * 86_400_000).toISOString();
    const begun = classes.find(
      ({ state, firstSessionAt, seats, seatsLeft }) =>
        state === 'published' && seatsLeft < seats && firstSessionAt !== null && firstSessionAt < before,
    );
    const { sessions } = await registrar.get(`/classes/${begun.id}`);
    const roster = (await registrar.get(`/sessions/${sessions[0].id}/roster`)).items;
    const mark = (residentId: string, status: string) => ({
      id: randomUUID(),
      kind: 'teacher_mark',
      residentId,
      status,
      deviceTime: this.now,
      because: '当天停电，按纸质签到表补录',
    });
    await registrar.post(`/sessions/${sessions[0].id}/marks`, {
      deviceId: 'office',
      items: roster.map((one: any, index: number) => mark(one.residentId, index % 3 === 2 ? 'excused' : 'present')),
    });
    return (await registrar.get(`/organisations/${school}/late-sheets`)).items[0].id;
  }

  /** A list as a department sends it, with a row that cannot be used and one that would not count. */
  private async import(officer: Person): Promise<string> {
    const [department] = (await officer.get('/organisations?limit=1')).items;
    const body = { kind: 'training', departmentId: department.id, fileName: '2026年第一季度补贴培训名单.csv' };
    const { id } = await officer.post('/imports', body);
    const row = (name: string, card: string, hours: number) =>
      `${name},${card},养老护理员,2026年第1期,2026-01-05,2026-01-16,${hours}\n`;
    const heading = '姓名,身份证号,培训工种,班期,开始日期,结束日期,课时\n';
    const rows =
      row('林海生', cardNumber('1980-01-01', 1), 40) +
      row('叶秀兰', cardNumber('1975-06-30', 2), 4) +
      row('郭大明', '3.30305E+17', 40);
    await officer.upload(`/imports/${id}/file`, Buffer.from(heading + rows));
    await waitFor('the list to be read', async () => (await officer.get(`/imports/${id}`)).state === 'ready');
    return id;
  }

  private async signIn(role: DemoRole): Promise<Person> {
    const person = new Person(this.address);
    const { username, phone } = DEMO_ACCOUNTS.find((account) => account.role === role)!;
    if (username) return person.signIn(username, DEMO_PASSWORD);
    await person.post('/sign-in/sms-codes', { phone });
    const { code } = await person.post('/demo/last-sms', { phone });
    person.token = (await person.post('/sign-in/sms', { phone, code })).token;
    return person;
  }
}

/** As the loader wrote it: a new day may have begun since. */
async function dayOfDemo({ url }: TestDatabase): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ day: string }>(`select day::text from huixue.demo_loads`);
    return rows[0]!.day;
  } finally {
    await client.end();
  }
}
