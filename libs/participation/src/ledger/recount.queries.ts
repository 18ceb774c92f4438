import type { EntityManager } from 'typeorm';
import { DISTRICT_ZONE } from '#contracts';
import { type CopiedValue, copyRows, preparedRows, rows } from '#core';
import { entryText } from '../counting/entry-text.rules.js';
import type { Claim } from '../counting/mapping.rules.js';
import type { AttendanceCount, GroupTotalChange, LiveEntry, TotalChange } from '../counting/difference.rules.js';
import type { PostedIn } from '../periods/periods.rules.js';

/** Records of the same people as these residents, $1; what they are and why each is looked up by itself: {@link readSamePeople}. */
const SAME_PEOPLE = `used as materialized (
       select distinct coalesce(r.merged_into, r.id) as id
         from unnest($1::uuid[]) as asked (id)
         join lateral (select id, merged_into from residents own where own.id = asked.id offset 0) r on true
     ), people as materialized (
       select r.id, r.merged_into from used
         join lateral (select id, merged_into from residents own where own.id = used.id offset 0) r on true
       union
       select r.id, r.merged_into from used
         join lateral (select id, merged_into from residents other where other.merged_into = used.id offset 0) r on true
     )`;

/**
 * Locks these residents and all other records of the same people in id order, so that two recounts of one resident come
 * after each other. NO KEY UPDATE lets the foreign keys of marks and enrollments through: a check-in never waits for a
 * recount.
 *
 * @returns those that exist
 */
async function lockSamePeople(em: EntityManager, residentIds: readonly string[]): Promise<string[]> {
  const locked = await preparedRows<{ id: string }>(
    em,
    `with ${SAME_PEOPLE}
     select id from residents where id = any(array(select id from people)) order by id for no key update`,
    [residentIds],
  );
  return locked.map(({ id }) => id);
}

/**
 * These residents, with all other records of the same people: those that were merged into them, and those into which
 * they were. What one record has in the ledger and the other is to have must be seen together.
 *
 * Each is looked up by itself (an offset keeps PostgreSQL from joining otherwise): while a list registers tens of thousands,
 * what PostgreSQL knows of the table is old, and it would read all of it for each batch.
 *
 * @returns each record, and where it was merged into one the record that is used
 */
export const readSamePeople = (em: EntityManager, residentIds: readonly string[]): Promise<SamePerson[]> =>
  preparedRows<SamePerson>(em, `with ${SAME_PEOPLE} select id, merged_into from people order by id`, [residentIds]);

/**
 * Locks all records of these people, {@link lockSamePeople}, and reads which they are. Where records were merged while their
 * locks were waited for, one of them may be somebody whose other record is not locked yet: then that is, too, or two recounts
 * of the one person, each behind the lock of another record, would both post the same.
 */
export async function lockPeople(
  em: EntityManager,
  residentIds: readonly string[],
): Promise<{ locked: string[]; people: SamePerson[] }> {
  for (let ids = residentIds; ;) {
    // Sent together; who is one person is read once they are locked.
    const [locked, people] = await Promise.all([lockSamePeople(em, ids), readSamePeople(em, ids)]);
    const held = new Set(locked);
    if (people.every(({ id }) => held.has(id))) return { locked, people };
    ids = people.map(({ id }) => id);
  }
}

/** A record of a person. */
export interface SamePerson {
  id: string;
  merged_into: string | null;
}

/**
 * What the ledger says of these residents: entries of +1 that nothing has taken back, the oldest first. Each resident's are
 * looked up by themselves, as {@link readSamePeople} does.
 */
export async function readLiveEntries(em: EntityManager, residentIds: readonly string[]): Promise<LiveEntry[]> {
  return preparedRows<LiveEntry>(
    em,
    `select e.id, e.resident_id as "residentId", e.class_id as "classId", e.enrollment_id as "enrollmentId",
            e.record_id as "recordId", e.measure,
            e.status, e.counted_on as "countedOn", e.region_code as "regionCode",
            e.organisation_id as "organisationId", e.programme_kind as "programmeKind",
            e.course_code as "courseCode", e.rule_id as "ruleId", e.evidence, e.groups
       from (select distinct id from unnest($1::uuid[]) as a (id)) as asked
       join lateral (select * from ledger_entries own where own.resident_id = asked.id offset 0) e on true
      where e.amount = 1
        and not exists (select 1 from ledger_entries r where r.reverses = e.id)
      order by e.id`,
    [residentIds],
  );
}

