import type { EntityManager } from 'typeorm';
import type { EnrollmentState, IdentityState } from '#contracts';
import { preparedRows } from '#core';
import type { AttendanceEvidence } from '../evidence/evidence.js';
import type { ReadResident } from './verify-evidence.rules.js';

/*
 * Reads by the hundred thousand residents what they are counted by and what is counted of them. All of a resident comes in
 * one statement, hence of one moment, as few texts, which are compared and not taken apart: as rows, or as JSON, it takes
 * PostgreSQL and Node three times as long.
 */

interface Row {
  id: string;
  identity_state: IdentityState;
  apart: boolean;
  imported: boolean;
  enrollments: string | null;
  attended: Buffer | null;
  entries: string;
  counted: string | null;
}

/** The upper half of what stands for no moment. */
const NOTHING = -0x80000000;
const STATUSES: readonly AttendanceEvidence['status'][] = ['present', 'absent', 'excused'];
/**
 * Bytes of an attendance: its session and its status; behind a status that is said as so many more, when somebody came and left
 * (PostgreSQL's microseconds since 2000).
 */
const PLAIN = 17;
const WITH_TIMES = 33;
const TIMED = STATUSES.length;
const byteOf = (from: number) =>
  `(case a.status when 'present' then '\\x0${from}' when 'absent' then '\\x0${from + 1}' else '\\x0${from + 2}' end)::bytea`;

/** Before the id of any resident, and behind it: a statement that is planned once cannot do without a bound where there is none. */
const FIRST = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The last of the next so many residents; null where there are no more than that behind the cursor. */
export async function lastOfNext(em: EntityManager, after: string | null, count: number): Promise<string | null> {
  const [found] = await preparedRows<{ id: string }>(
    em,
    `select id from residents where id > $1::uuid order by id offset $2 limit 1`,
    [after ?? FIRST, count - 1],
  );
  return found?.id ?? null;
}

/** The residents behind one id up to another, or to the end. */
export async function readResidents(
  em: EntityManager,
  after: string | null,
  until: string | null,
): Promise<ReadResident[]> {
  const found = await preparedRows<Row>(
    em,
    `with next as materialized (
       select id, identity_state, merged_into from residents where id > $1::uuid and id <= $2::uuid
     )
     select r.id, r.identity_state,
            r.merged_into is not null
              or exists (select from residents o where o.merged_into = r.id)
              or exists (select from late_sheet_marks l where l.resident_id = r.id)
              or exists (
                select from enrollments e join enrollment_transfers t on t.enrollment_id = e.id where e.resident_id = r.id)
              as apart,
            exists (select from imported_records i where i.resident_id = r.id) as imported,
            (select string_agg(concat_ws(' ', e.id, e.state, e.class_id), ',' order by e.id)
               from enrollments e where e.resident_id = r.id) as enrollments,
            (select string_agg(uuid_send(a.session_id) ||
                               case when a.arrived_at is null and a.left_at is null then ${byteOf(0)}
                                    else ${byteOf(TIMED)} || coalesce(timestamptz_send(a.arrived_at), '\\x8000000000000000')
                                                  || coalesce(timestamptz_send(a.left_at), '\\x8000000000000000') end, '')
               from attendances a where a.resident_id = r.id) as attended,
            -- How many there are, too: what holds the end of a line would else pass for two of them.
            (select concat(count(*), E'\\n', string_agg(
                               concat(e.enrollment_id, '|', e.record_id, '|', e.class_id, '|', e.measure, '|', e.status, '|',
                               e.counted_on, '|', e.region_code, '|', e.organisation_id, '|', e.programme_kind, '|', e.rule_id,
                               '|', e.course_code, '|', e.evidence), E'\\n'))
               from ledger_entries e
              where e.resident_id = r.id and e.amount = 1
                and not exists (select from ledger_entries t where t.reverses = e.id)) as entries,
            (select string_agg(concat(c.class_id, '|', c.month, '|', c.region_code, '|', c.sessions), ',')
               from counted_attendances c where c.resident_id = r.id and c.sessions <> 0) as counted
       from next r order by r.id`,
    [after ?? FIRST, until ?? LAST],
  );
  return found.map(({ identity_state, enrollments, attended, entries, counted, ...row }) => ({
    ...row,
    identityState: identity_state,
    enrollments: (enrollments?.split(',') ?? []).map((text) => {
      const [id, state, classId] = text.split(' ') as [string, EnrollmentState, string];
      return { id, state, classId };
    }),
    attended: attended ? attendancesOf(attended) : new Map<string, AttendanceEvidence>(),
    entries: linesOf(entries),
    counted: counted?.split(',') ?? [],
  }));
}

/** Null where their number is not the one that stands before them. */
function linesOf(text: string): string[] | null {
  const [count, ...lines] = text.split('\n');
  if (count === '0') return [];
  return lines.length === Number(count) ? lines : null;
}

function attendancesOf(bytes: Buffer): Map<string, AttendanceEvidence> {
  const attended = new Map<string, AttendanceEvidence>();
  for (let at = 0; at < bytes.length;) {
    const kind = bytes[at + 16]!;
    const timed = kind >= TIMED;
    attended.set(bytes.toString('latin1', at, at + 16), {
      status: STATUSES[timed ? kind - TIMED : kind]!,
      arrivedAt: timed ? momentOf(bytes, at + PLAIN) : null,
      leftAt: timed ? momentOf(bytes, at + PLAIN + 8) : null,
      // By it nothing is counted.
      markKind: 'teacher_mark',
    });
    at += timed ? WITH_TIMES : PLAIN;
  }
  return attended;
}

const EPOCH_2000 = Date.UTC(2000, 0, 1);

function momentOf(bytes: Buffer, at: number): Date | null {
  const upper = bytes.readInt32BE(at);
  if (upper === NOTHING) return null;
  return new Date(EPOCH_2000 + Math.floor((upper * 2 ** 32 + bytes.readUInt32BE(at + 4)) / 1000));
}

/** The bytes of an id as a text, which is half as long. */
export const keyOf = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('latin1');
