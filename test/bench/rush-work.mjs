import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { readSettings, Sealing, SystemClock, Tokens } from '../../dist/libs/core/src/index.js';
import { settings, sql } from './processes.mjs';

const CLASSES = 20;
const SEATS = 30;
const SESSIONS = 8;
const VILLAGE = '330305001007';

/**
 * What is asked for: `20x30`: 20 classes of 30 seats, each resident asks for two of them; `all-fit`: 20 classes with a
 * seat for everyone who asks; `hot`: one class with as many seats as the twenty have together, for which twice as many
 * residents ask once.
 */
export const SHAPES = {
  '20x30': (residents) => ({ residents, classes: CLASSES, seats: SEATS, asksOf: twoDifferent }),
  'all-fit': (residents) => ({
    residents,
    classes: CLASSES,
    seats: Math.ceil((residents * 2) / CLASSES) + 1,
    asksOf: twoDifferent,
  }),
  hot: (residents) => ({ residents: residents * 2, classes: 1, seats: CLASSES * SEATS, asksOf: () => [0] }),
};

/** Every pair of different classes equally often. */
function twoDifferent(resident, classes) {
  const first = resident % classes;
  const distance = 1 + (Math.floor(resident / classes) % (classes - 1));
  return [first, (first + distance) % classes];
}

/** A round's work: new classes and residents, and who asks for what in which order, the same on both sides. */
export function planRush(shape, residents, seed) {
  const plan = SHAPES[shape](residents);
  const people = Array.from({ length: plan.residents }, () => ({
    residentId: randomUUID(),
    accountId: randomUUID(),
    signInId: randomUUID(),
  }));
  const asks = people.flatMap((person, index) =>
    plan.asksOf(index, plan.classes).map((course) => ({ person, course })),
  );
  return {
    people,
    asks: shuffled(asks, seed),
    classIds: Array.from({ length: plan.classes }, () => randomUUID()),
    seats: plan.seats,
    /** Seats that are given when all have asked. */
    given: Math.min(asks.length, plan.seats * plan.classes),
  };
}