/** The session attendances of these residents that the totals hold. */
export async function readCountedAttendances(
  em: EntityManager,
  residentIds: readonly string[],
): Promise<AttendanceCount[]> {
  return preparedRows<AttendanceCount>(
    em,
    `select resident_id as "residentId", class_id as "classId", month, region_code as "regionCode",
            organisation_id as "organisationId", programme_kind as "programmeKind", sessions
       from counted_attendances where resident_id = any($1::uuid[])`,
    [residentIds],
  );
}

/** What an entry says, by column. */
const ENTRY: readonly [column: string, type: string, of: (posting: PostedIn) => CopiedValue][] = [
  ['resident_id', 'uuid', (posting) => posting.residentId],
  ['class_id', 'uuid', (posting) => posting.classId],
  ['enrollment_id', 'uuid', (posting) => posting.enrollmentId],
  ['record_id', 'uuid', (posting) => posting.recordId],
  ['measure', 'text', (posting) => posting.measure],
  ['amount', 'smallint', (posting) => posting.amount],
  ['status', 'text', (posting) => posting.status],
  ['counted_on', 'date', (posting) => posting.countedOn],
  ['period', 'text', (posting) => posting.period],
  ['region_code', 'text', (posting) => posting.regionCode],
  ['organisation_id', 'uuid', (posting) => posting.organisationId],
  ['programme_kind', 'text', (posting) => posting.programmeKind],
  ['course_code', 'text', (posting) => posting.courseCode],
  ['rule_id', 'uuid', (posting) => posting.ruleId],
  ['evidence', 'json', (posting) => entryText(posting.evidence)],
  ['reverses', 'bigint', (posting) => posting.reverses],
  ['cause', 'text', (posting) => posting.cause],
  ['groups', 'jsonb', (posting) => posting.groups && JSON.stringify(posting.groups)],
];
const ENTRY_COLUMNS = ENTRY.map(([column]) => column);
const POST = `
    insert into ledger_entries (${ENTRY_COLUMNS.join(', ')}, posted_at, adjustment_id)
    select ${ENTRY_COLUMNS.map((column) => `p.${column}`).join(', ')}, $1::timestamptz, $2::uuid
      from unnest(${ENTRY.map(([, type], index) => `$${index + 3}::${type}[]`).join(', ')}) with ordinality
           as p (${ENTRY_COLUMNS.join(', ')}, place)
     order by p.place`;
/** So many entries and more, as long lists come to, are sent by COPY. */
const COPIED_FROM = 200;

/** Posts entries in the given order, in one statement. */
export async function post(
  em: EntityManager,
  postings: readonly PostedIn[],
  at: Date,
  adjustmentId: string | null = null,
): Promise<void> {
  if (postings.length === 0) return;
  if (postings.length >= COPIED_FROM) {
    await copyRows(
      em,
      'ledger_entries',
      [...ENTRY_COLUMNS, 'posted_at', 'adjustment_id'],
      postings.map((posting) => [...ENTRY.map(([, , of]) => of(posting)), at, adjustmentId]),
    );
    return;
  }
  await preparedRows(em, POST, [at, adjustmentId, ...ENTRY.map(([, , of]) => postings.map(of))]);
}

/** Of those for whom the same is posted, who and by which record. */
const OF_EACH = ['resident_id', 'class_id', 'enrollment_id', 'record_id', 'reverses'];
const FOR_ALL = ENTRY.filter(([column]) => !OF_EACH.includes(column));

/**
 * Posts, as a part of a statement, for each row `from` what is posted at its place: by a record alone, and for the first time.
 *
 * @param each SQL of who it is, by which record, and the place, from 1
 * @param first the number of the first parameter of {@link eachPosted}
 */
export const postEach = (
  from: string,
  each: { residentId: string; recordId: string; place: string },
  at: string,
  first: number,
): string => `insert into ledger_entries (resident_id, record_id, ${FOR_ALL.map(([column]) => column).join(', ')}, posted_at)
     select ${each.residentId}, ${each.recordId}, ${FOR_ALL.map(([column]) => `p.${column}`).join(', ')}, ${at}
       from ${from} join unnest($${first}::int[], ${FOR_ALL.map(([, type], index) => `$${first + 1 + index}::${type}[]`).join(', ')})
                         as p (place, ${FOR_ALL.map(([column]) => column).join(', ')}) on p.place = ${each.place}`;

