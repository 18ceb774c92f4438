import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { SeatReserve } from '#contracts';
import { readSettings, rows, Sealing } from '#core';
import { testSettings } from './test-settings.js';

/** The village in which everything of a seed is: 小朴社区. */
const VILLAGE = '330305001007';

/** A class that was published long ago, with the rows it hangs on. */
export interface SeededClass {
  classId: string;
  termId: string;
  organisationId: string;
  courseId: string;
}

interface ClassOptions {
  seats: number;
  /** A class of the same school and term as an earlier one. */
  beside?: SeededClass;
  programmeKind?: string;
  waitingLimit?: number | null;
  /** Day of its one session, counted from the moment of seeding. */
  inDays?: number;
  /** When enrollment closes, counted likewise; thirty unless given. */
  closesInDays?: number;
  admission?: 'first_come' | 'lottery' | 'approval';
  /** A course of which another class is a parallel one. */
  courseId?: string;
  seatReserves?: SeatReserve[];
}

/**
 * Writes a published class straight into the tables, for tests whose subject comes after publication. Enrollment is
 * open from a day before `at`.
 */
export async function seedClass(source: DataSource, at: Date, options: ClassOptions): Promise<SeededClass> {
  const { seats, beside, programmeKind = 'skills', waitingLimit = null, inDays = 30 } = options;
  const { admission = 'first_come', seatReserves = [], closesInDays = 30 } = options;
  const [classId, staffId, venueId] = [randomUUID(), randomUUID(), randomUUID()];
  const courseId = options.courseId ?? randomUUID();
  const organisationId = beside?.organisationId ?? randomUUID();
  const termId = beside?.termId ?? randomUUID();
  const day = (days: number) => new Date(at.getTime() + days * 86_400_000);
  const starts = day(inDays);
  const ends = new Date(starts.getTime() + 90 * 60_000);
  const run = (sql: string, ...values: unknown[]) => rows(source, sql, values);
  if (!beside) {
    await run(
      `insert into organisations (id, kind, name, region_code, created_at) values ($1, 'community_school', $2, '330305001000', $3)`,
      organisationId,
      `学校 ${organisationId}`,
      at,
    );
    await run(
      `insert into terms (id, name, starts_on, ends_on, created_at) values ($1, $2, $3, $4, $5)`,
      termId,
      `学期 ${termId}`,
      day(-60),
      day(120),
      at,
    );
  }
  await run(
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '王老师', 'none', $3)`,
    staffId,
    staffId,
    at,
  );
  await run(
    `insert into venues (id, organisation_id, region_code, name, address, capacity, step_free, access_route, created_at)
     values ($1, $2, $3, $4, '小朴', 5000, true, 'road', $5)`,
    venueId,
    organisationId,
    VILLAGE,
    `教室 ${venueId}`,
    at,
  );
  await run(
    `insert into courses (id, code, name, programme_kind, created_at) values ($1, $2, '渔网编织', $3, $4) on conflict do nothing`,
    courseId,
    courseId,
    programmeKind,
    at,
  );
  await run(
    `insert into course_classes (id, code, course_id, term_id, organisation_id, programme_kind, name, teacher_id, venue_id, region_code, seats,
       waiting_limit, enrollment_opens_at, enrollment_closes_at, state, approved_minutes, published_at, first_session_at, last_session_at, created_at, admission, seat_reserves)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $17, $10, $11, $12, $13, 'published', 90, $14, $15, $16, $14, $18, $19)`,
    classId,
    classId,
    courseId,
    termId,
    organisationId,
    programmeKind,
    `班级 ${classId}`,
    staffId,
    venueId,
    seats,
    waitingLimit,
    day(-1),
    day(closesInDays),
    at,
    starts,
    ends,
    VILLAGE,
    admission,
    JSON.stringify(seatReserves),
  );
  await run(
    `insert into class_sessions (id, class_id, number, starts_at, ends_at, venue_id, teacher_id, reserved, created_at)
     values ($1, $2, 1, $3, $4, $5, $6, true, $7)`,
    randomUUID(),
    classId,
    starts,
    ends,
    venueId,
    staffId,
    at,
  );
  await run(`insert into class_availability (class_id, state, seats) values ($1, 'published', $2)`, classId, seats);
  return { classId, termId, organisationId, courseId };
}

/** A resident with an account and a sign-in of its own. */
export interface SeededResident {
  residentId: string;
  accountId: string;
  signInId: string;
}

/** Writes so many residents of 1960 with accounts and sign-ins straight into the tables. */
export async function seedResidents(source: DataSource, at: Date, count: number): Promise<SeededResident[]> {
  const residents = Array.from({ length: count }, () => ({
    residentId: randomUUID(),
    accountId: randomUUID(),
    signInId: randomUUID(),
  }));
  const sealing = new Sealing(readSettings(testSettings('postgres://unused@127.0.0.1/unused')));
  const ids = residents.map(({ residentId }) => residentId);
  const accounts = residents.map(({ accountId }) => accountId);
  await rows(
    source,
    `insert into residents (id, name, birth_date, region_code, created_at)
     select id, '居民' || n, '1960-05-06', $2, $3 from unnest($1::uuid[]) with ordinality as r (id, n)`,
    [ids, VILLAGE, at],
  );
  await rows(
    source,
    `insert into accounts (id, phone_sealed, phone_hash, created_at)
     select id, sealed, uuid_send(id), $3 from unnest($1::uuid[], $2::bytea[]) as a (id, sealed)`,
    [accounts, accounts.map((_, index) => sealing.seal('phone', String(13_000_000_000 + index))), at],
  );
  await rows(
    source,
    `insert into account_residents (account_id, resident_id, relation, since)
     select a, r, 'self', $3 from unnest($1::uuid[], $2::uuid[]) as p (a, r)`,
    [accounts, ids, at],
  );
  await rows(
    source,
    `insert into sign_ins (id, account_id, created_at, expires_at)
     select s, a, $3, $3::timestamptz + interval '90 days' from unnest($1::uuid[], $2::uuid[]) as p (s, a)`,
    [residents.map(({ signInId }) => signInId), accounts, at],
  );
  return residents;
}