/** Fisher and Yates, with dice that fall the same for the same seed. */
function shuffled(list, seed) {
  let state = seed;
  for (let last = list.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}

const post = (path, body, headers = '') =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;

const bodyOf = ({ classIds }, { person, course }) =>
  JSON.stringify({ classId: classIds[course], residentId: person.residentId });

/** The platform: elderly classes of one new term, of which a resident may hold two, and residents who are signed in. */
export const ours = {
  async seed(url, plan) {
    const client = new pg.Client({ connectionString: url, options: '-c search_path=huixue,extensions' });
    await client.connect();
    try {
      const at = new Date();
      const day = (days) => new Date(at.getTime() + days * 86_400_000);
      const [school, term, course] = [randomUUID(), randomUUID(), randomUUID()];
      await client.query('begin');
      await client.query(
        `insert into organisations (id, kind, name, region_code, created_at) values ($1, 'community_school', $2, '330305001000', $3)`,
        [school, `学校 ${school}`, at],
      );
      await client.query(`insert into terms (id, name, starts_on, ends_on, created_at) values ($1, $2, $3, $4, $5)`, [
        term,
        `学期 ${term}`,
        day(-60),
        day(120),
        at,
      ]);
      await client.query(
        `insert into courses (id, code, name, programme_kind, created_at) values ($1, $2, '渔网编织', 'elderly', $3)`,
        [course, course, at],
      );
      for (const [index, id] of plan.classIds.entries())
        await seedClass(client, { id, index, at, day, school, term, course, plan });
      await seedResidents(client, plan.people, at);
      await client.query('commit');
    } finally {
      await client.end();
    }
    const tokens = new Tokens(readSettings(settings(url)), new SystemClock());
    return plan.asks.map((ask) => {
      const token = tokens.issue({ kind: 'account', id: ask.person.accountId, signInId: ask.person.signInId });
      return post(
        '/api/v1/enrollments',
        bodyOf(plan, ask),
        `Authorization: Bearer ${token}\r\nIdempotency-Key: ${randomUUID()}\r\n`,
      );
    });
  },

  /** What is stored: counted from the enrollments themselves, and the greatest number of seats given of one class. */
  async stored(url, plan) {
    const [found] = await sql(
      url,
      `select sum(enrolled)::int as enrolled, sum(waiting)::int as waiting, max(enrolled)::int as most, bool_and(counted) as counted from (
         select count(*) filter (where e.state in ('enrolled', 'offered', 'finished')) as enrolled,
                count(*) filter (where e.state = 'waiting') as waiting,
                a.taken + a.offered = count(*) filter (where e.state in ('enrolled', 'offered', 'finished'))
                and a.waiting = count(*) filter (where e.state = 'waiting') as counted
           from class_availability a join enrollments e on e.class_id = a.class_id
          where a.class_id in (${plan.classIds.map((id) => `'${id}'`).join(', ')}) group by a.class_id) c`,
    );
    return found;
  },

  rest: (url) =>
    sql(
      url,
      'vacuum (analyze) enrollments, enrollment_moves, resident_terms, residents, accounts, account_residents, sign_ins, idempotency_keys, audit_entries, class_availability, course_classes, class_sessions',
      'checkpoint',
    ),
};

async function seedClass(client, { id, index, at, day, school, term, course, plan }) {
  const [teacher, venue] = [randomUUID(), randomUUID()];
  // No two classes meet at the same time: another weekday or another hour.
  const startsAt = (week) =>
    new Date(day(30 + week * 7 + (index % 5)).getTime() + Math.floor(index / 5) * 2 * 3_600_000);
  const endsAt = (week) => new Date(startsAt(week).getTime() + 90 * 60_000);
  await client.query(
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '王老师', 'none', $3)`,
    [teacher, teacher, at],
  );
  await client.query(
    `insert into venues (id, organisation_id, region_code, name, address, capacity, step_free, access_route, created_at)
     values ($1, $2, $3, $4, '小朴', 5000, true, 'road', $5)`,
    [venue, school, VILLAGE, `教室 ${venue}`, at],
  );
  await client.query(
    `insert into course_classes (id, code, course_id, term_id, organisation_id, programme_kind, name, teacher_id, venue_id, region_code, seats,
       waiting_limit, enrollment_opens_at, enrollment_closes_at, min_age, state, approved_minutes, published_at, first_session_at, last_session_at, created_at)
     values ($1, $2, $3, $4, $5, 'elderly', $6, $7, $8, $9, $10, 100000, $11, $12, 50, 'published', 90, $13, $14, $15, $13)`,
    [
      id,
      id,
      course,
      term,
      school,
      `渔网编织 ${index + 1} 班`,
      teacher,
      venue,
      VILLAGE,
      plan.seats,
      day(-1),
      day(20),
      at,
      startsAt(0),
      endsAt(SESSIONS - 1),
    ],
  );
  for (let week = 0; week < SESSIONS; week++) {
    await client.query(
      `insert into class_sessions (id, class_id, number, starts_at, ends_at, venue_id, teacher_id, reserved, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, true, $8)`,
      [randomUUID(), id, week + 1, startsAt(week), endsAt(week), venue, teacher, at],
    );
  }
  await client.query(`insert into class_availability (class_id, state, seats) values ($1, 'published', $2)`, [
    id,
    plan.seats,
  ]);
}

async function seedResidents(client, people, at) {
  const sealing = new Sealing(readSettings(settings('postgres://unused@127.0.0.1/unused')));
  const ids = people.map(({ residentId }) => residentId);
  const accounts = people.map(({ accountId }) => accountId);
  await client.query(
    `insert into residents (id, name, birth_date, region_code, created_at)
     select id, '居民' || n, '1960-05-06', $2, $3 from unnest($1::uuid[]) with ordinality as r (id, n)`,
    [ids, VILLAGE, at],
  );
  await client.query(
    `insert into accounts (id, phone_sealed, phone_hash, created_at)
     select id, sealed, uuid_send(id), $3 from unnest($1::uuid[], $2::bytea[]) as a (id, sealed)`,
    [accounts, accounts.map((_, index) => sealing.seal('phone', String(13_000_000_000 + index))), at],
  );
  await client.query(
    `insert into account_residents (account_id, resident_id, relation, since)
     select a, r, 'self', $3 from unnest($1::uuid[], $2::uuid[]) as p (a, r)`,
    [accounts, ids, at],
  );
  await client.query(
    `insert into sign_ins (id, account_id, created_at, expires_at)
     select s, a, $3, $3::timestamptz + interval '90 days' from unnest($1::uuid[], $2::uuid[]) as p (s, a)`,
    [people.map(({ signInId }) => signInId), accounts, at],
  );
}

/** The baseline: classes, and nothing of the residents but their ids. */
export const baseline = {
  async seed(url, plan) {
    await sql(
      url,
      `insert into classes (id, seats) values ${plan.classIds.map((id) => `('${id}', ${plan.seats})`).join(', ')}`,
    );
    return plan.asks.map((ask) => post('/enrollments', bodyOf(plan, ask)));
  },

  async stored(url, plan) {
    const [found] = await sql(
      url,
      `select sum(enrolled)::int as enrolled, sum(waiting)::int as waiting, max(enrolled)::int as most, bool_and(counted) as counted from (
         select count(*) filter (where e.state = 'enrolled') as enrolled, count(*) filter (where e.state = 'waiting') as waiting,
                c.taken = count(*) filter (where e.state = 'enrolled') and c.waiting = count(*) filter (where e.state = 'waiting') as counted
           from classes c join enrollments e on e.class_id = c.id
          where c.id in (${plan.classIds.map((id) => `'${id}'`).join(', ')}) group by c.id) c`,
    );
    return found;
  },

  rest: (url) => sql(url, 'vacuum (analyze) classes, enrollments', 'checkpoint'),
};

/** @throws when a seat too many was given, or what was answered is not what is stored. */
export function checkStored(side, plan, answered, stored) {
  const { enrolled = 0, waiting = 0, ...others } = answered;
  const wrong =
    (Object.keys(others).length > 0 && `it answered ${JSON.stringify(others).slice(0, 500)}`) ||
    (stored.most > plan.seats && `a class of ${plan.seats} seats has ${stored.most}`) ||
    (!stored.counted && 'its counts are not those of its enrollments') ||
    ((stored.enrolled !== enrolled || (stored.waiting ?? 0) !== waiting) &&
      `it answered ${enrolled} seats and ${waiting} waiting, and stored ${stored.enrolled} and ${stored.waiting}`) ||
    (enrolled !== plan.given && `it gave ${enrolled} of ${plan.given} seats`);
  if (wrong) throw new Error(`${side}: ${wrong}.`);
}
