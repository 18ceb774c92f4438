import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule } from '#attendance';
import { Clock, CoreModule, csvRow, newId, readSettings, row, rows } from '#core';
import { GiveRulesDegrees1767225880001 } from '../../../../migrations/1767225880001-give-rules-degrees.js';
import { cardNumber } from '../../../../test/support/district.js';
import { SetClock, staff } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { CountingRules } from './counting-rules.service.js';
import { ImportsService } from '../imports/imports.service.js';
import { ImportsWorkService } from '../imports/imports-work.service.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import type { CountingParameters } from './parameters.rules.js';

/* A database of before degrees were counted: version 1 of the rules is there and says nothing of them. */

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule, ParticipationModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  source = nest.get(DataSource);
  await nest.get(ParticipationLoader).load();
  await rows(source, `update counting_rules set parameters = parameters - 'degree'`);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

const said = async (version: number) =>
  (await row<{ parameters: CountingParameters }>(source, `select parameters from counting_rules where version = $1`, [
    version,
  ]))!.parameters;

async function preview() {
  const officer = staff('bureau_officer', null);
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1::uuid, $1::text, '李', 'none', $2)`,
    [officer.staffId, clock.at],
  );
  const departmentId = newId();
  await rows(
    source,
    `insert into regions (code, level, name, short_name, valid_from) values ('330305001201', 'village', '村', '村', '2023-01-01')
     on conflict do nothing`,
  );
  await rows(
    source,
    `insert into organisations (id, kind, name, region_code, created_at) values ($1::uuid, 'department', $1::text, '330305001201', $2)`,
    [departmentId, clock.at],
  );
  const imports = nest.get(ImportsService);
  const once = { subject: 'spec', key: newId(), fingerprint: Buffer.alloc(1) };
  const { id } = await imports.create(officer, { kind: 'degree', departmentId, fileName: '学历.csv' }, once);
  const lines = [
    ['姓名', '身份证号', '学历层次', '注册学籍日期'],
    ['陈海生', cardNumber('1980-01-01', 1), '大专', '2024-09-01'],
  ];
  const content = Readable.from([Buffer.from(lines.map(csvRow).join(''))]);
  await imports.upload(officer, id, { contentType: 'application/octet-stream', content });
  await nest.get(ImportsWorkService).advance(id);
  return (await imports.get(officer, id)).counts;
}

it('is read all the same, and counts no degree', async () => {
  expect((await nest.get(CountingRules).all(source.manager))[0]!.parameters.degree).toBeUndefined();
  expect(await preview()).toMatchObject({ counting: 0, notCounting: 1, reasons: [{ code: 'NOT_MAPPED', rows: 1 }] });
});

it('says after the migration what the first version says today; what was signed says what it said', async () => {
  await rows(
    source,
    `insert into counting_rules (id, version, state, document_number, signer, drafting_office, departments_consulted,
            effective_from, parameters, created_at)
     select gen_random_uuid(), 2, 'published', '洞教〔2026〕1号', '林局长', drafting_office, '{}', '2030-01-01', parameters, created_at
       from counting_rules where version = 1`,
  );
  const runner = source.createQueryRunner();
  await new GiveRulesDegrees1767225880001().up(runner);
  await runner.release();
  const { degree } = await said(1);
  expect(await said(2)).not.toHaveProperty('degree');

  // As a new database has it.
  await rows(source, `update counting_rules set version = 9 where version = 1`);
  await nest.get(ParticipationLoader).load();
  expect(degree).toEqual((await said(1)).degree);
  await rows(source, `delete from counting_rules where version = 1`);
  await rows(source, `update counting_rules set version = 1 where version = 9`);
});

it('counts degrees from then on', async () => {
  expect(await preview()).toMatchObject({ counting: 1, notCounting: 0 });
});
