import type { TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceService } from '#attendance';
import type { AttendanceStatus, Role } from '#contracts';
import { Caller, Clock, newId, rows } from '#core';
import { type SeededClass, type SeededResident, seedClass, seedResidents } from './seed.js';

/** When the first session of every class begins: a Monday, 9 o'clock in Asia/Shanghai. */
export const START = new Date('2026-03-02T09:00:00+08:00');
export const DAY = 86_400_000;

/** A clock that stands until it is set. */
export class SetClock extends Clock {
  at = START;

  override now(): Date {
    return this.at;
  }
}

export interface Taught extends SeededClass {
  sessionIds: string[];
  residents: SeededResident[];
  teacher: Caller;
}

export const staff = (role: Role, organisationId: string | null, id = newId()) =>
  new Caller({ kind: 'staff', id, signInId: newId() }, [{ role, organisationId }], 'zh', 'spec');

/** A class of 5 sessions of 90 minutes, one a day from `START` on, with so many verified residents in it. */
export async function teach(
  source: DataSource,
  clock: SetClock,
  count: number,
  programmeKind = 'skills',
): Promise<Taught> {
  clock.at = START;
  const seeded = await seedClass(source, START, { seats: 100, inDays: 0, programmeKind });
  const residents = await seedResidents(source, START, count);
  const ids = residents.map(({ residentId }) => residentId);
  await rows(
    source,
    `update residents set identity_state = 'verified', identity_verified_at = $2, document_kind = 'resident_card',
            document_sealed = '', document_hash = uuid_send(id) where id = any($1::uuid[])`,
    [ids, START],
  );
  await rows(
    source,
    `insert into class_sessions (id, class_id, number, starts_at, ends_at, venue_id, teacher_id, created_at)
     select gen_random_uuid(), s.class_id, n, s.starts_at + make_interval(days => n - 1),
            s.ends_at + make_interval(days => n - 1), s.venue_id, s.teacher_id, s.created_at
       from class_sessions s, generate_series(2, 5) as n where s.class_id = $1`,
    [seeded.classId],
  );
  await rows(source, `update course_classes set approved_minutes = 450, last_session_at = $2 where id = $1`, [
    seeded.classId,
    new Date(START.getTime() + 4 * DAY),
  ]);
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     select e.id, $3, e.resident_id, $4, $6, 'enrolled', $5, 'self', $5, $5
       from unnest($1::uuid[], $2::uuid[]) as e (id, resident_id)`,
    [ids.map(() => newId()), ids, seeded.classId, seeded.termId, START, programmeKind],
  );
  const sessions = await rows<{ id: string }>(
    source,
    `select id from class_sessions where class_id = $1 order by number`,
    [seeded.classId],
  );
  return {
    ...seeded,
    residents,
    sessionIds: sessions.map(({ id }) => id),
    teacher: staff('teacher', seeded.organisationId),
  };
}

/** Marks everyone at a session (from 1) at its start, or at a later moment to correct it. */
export async function mark(
  nest: TestingModule,
  clock: SetClock,
  taught: Taught,
  number: number,
  status: AttendanceStatus = 'present',
  minute = 0,
) {
  clock.at = new Date(START.getTime() + (number - 1) * DAY + minute * 60_000);
  const { items } = await nest.get(AttendanceService).mark(taught.teacher, taught.sessionIds[number - 1]!, {
    deviceId: 'tablet',
    items: taught.residents.map(({ residentId }) => ({
      id: newId(),
      kind: 'teacher_mark',
      residentId,
      status,
      deviceTime: clock.at.toISOString(),
    })),
  });
  return items.map(({ outcome }) => outcome);
}