/** The parameters of {@link postEach}. @param postings by place */
export function eachPosted(postings: readonly (readonly PostedIn[])[]): unknown[] {
  const placed = postings.flatMap((own, index) => own.map((posting) => ({ place: index + 1, posting })));
  return [placed.map(({ place }) => place), ...FOR_ALL.map(([, , of]) => placed.map(({ posting }) => of(posting)))];
}

/** Keeps how many attendances of each resident the totals hold; a row that comes to nothing stays, with 0. */
export async function writeCountedAttendances(em: EntityManager, counts: readonly AttendanceCount[]): Promise<void> {
  if (counts.length === 0) return;
  await preparedRows(
    em,
    `insert into counted_attendances
       (resident_id, class_id, month, region_code, organisation_id, programme_kind, sessions)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int[])
     on conflict (resident_id, class_id, month, region_code) do update set sessions = excluded.sessions`,
    [
      counts.map((count) => count.residentId),
      counts.map((count) => count.classId),
      counts.map((count) => count.month),
      counts.map((count) => count.regionCode),
      counts.map((count) => count.organisationId),
      counts.map((count) => count.programmeKind),
      counts.map((count) => count.sessions),
    ],
  );
}

/**
 * Adds to the totals. Recounts of different residents meet in these rows, so all write them in the order of
 * `totalChanges`; it is the last thing a recount writes, so they are held for a moment only.
 */
export async function addToTotals(em: EntityManager, changes: readonly TotalChange[]): Promise<void> {
  if (changes.length === 0) return;
  await preparedRows(
    em,
    `insert into ledger_totals as t (measure, month, status, region_code, organisation_id, programme_kind, total)
     select c.measure, c.month, c.status, c.region_code, c.organisation_id, c.programme_kind, c.change
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int[]) with ordinality
            as c (measure, month, status, region_code, organisation_id, programme_kind, change, place)
      order by c.place
     on conflict (measure, month, status, region_code, organisation_id, programme_kind)
     do update set total = t.total + excluded.total`,
    [
      changes.map((change) => change.measure),
      changes.map((change) => change.month),
      changes.map((change) => change.status),
      changes.map((change) => change.regionCode),
      changes.map((change) => change.organisationId),
      changes.map((change) => change.programmeKind),
      changes.map((change) => change.change),
    ],
  );
}

/** Adds to the totals by group, behind {@link addToTotals} and as it does. */
export async function addToGroupTotals(em: EntityManager, changes: readonly GroupTotalChange[]): Promise<void> {
  if (changes.length === 0) return;
  await preparedRows(
    em,
    `insert into ledger_group_totals as t (measure, month, status, resident_group, source, total)
     select c.measure, c.month, c.status, c.resident_group, c.source, c.change
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[]) with ordinality
            as c (measure, month, status, resident_group, source, change, place)
      order by c.place
     on conflict (measure, month, status, resident_group, source) do update set total = t.total + excluded.total`,
    [
      changes.map((change) => change.measure),
      changes.map((change) => change.month),
      changes.map((change) => change.status),
      changes.map((change) => change.group),
      changes.map((change) => change.source),
      changes.map((change) => change.change),
    ],
  );
}

/** Keeps what would count of these residents if their identity were verified, and forgets what would no more. */
export async function writeUnverifiedClaims(
  em: EntityManager,
  residentIds: readonly string[],
  claims: readonly Claim[],
): Promise<void> {
  await preparedRows(
    em,
    `with wanted as (
       select * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::date[], $6::text[], $7::uuid[], $8::text[])
         as w (enrollment_id, measure, resident_id, counted_on, region_code, organisation_id, programme_kind)
     ), gone as (
       delete from unverified_claims u where u.resident_id = any($1::uuid[])
          and not exists (select from wanted w where w.enrollment_id = u.enrollment_id and w.measure = u.measure)
     )
     insert into unverified_claims as u
       (enrollment_id, measure, resident_id, counted_on, region_code, organisation_id, programme_kind)
     select * from wanted
     on conflict (enrollment_id, measure) do update
        set counted_on = excluded.counted_on, region_code = excluded.region_code,
            organisation_id = excluded.organisation_id
      where (u.counted_on, u.region_code, u.organisation_id)
            is distinct from (excluded.counted_on, excluded.region_code, excluded.organisation_id)`,
    [
      residentIds,
      claims.map((claim) => claim.enrollmentId),
      claims.map((claim) => claim.measure),
      claims.map((claim) => claim.residentId),
      claims.map((claim) => claim.countedOn),
      claims.map((claim) => claim.regionCode),
      claims.map((claim) => claim.organisationId),
      claims.map((claim) => claim.programmeKind),
    ],
  );
}

