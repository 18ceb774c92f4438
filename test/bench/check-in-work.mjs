import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { readSettings, SystemClock, Tokens } from '../../dist/libs/core/src/index.js';
import { settings, sql } from './processes.mjs';

const VILLAGE = '330305001007';

/** So many sessions that begin at once, each with a teacher and residents of its own who all come. */
export function planCheckIns(sessions, residentsEach) {
  const rooms = Array.from({ length: sessions }, () => ({
    classId: randomUUID(),
    sessionId: randomUUID(),
    teacherId: randomUUID(),
    signInId: randomUUID(),
    venueId: randomUUID(),
  }));
  const marks = Array.from({ length: sessions * residentsEach }, (_, index) => ({
    id: randomUUID(),
    room: rooms[index % sessions],
    residentId: randomUUID(),
    enrollmentId: randomUUID(),
  }));
  return { rooms, marks };
}

const post = (path, body, headers = '') =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;

/** The platform: lectures that have just begun, so that one check-in is a person-time; their teachers are signed in. */
export const ours = {
  async seed(url, { rooms, marks }) {
    const at = new Date();
    const [school, term, course] = [randomUUID(), randomUUID(), randomUUID()];
    const minutes = (count) => new Date(at.getTime() + count * 60_000);
    const client = new pg.Client({ connectionString: url, options: '-c search_path=huixue,extensions' });
    await client.connect();
    const list = (items, name) => items.map((item) => item[name]);
    const of = (name) => list(rooms, name);
    try {
      await client.query('begin');
      await client.query(
        `insert into organisations (id, kind, name, region_code, created_at) values ($1, 'community_school', $2, '330305001000', $3)`,
        [school, `学校 ${school}`, at],
      );
      await client.query(`insert into terms (id, name, starts_on, ends_on, created_at) values ($1, $2, $3, $4, $5)`, [
        term,
        `学期 ${term}`,
        minutes(-60 * 1440),
        minutes(120 * 1440),
        at,
      ]);
      await client.query(
        `insert into courses (id, code, name, programme_kind, created_at) values ($1, $2, '防诈骗讲座', 'community', $3)`,
        [course, course, at],
      );
      await client.query(
        `insert into staff (id, username, name, password_hash, created_at)
         select id, id::text, '王老师', 'none', $2 from unnest($1::uuid[]) as t (id)`,
        [of('teacherId'), at],
      );
      await client.query(
        `insert into staff_roles (id, staff_id, role, organisation_id, since)
         select gen_random_uuid(), id, 'teacher', $2, $3 from unnest($1::uuid[]) as t (id)`,
        [of('teacherId'), school, at],
      );
      await client.query(
        `insert into sign_ins (id, staff_id, created_at, expires_at)
         select s, t, $3, $3::timestamptz + interval '1 day' from unnest($1::uuid[], $2::uuid[]) as p (s, t)`,
        [of('signInId'), of('teacherId'), at],
      );
      await client.query(
        `insert into venues (id, organisation_id, region_code, name, address, capacity, step_free, access_route, created_at)
         select id, $2, $3, '教室 ' || id, '小朴', 5000, true, 'road', $4 from unnest($1::uuid[]) as v (id)`,
        [of('venueId'), school, VILLAGE, at],
      );
      await client.query(
        `insert into course_classes (id, code, course_id, term_id, organisation_id, programme_kind, name, teacher_id, venue_id,
           region_code, seats, waiting_limit, enrollment_opens_at, enrollment_closes_at, state, approved_minutes,
           published_at, first_session_at, last_session_at, created_at)
         select c, c::text, $4, $5, $6, 'community', '防诈骗讲座', t, v, $7, 1000, 0, $8, $9, 'published', 90, $8, $10, $11, $8
           from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as p (c, t, v)`,
        [
          of('classId'),
          of('teacherId'),
          of('venueId'),
          course,
          term,
          school,
          VILLAGE,
          minutes(-20 * 1440),
          minutes(-1440),
          minutes(-5),
          minutes(85),
        ],
      );
      await client.query(
        `insert into class_sessions (id, class_id, number, starts_at, ends_at, venue_id, teacher_id, reserved, frozen, created_at)
         select s, c, 1, $5, $6, v, t, true, true, $5 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) as p (s, c, v, t)`,
        [of('sessionId'), of('classId'), of('venueId'), of('teacherId'), minutes(-5), minutes(85)],
      );
      await client.query(
        `insert into class_availability (class_id, state, seats, taken) select c, 'published', 1000, $2 from unnest($1::uuid[]) as p (c)`,
        [of('classId'), marks.length / rooms.length],
      );
      await client.query(
        `insert into residents (id, name, birth_date, region_code, created_at)
         select id, '居民' || n, '1960-05-06', $2, $3 from unnest($1::uuid[]) with ordinality as r (id, n)`,
        [list(marks, 'residentId'), VILLAGE, minutes(-30 * 1440)],
      );
      await client.query(
        `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
         select e, c, r, $4, 'community', 'enrolled', $5, 'counter', $5, $5
           from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as p (e, c, r)`,
        [
          list(marks, 'enrollmentId'),
          marks.map(({ room }) => room.classId),
          list(marks, 'residentId'),
          term,
          minutes(-19 * 1440),
        ],
      );
      await client.query('commit');
    } finally {
      await client.end();
    }
    const tokens = new Tokens(readSettings(settings(url)), new SystemClock());
    return marks.map(({ id, room, residentId }) => {
      const token = tokens.issue({ kind: 'staff', id: room.teacherId, signInId: room.signInId });
      const item = { id, kind: 'teacher_mark', residentId, status: 'present', deviceTime: at.toISOString() };
      const body = JSON.stringify({ deviceId: `tablet ${room.teacherId}`, items: [item] });
      return post(`/api/v1/sessions/${room.sessionId}/marks`, body, `Authorization: Bearer ${token}\r\n`);
    });
  },

  /** Attendances of the round's sessions. */
  async stored(url, { rooms }) {
    const [found] = await sql(
      url,
      `select count(*)::int as stored from attendances where status = 'present' and session_id in (${quoted(rooms)})`,
    );
    return found.stored;
  },

  rest: (url) =>
    sql(
      url,
      'vacuum (analyze) marks, attendances, class_sessions, enrollments, residents, audit_entries, outbox, course_classes, staff',
      'checkpoint',
    ),
};

/** The baseline: nothing of sessions and residents but their ids. */
export const baseline = {
  seed: (_, { marks }) =>
    marks.map(({ id, room, residentId }) =>
      post(
        `/sessions/${room.sessionId}/marks`,
        JSON.stringify({
          id,
          residentId,
          status: 'present',
          deviceId: `tablet ${room.teacherId}`,
          deviceTime: new Date().toISOString(),
        }),
      ),
    ),

  async stored(url, { rooms }) {
    const [found] = await sql(url, `select count(*)::int as stored from marks where session_id in (${quoted(rooms)})`);
    return found.stored;
  },

  rest: (url) => sql(url, 'vacuum (analyze) marks', 'checkpoint'),
};

const quoted = (rooms) => rooms.map(({ sessionId }) => `'${sessionId}'`).join(', ');
