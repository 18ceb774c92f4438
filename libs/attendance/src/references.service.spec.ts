import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { brokenConstraint, Clock, CoreModule, newId, readSettings, rows } from '#core';
import { mark, SetClock, START, type Taught, teach } from '../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import { AttendanceModule } from './attendance.module.js';

/* References that the desks write are checked by the statement (decisions/0018): what the constraints say is kept all the same. */

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let taught: Taught;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  source = nest.get(DataSource);
});
beforeAll(async () => {
  taught = await teach(source, clock, 1);
  await mark(nest, clock, taught, 1);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

const broken = (doing: Promise<unknown>) => doing.then(() => 'nothing', brokenConstraint);

/** Puts a copy of an attendance at another session, with other values in some of its columns. */
const attendance = (other: Record<string, string>) =>
  rows(
    source,
    `insert into attendances select (jsonb_populate_record(a, $1::jsonb)).* from attendances a order by resident_id limit 1`,
    [JSON.stringify({ session_id: taught.sessionIds[1]!, ...other })],
  );
const move = (enrollmentId: string) =>
  rows(
    source,
    `insert into enrollment_moves (enrollment_id, to_state, actor_kind, reason, at) values ($1, 'enrolled', 'system', 'test', $2)`,
    [enrollmentId, START],
  );
const markOf = (enrollmentId: string) =>
  rows(
    source,
    `insert into marks (id, session_id, resident_id, enrollment_id, kind, status, device_id, device_time, recorded_at, outcome)
     values ($1, $2, $3, $4, 'teacher_mark', 'present', 'tablet', $5, $5, 'recorded')`,
    [newId(), taught.sessionIds[2], taught.residents[0]!.residentId, enrollmentId, START],
  );
const enrollmentId = async () => (await rows<{ id: string }>(source, 'select id from enrollments limit 1'))[0]!.id;

it.each([
  ['session_id', 'fk_attendances_session'],
  ['resident_id', 'fk_attendances_resident'],
  ['enrollment_id', 'fk_attendances_enrollment'],
  ['mark_id', 'fk_attendances_mark'],
])('the %s of an attendance is there, when it is added and when it changes', async (column, constraint) => {
  expect(await broken(attendance({ [column]: newId() }))).toBe(constraint);
  expect(await broken(rows(source, `update attendances set ${column} = $1`, [newId()]))).toBe(constraint);
});

it('an attendance that refers to what is there is taken', async () => {
  expect(await broken(attendance({}))).toBe('nothing');
});

it.each([
  ['mark', 'fk_marks_enrollment', markOf],
  ['move', 'fk_enrollment_moves_enrollment', move],
])('the enrollment of a %s is there', async (_, constraint, insert) => {
  expect(await broken(insert(newId()))).toBe(constraint);
  expect(await broken(insert(await enrollmentId()))).toBe('nothing');
});

it.each([['enrollments'], ['marks']])('nothing that is referred to goes away: %s', async (table) => {
  const refused = { driverError: { code: '23001' } };
  await expect(rows(source, `delete from ${table}`)).rejects.toMatchObject(refused);
  await expect(rows(source, `update ${table} set id = gen_random_uuid()`)).rejects.toMatchObject(refused);
});

it('a session with attendances stays', async () => {
  const deleted = rows(source, `delete from class_sessions where id = $1`, [taught.sessionIds[0]]);
  expect(await broken(deleted)).toBe('fk_marks_session');
});