/** Whether changed evidence stands in the outbox, on its way to the queues. */
export async function evidenceWaits(em: EntityManager): Promise<boolean> {
  const found = await rows(
    em,
    `select 1 from outbox where topic in ('evidence.changed', 'class-evidence.changed', 'counting-rules.changed') limit 1`,
  );
  return found.length > 0;
}

/** Tells that all evidence up to a moment is in the ledger. */
export async function noteRecounted(em: EntityManager, at: Date): Promise<void> {
  await rows(
    em,
    `insert into recount_states as s (id, recounted_at) values (1, $1::timestamptz)
     on conflict (id) do update set recounted_at = excluded.recounted_at
      where s.recounted_at < excluded.recounted_at`,
    [at],
  );
}

/**
 * The next residents, in id order, with an enrollment that is or was in one of the classes: so many, from behind the
 * cursor on.
 */
export async function residentsInClasses(
  em: EntityManager,
  classIds: readonly string[],
  after: string | null,
  limit: number,
): Promise<string[]> {
  const found = await rows<{ resident_id: string }>(
    em,
    `select distinct e.resident_id from enrollments e
      where (e.class_id = any($1::uuid[]) or e.id in (
              select t.enrollment_id from enrollment_transfers t where t.from_class_id = any($1::uuid[])))
        and ($2::uuid is null or e.resident_id > $2::uuid)
      order by e.resident_id limit $3`,
    [classIds, after, limit],
  );
  return found.map(({ resident_id }) => resident_id);
}

/** The first day from which one of these versions counts, or counts no longer. */
export async function firstDayOfRules(em: EntityManager, ruleIds: readonly string[]): Promise<string | null> {
  const [found] = await rows<{ day: string | null }>(
    em,
    `select min(coalesce(repealed_from, effective_from))::text as day from counting_rules where id = any($1::uuid[])`,
    [ruleIds],
  );
  return found!.day;
}

/** The next classes, in id order, whose first session in the timetable is on a day or later. */
export async function classesBegunSince(
  em: EntityManager,
  day: string,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const found = await rows<{ class_id: string }>(
    em,
    `select class_id from class_sessions where $2::uuid is null or class_id > $2::uuid
      group by class_id having (min(starts_at) filter (where frozen) at time zone $4)::date >= $1::date
      order by class_id limit $3`,
    [day, after, limit, DISTRICT_ZONE],
  );
  return found.map(({ class_id }) => class_id);
}

/** The next classes, in id order, of these venues: their own, or that of one of their sessions. */
export async function classesInVenues(
  em: EntityManager,
  venueIds: readonly string[],
  after: string | null,
  limit: number,
): Promise<string[]> {
  const found = await rows<{ id: string }>(
    em,
    `select c.id from course_classes c
      where ($2::uuid is null or c.id > $2::uuid)
        and (c.venue_id = any($1::uuid[]) or exists (select from class_sessions s
                                                     where s.class_id = c.id and s.venue_id = any($1::uuid[])))
      order by c.id limit $3`,
    [venueIds, after, limit],
  );
  return found.map(({ id }) => id);
}

/** Classes that nobody finished and whose last session ended between these moments. */
export async function overdueClasses(em: EntityManager, from: Date, until: Date): Promise<string[]> {
  const found = await rows<{ class_id: string }>(
    em,
    `select s.class_id from class_sessions s join course_classes c on c.id = s.class_id
      where c.state = 'published' and c.last_session_at < $2 and s.state <> 'cancelled'
      group by s.class_id having max(s.ends_at) >= $1 and max(s.ends_at) < $2
      order by s.class_id`,
    [from, until],
  );
  return found.map(({ class_id }) => class_id);
}
