import type { EntityManager } from 'typeorm';
import type { EnrollmentState, IdentityState } from '#contracts';
import { rows } from '#core';
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
  entries: string | null;
  counted: string | null;
}

/** The upper half of what stands for no moment. */
const NOTHING = -0x80000000;
const STATUSES: readonly AttendanceEvidence['status'][] = ['present', 'absent', 'excused'];
/** Bytes of an attendance: its session, when somebody came and left (PostgreSQL's microseconds since 2000), its status. */
const ATTENDANCE = 33;

/** The last of the next so many residents; null where there are no more than that behind the cursor. */
export async function lastOfNext(em: EntityManager, after: string | null, count: number): Promise<string | null> {
  const [found] = await rows<{ id: string }>(
    em,
    `select id from residents where $1::uuid is null or id > $1::uuid order by id offset $2 limit 1`,
    [after, count - 1],
  );
  return found?.id ?? null;
}

/** The residents behind one id up to another, or to the end. */
export async function readResidents(
  em: EntityManager,
  after: string | null,
  until: string | null,
): Promise<ReadResident[]> {
  const found = await rows<Row>(
    em,
    `with next as materialized (
       select id, identity_state, merged_into from residents
        where ($1::uuid is null or id > $1::uuid) and ($2::uuid is null or id <= $2::uuid)
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
            (select string_agg(uuid_send(a.session_id) || coalesce(timestamptz_send(a.arrived_at), '\\x8000000000000000')
                               || coalesce(timestamptz_send(a.left_at), '\\x8000000000000000')
                               || case a.status when 'present' then '\\x00' when 'absent' then '\\x01' else '\\x02' end::bytea, '')
               from attendances a where a.resident_id = r.id) as attended,
            (select string_agg(concat(e.enrollment_id, '|', e.record_id, '|', e.class_id, '|', e.measure, '|', e.status, '|',
                               e.counted_on, '|', e.region_code, '|', e.organisation_id, '|', e.programme_kind, '|', e.rule_id,
                               '|', to_json(e.course_code), '|', e.evidence), E'\\n')
               from ledger_entries e
              where e.resident_id = r.id and e.amount = 1
                and not exists (select from ledger_entries t where t.reverses = e.id)) as entries,
            (select string_agg(concat(c.class_id, '|', c.month, '|', c.region_code, '|', c.sessions), ',')
               from counted_attendances c where c.resident_id = r.id and c.sessions <> 0) as counted
       from next r order by r.id`,
    [after, until],
  );
  return found.map(({ identity_state, enrollments, attended, entries, counted, ...row }) => ({
    ...row,
    identityState: identity_state,
    enrollments: (enrollments?.split(',') ?? []).map((text) => {
      const [id, state, classId] = text.split(' ') as [string, EnrollmentState, string];
      return { id, state, classId };
    }),
    attended: attended ? attendancesOf(attended) : new Map<string, AttendanceEvidence>(),
    entries: entries?.split('\n') ?? [],
    counted: counted?.split(',') ?? [],
  }));
}

function attendancesOf(bytes: Buffer): Map<string, AttendanceEvidence> {
  const attended = new Map<string, AttendanceEvidence>();
  for (let at = 0; at < bytes.length; at += ATTENDANCE) {
    attended.set(bytes.toString('latin1', at, at + 16), {
      status: STATUSES[bytes[at + 32]!]!,
      arrivedAt: momentOf(bytes, at + 16),
      leftAt: momentOf(bytes, at + 24),
      // By it nothing is counted.
      markKind: 'teacher_mark',
    });
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
