import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule } from '#attendance';
import { Clock, CoreModule, readSettings, rows } from '#core';
import { ParticipationLoader } from '#participation';
import { mark, SetClock, staff, teach, type Taught } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import type { RegularResidentsQuery } from './regular-residents.dto.js';
import { RegularResidentsService } from './regular-residents.service.js';
import { RegularShareService } from './regular-share.service.js';
import { TargetsLoader } from '../targets.loader.js';
import { TargetsModule } from '../targets.module.js';
import { WallChartService } from './wall-chart.service.js';

/* 经常性参与: four different days in twelve months, of those of sixty whom the villages reported. */

const clock = new SetClock();
const [COUNTED, UNCOUNTED] = ['330305001001', '330305001002'];
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let taught: Taught;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule, TargetsModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  await nest.get(ParticipationLoader).load();
  await nest.get(TargetsLoader).load();
  source = nest.get(DataSource);
  await rows(source, `delete from elderly_populations`);
  taught = await teach(source, clock, 4);
  for (const number of [1, 2, 3]) await mark(nest, clock, taught, number);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

const lives = (index: number, village: string | null, born: string) =>
  rows(source, `update residents set region_code = $2, birth_date = $3 where id = $1`, [
    taught.residents[index]!.residentId,
    village,
    born,
  ]);

/** The share as the wall chart shows it on a day, worked out in the night before. */
async function shareOn(day: string) {
  clock.at = new Date(`${day}T09:00:00+08:00`);
  await nest.get(RegularShareService).recompute(clock.at);
  const { measures } = await nest.get(WallChartService).chart(staff('bureau_officer', null), {});
  return measures.find(({ code }) => code === 'regular-elderly-share')!;
}

it('is not there as long as no village has reported how many there are', async () => {
  await lives(0, COUNTED, '1950-05-05');
  expect(await shareOn('2026-03-10')).toMatchObject({ noData: true, share: null, says: expect.any(String) });
});

it('counts who came on four days and was sixty then, against the villages that reported', async () => {
  await rows(source, `insert into elderly_populations values ($1, '2025-12-31', 40, '村报')`, [COUNTED]);
  // Of a counted village; sixty on the last day only; of a village that reported nothing; not yet sixty.
  await lives(1, COUNTED, '1966-03-05');
  await lives(2, UNCOUNTED, '1950-05-05');
  await lives(3, COUNTED, '1970-05-05');
  expect((await shareOn('2026-03-04')).share).toMatchObject({ value: 0, people: 0, residents: 40, others: 0 });
  await mark(nest, clock, taught, 4);
  expect(await shareOn('2026-03-10')).toMatchObject({
    noData: false,
    share: { value: 2.5, people: 1, residents: 40, others: 1, villagesCounted: 1, days: 4 },
  });
});

it('names of whom it consists, and of whom not', async () => {
  const list = async (query: Partial<RegularResidentsQuery>) =>
    nest.get(RegularResidentsService).list({ limit: 1, ...query });
  const [counted, other] = [taught.residents[0]!.residentId, taught.residents[2]!.residentId];
  expect(await list({ counted: true })).toMatchObject({
    items: [{ residentId: counted, regionCode: COUNTED, counted: true, days: 4 }],
    next: null,
  });
  expect((await list({ counted: false })).items.map(({ residentId }) => residentId)).toEqual([other]);
  const first = await list({});
  const second = await list({ cursor: first.next! });
  expect([...first.items, ...second.items].map(({ residentId }) => residentId).sort()).toEqual([counted, other].sort());
  expect(second.next).toBeNull();
  expect((await list({ year: 2025 })).items).toEqual([]);
});

it('forgets what is a year ago', async () => {
  expect((await shareOn('2027-03-01')).share).toMatchObject({ people: 1 });
  // The first of the four days is out of the twelve months.
  expect((await shareOn('2027-03-02')).share).toMatchObject({ people: 0, others: 0 });
  const all = (year: number) => nest.get(RegularResidentsService).list({ limit: 10, year });
  expect((await all(2027)).items).toEqual([]);
  // Of a past year it stays as the year ended.
  expect((await all(2026)).items).toHaveLength(2);
});
