import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { rows } from '#core';
import { type SeededClass, seedClass, seedResidents } from './seed.js';

/** Somebody who is enrolled in a lecture, and how their check-in is known again. */
export interface Attendant {
  sessionId: string;
  residentId: string;
  markId: string;
}

export interface Lectures {
  attendants: Attendant[];
  /** Of a registrar of the school, who may mark everywhere. */
  staffId: string;
  signInId: string;
}

/** Lectures of one session that begins at the moment: one check-in is a person-time (counting rule 2). */
export async function seedLectures(
  source: DataSource,
  at: Date,
  { classes, each }: { classes: number; each: number },
): Promise<Lectures> {
  const attendants: Attendant[] = [];
  let first: SeededClass | undefined;
  for (let index = 0; index < classes; index++) {
    const seeded = await seedClass(source, at, {
      seats: each,
      programmeKind: 'community',
      inDays: 0,
      ...(first && { beside: first }),
    });
    first ??= seeded;
    const ids = (await seedResidents(source, at, each)).map(({ residentId }) => residentId);
    await enroll(source, seeded, 'community', ids, at);
    const [session] = await rows<{ id: string }>(source, `select id from class_sessions where class_id = $1`, [
      seeded.classId,
    ]);
    attendants.push(...ids.map((residentId) => ({ sessionId: session!.id, residentId, markId: randomUUID() })));
  }
  return { attendants, ...(await seedRegistrar(source, at, first!.organisationId)) };
}

/** Gives these residents seats in a class. */
export async function enroll(
  source: DataSource,
  { classId, termId }: SeededClass,
  programmeKind: string,
  residentIds: readonly string[],
  at: Date,
): Promise<void> {
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     select gen_random_uuid(), $2, r, $3, $4, 'enrolled', $5, 'counter', $5, $5 from unnest($1::uuid[]) as e (r)`,
    [residentIds, classId, termId, programmeKind, at],
  );
}

/** A registrar of a school, signed in for a month. */
export async function seedRegistrar(
  source: DataSource,
  at: Date,
  organisationId: string,
): Promise<{ staffId: string; signInId: string }> {
  const [staffId, signInId] = [randomUUID(), randomUUID()];
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '陈老师', 'none', $3)`,
    [staffId, staffId, at],
  );
  await rows(
    source,
    `insert into staff_roles (id, staff_id, role, organisation_id, since) values ($1, $2, 'registrar', $3, $4)`,
    [randomUUID(), staffId, organisationId, at],
  );
  await rows(
    source,
    `insert into sign_ins (id, staff_id, created_at, expires_at) values ($1, $2, $3, $3::timestamptz + interval '30 days')`,
    [signInId, staffId, at],
  );
  return { staffId, signInId };
}
