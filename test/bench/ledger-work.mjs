import { sql } from './processes.mjs';

/** Distinct keys of totals, whatever the number of entries. */
const KEYS = 10_000;
const RESIDENTS = 5_000;

/**
 * Writes entries straight into the ledger, and the totals that they come to: the same keys, be they few or many. Checks
 * of single rows and indexes are left for later, or ten million rows would take an hour.
 */
export async function fillLedger(url, entries) {
  const held = await sql(
    url,
    `select indexname as name, indexdef as definition from pg_indexes
      where schemaname = 'huixue' and tablename = 'ledger_entries' and indexname like 'ix!_%' escape '!'`,
  );
  await sql(
    url,
    `set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'`,
    ...PLACES,
    `create table bench_keys as
       select k.n, m.measure, m.kind, to_char(date '2023-01-01' + make_interval(months => k.n % 46), 'YYYY-MM') as month,
              case when k.n % 7 = 0 then 'provisional' else 'confirmed' end as status,
              r.code as region_code, o.id as organisation_id
         from generate_series(0, ${KEYS - 1}) as k (n)
         join (values (0, 'social-training-annual', 'skills'), (1, 'vocational-training', 'skills'),
                      (2, 'elderly-person-times', 'elderly'), (3, 'community-person-times', 'community'))
              as m (i, measure, kind) on m.i = k.n % 4
         join (select code, row_number() over (order by code) - 1 as i from regions where level = 'village') r
              on r.i = (k.n / 92) % 94
         join (select id, row_number() over (order by id) - 1 as i from organisations) o on o.i = (k.n / 8648) % 16`,
    ...held.map(({ name }) => `drop index ${name}`),
    `insert into ledger_entries (resident_id, class_id, enrollment_id, measure, amount, status, counted_on, period,
            region_code, organisation_id, programme_kind, course_code, rule_id, evidence, cause, posted_at)
     select e.resident_id, e.class_id, e.id, k.measure, 1, k.status, (k.month || '-01')::date + (i % 28)::int, k.month,
            k.region_code, k.organisation_id, k.kind, 'BENCH', r.id,
            '{"sessions": [], "minutesAttended": 90, "minutesFrozen": 90, "minutesHeld": 90, "minutesApproved": 90, "threshold": 60}', 'evidence',
            now()
       from generate_series(0, ${entries - 1}) as i
       join bench_keys k on k.n = i % ${KEYS}
       join bench_enrollments e on e.n = i % ${RESIDENTS}
       cross join (select id from counting_rules order by version limit 1) r`,
    ...held.map(({ definition }) => definition),
    `insert into ledger_totals (measure, month, status, region_code, organisation_id, programme_kind, total)
     select measure, to_char(counted_on, 'YYYY-MM'), status, region_code, organisation_id, programme_kind, sum(amount)
       from ledger_entries group by 1, 2, 3, 4, 5, 6`,
    'vacuum (analyze) ledger_entries, ledger_totals',
    'checkpoint',
  );
}

/** A school with a class, and residents enrolled in it, to whom the entries belong. */
const PLACES = [
  `insert into organisations (id, kind, name, region_code, created_at)
     select gen_random_uuid(), 'community_school', '学校 ' || n, '330305001000', now() from generate_series(1, 16) n`,
  `insert into terms (id, name, starts_on, ends_on, created_at) values (gen_random_uuid(), '学期', '2023-01-01', '2023-12-31', now())`,
  `insert into courses (id, code, name, programme_kind, created_at) values (gen_random_uuid(), 'BENCH', '渔网编织', 'skills', now())`,
  `insert into staff (id, username, name, password_hash, created_at) values (gen_random_uuid(), 'teacher', '王老师', 'none', now())`,
  `insert into venues (id, organisation_id, region_code, name, address, capacity, step_free, access_route, created_at)
     select gen_random_uuid(), id, '330305001007', '教室', '小朴', 50, true, 'road', now() from organisations limit 1`,
  `insert into course_classes (id, code, course_id, term_id, organisation_id, programme_kind, name, teacher_id, venue_id,
          region_code, seats, waiting_limit, enrollment_opens_at, enrollment_closes_at, state, approved_minutes, created_at)
     select gen_random_uuid(), 'BENCH-1', k.id, t.id, v.organisation_id, 'skills', '渔网编织班', s.id, v.id, '330305001007',
            5000, 0, now(), now() + interval '1 day', 'published', 900, now()
       from courses k, terms t, staff s, venues v where k.code = 'BENCH' and s.username = 'teacher' limit 1`,
  `insert into residents (id, name, birth_date, region_code, created_at)
     select gen_random_uuid(), '居民' || n, '1960-05-06', '330305001007', now() from generate_series(1, ${RESIDENTS}) n`,
  `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     select gen_random_uuid(), c.id, r.id, c.term_id, 'skills', 'enrolled', now(), 'counter', now(), now()
       from residents r, course_classes c where c.code = 'BENCH-1'`,
  `create table bench_enrollments as
     select row_number() over () - 1 as n, id, class_id, resident_id from enrollments`,
];
