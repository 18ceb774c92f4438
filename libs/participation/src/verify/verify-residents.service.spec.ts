import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { Clock, CoreModule, readSettings, rows } from '#core';
import { DAY, mark, SetClock, START, teach, type Taught } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { CountingRules } from '../counting/counting-rules.service.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { RecountService } from '../ledger/recount.service.js';
import { readResidents } from './verify-evidence.queries.js';
import { isAsCounted } from './verify-evidence.rules.js';
import { type DueRecount, keyedClasses, VerifyResidentsService } from './verify-residents.service.js';

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), ParticipationModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  source = nest.get(DataSource);
  await nest.get(ParticipationLoader).load();
});
afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

async function due(): Promise<DueRecount[]> {
  const found: DueRecount[] = [];
  for await (const one of nest.get(VerifyResidentsService).dueRecounts()) found.push(one);
  return found;
}

/** Who is as counted to the letter, so that no recount is asked. */
async function asCounted(): Promise<Map<string, boolean>> {
  const em = source.manager;
  const read = await readResidents(em, null, null);
  const classes = await keyedClasses(
    em,
    read.flatMap(({ enrollments }) => enrollments.map(({ classId }) => classId)),
  );
  const rules = await nest.get(CountingRules).all(em);
  return new Map(
    read.map((resident) => [
      resident.id,
      isAsCounted(resident, [], classes, { rules, cutOver: null, at: clock.now() }),
    ]),
  );
}

describe('what the ledger should say of everybody', () => {
  let taught: Taught;
  let ids: string[];

  beforeAll(async () => {
    taught = await teach(source, clock, 5);
    ids = taught.residents.map(({ residentId }) => residentId).sort();
    for (const session of [1, 2, 3, 4]) await mark(nest, clock, taught, session);
    await mark(nest, clock, taught, 5, 'absent');
  });

  it('is due of each of them before it is counted, and of none of them afterwards, whether it still may change', async () => {
    expect(await due()).toEqual(
      ids.map((residentId) => ({ residentId, postings: expect.any(Number), attendances: 1 })),
    );
    for (const days of [4, 40]) {
      clock.at = new Date(START.getTime() + days * DAY);
      await nest.get(RecountService).recount(ids);
      expect(await due()).toEqual([]);
      // Told by what is read at once of hundreds; otherwise each would be worked out a second time.
      expect([...(await asCounted()).values()]).toEqual(ids.map(() => true));
    }
  });

  it.each<[string, string, string]>([
    [
      'an attendance that is gone',
      `delete from attendances a using class_sessions s where s.id = a.session_id and s.number = 2 and a.resident_id = $1`,
      `insert into attendances (session_id, resident_id, enrollment_id, status, mark_id, recorded_at)
       select m.session_id, m.resident_id, m.enrollment_id, m.status, m.id, m.recorded_at
         from marks m join class_sessions s on s.id = m.session_id where s.number = 2 and m.resident_id = $1`,
    ],
    [
      'somebody who came too late',
      `update attendances a set arrived_at = s.ends_at - interval '1 minute' from class_sessions s
        where s.id = a.session_id and s.number <= 3 and a.resident_id = $1`,
      `update attendances set arrived_at = null where resident_id = $1`,
    ],
    [
      'somebody who gave up the seat',
      `update enrollments set state = 'removed' where resident_id = $1`,
      `update enrollments set state = 'enrolled' where resident_id = $1`,
    ],
    [
      'a number of sessions',
      `update counted_attendances set sessions = sessions + 1 where resident_id = $1`,
      `update counted_attendances set sessions = sessions - 1 where resident_id = $1`,
    ],
  ])('is told of whom it is about after %s', async (_, done, undone) => {
    const [, second] = ids;
    await rows(source, done, [second]);
    expect((await due()).map(({ residentId }) => residentId)).toEqual([second]);
    expect([...(await asCounted())].filter(([, same]) => !same).map(([id]) => id)).toEqual([second]);
    await rows(source, undone, [second]);
    expect(await due()).toEqual([]);
  });

  it.each([
    ['measure', `'another'`],
    ['status', `'provisional'`],
    ['counted_on', `counted_on - 1`],
    ['region_code', `(select code from regions where code <> region_code limit 1)`],
    ['course_code', `course_code || E'\\n'`],
    ['evidence', `jsonb_set(evidence::jsonb, '{sessions,0,minutes}', '1')`],
  ])('is told after %s of an entry was changed', async (column, value) => {
    await rows(source, 'alter table ledger_entries disable trigger user');
    const live = `resident_id = $1 and amount = 1 and not exists (select from ledger_entries r where r.reverses = ledger_entries.id)`;
    await rows(source, `create table kept as select * from ledger_entries where resident_id = '${ids[3]}'`);
    await rows(source, `update ledger_entries set ${column} = ${value} where ${live}`, [ids[3]]);
    const found = await due();
    await rows(source, `update ledger_entries e set ${column} = k.${column} from kept k where k.id = e.id`);
    await rows(source, 'drop table kept');
    await rows(source, 'alter table ledger_entries enable trigger user');
    const recount = { residentId: ids[3], postings: expect.any(Number), attendances: 0 };
    // Without a rule that feeds a measure no recount can be planned, where entries of it have to be put in order.
    const impossible = { residentId: ids[3], impossible: expect.stringContaining('feeds another') };
    expect([[recount], ...(column === 'measure' ? [[impossible]] : [])]).toContainEqual(found);
    expect(await due()).toEqual([]);
  });
});
