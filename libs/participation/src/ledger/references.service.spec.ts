import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';
import { brokenConstraint, copyRows, CoreModule, newId, readSettings, rows, Transactions } from '#core';
import { AttendanceModule } from '#attendance';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { type LedgerFault, VerifyLedgerService } from '../verify/verify-ledger.service.js';

/* References of long lists are checked by the statement (decisions/0018): what the constraints say is kept all the same. */

const REGION = '330305001201';
const [organisationId, staffId, importId, residentId, recordId] = [newId(), newId(), newId(), newId(), newId()];
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let ruleId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule, ParticipationModule],
  }).compile();
  await nest.init();
  await nest.get(ParticipationLoader).load();
  source = nest.get(DataSource);
  ruleId = (await rows<{ id: string }>(source, `select id from counting_rules`))[0]!.id;
  const insert = (sql: string, values: unknown[]) => rows(source, sql, values);
  await insert(
    `insert into regions (code, level, name, short_name, valid_from) values ($1, 'village', '村', '村', '2023-01-01')
     on conflict do nothing`,
    [REGION],
  );
  await insert(
    `insert into organisations (id, kind, name, region_code, created_at) values ($1, 'department', '区人力社保局', $2, now())`,
    [organisationId, REGION],
  );
  await insert(
    `insert into staff (id, username, name, password_hash, created_at) values ($1, 'li', '李', 'none', now())`,
    [staffId],
  );
  await insert(
    `insert into imports (id, kind, department_id, file_name, imported_by, imported_at) values ($1, 'training', $2, 'x', $3, now())`,
    [importId, organisationId, staffId],
  );
  await insert(`insert into residents (id, name, birth_date, created_at) values ($1, '王', '1960-01-01', now())`, [
    residentId,
  ]);
  await record({ id: recordId });
  await entry({});
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

let number = 0;
const record = (other: Record<string, string>) =>
  add('imported_records', {
    ...{
      id: newId(),
      import_id: importId,
      row_number: ++number,
      resident_id: residentId,
      organisation_id: organisationId,
    },
    ...{ region_code: REGION, kind: 'training', title: '茶艺', course_code: '茶艺', class_hours: 8, dual: false },
    ...{ starts_on: '2026-01-01', ends_on: '2026-01-02', created_at: '2026-02-01T00:00:00Z' },
    ...other,
  });
const entry = (other: Record<string, string | null>, on: DataSource | EntityManager = source) =>
  add(
    'ledger_entries',
    {
      ...{ resident_id: residentId, record_id: recordId, organisation_id: organisationId, region_code: REGION },
      ...{ measure: 'm', amount: 1, status: 'confirmed', counted_on: '2026-01-02', period: '2026-01', cause: 'met' },
      ...{
        programme_kind: 'skills',
        course_code: '茶艺',
        rule_id: ruleId,
        evidence: '{}',
        posted_at: '2026-02-01T00:00:00Z',
      },
      ...other,
    },
    on,
  );
const row = (other: Record<string, string>) =>
  add('import_rows', { import_id: importId, number: ++number, kind: 'training', usable: false, ...other });

const add = (table: string, values: Record<string, unknown>, on: DataSource | EntityManager = source) =>
  rows(
    on,
    `insert into ${table} (${Object.keys(values).join(', ')})
     values (${Object.keys(values)
       .map((_, index) => `$${index + 1}`)
       .join(', ')})`,
    Object.values(values),
  );

const broken = (doing: Promise<unknown>) => doing.then(() => 'nothing', brokenConstraint);

it.each([
  ['import_id', 'fk_import_rows_import', row],
  ['import_id', 'fk_imported_records_import', record],
  ['resident_id', 'fk_imported_records_resident', record],
  ['organisation_id', 'fk_imported_records_organisation', record],
  ['region_code', 'fk_imported_records_region', record],
  ['resident_id', 'fk_ledger_entries_resident', entry],
  ['organisation_id', 'fk_ledger_entries_organisation', entry],
  ['region_code', 'fk_ledger_entries_region', entry],
  ['record_id', 'fk_ledger_entries_record', entry],
  ['rule_id', 'fk_ledger_entries_rule', entry],
  ['adjustment_id', 'fk_ledger_entries_adjustment', entry],
])('%s refers to what is there (%s)', async (column, constraint, insert) => {
  expect(await broken(insert({ [column]: column === 'region_code' ? '000000' : newId() }))).toBe(constraint);
  expect(await broken(insert({}))).toBe('nothing');
});

it('what becomes of a record later refers to what is there, too', async () => {
  const moved = rows(source, `update imported_records set resident_id = $2 where id = $1`, [recordId, newId()]);
  expect(await broken(moved)).toBe('fk_imported_records_resident');
  const import_ = rows(source, `update import_rows set import_id = $1`, [newId()]);
  await expect(import_).rejects.toMatchObject({ driverError: { code: '23001' } });
});

it.each([
  ['imports', 'id', importId],
  ['imported_records', 'id', recordId],
  ['residents', 'id', residentId],
  ['organisations', 'id', organisationId],
  ['regions', 'code', REGION],
])('nothing that is referred to goes away: %s', async (table, key, value) => {
  const deleted = rows(source, `delete from ${table} where ${key} = $1`, [value]);
  await expect(deleted).rejects.toMatchObject({ driverError: { code: '23001' } });
  const renamed = rows(source, `update ${table} set ${key} = $2 where ${key} = $1`, [value, newId()]);
  await expect(renamed).rejects.toMatchObject({ driverError: { code: '23001' } });
});

it('an entry refers to a class that is there', async () => {
  const ofClass = source.transaction(async (em) => {
    // Of its enrollment PostgreSQL would say so first.
    await rows(em, `alter table ledger_entries alter constraint fk_ledger_entries_enrollment not enforced`);
    await entry({ record_id: null, class_id: newId(), enrollment_id: newId() }, em);
  });
  expect(await broken(ofClass)).toBe('fk_ledger_entries_class');
});

it.each([
  ['region_code', 'fk_residents_region'],
  ['work_region_code', 'fk_residents_work_region'],
  ['household_region_code', 'fk_residents_household_region'],
])('a resident is of a region that is there: %s', async (column, constraint) => {
  const resident = (region: string, id = newId()) =>
    add('residents', {
      id,
      name: '李',
      birth_date: '1960-01-01',
      created_at: '2026-02-01T00:00:00Z',
      [column]: region,
    });
  expect(await broken(resident('000000'))).toBe(constraint);
  expect(await broken(resident(REGION))).toBe('nothing');
  const moved = (region: string) =>
    rows(source, `update residents set ${column} = $2 where id = $1`, [residentId, region]);
  expect(await broken(moved('000000'))).toBe(constraint);
  expect(await broken(moved(REGION))).toBe('nothing');
});

it('a resident is merged into one who is there', async () => {
  const merged = rows(
    source,
    `update residents set state = 'merged', merged_into = $2, merged_at = now() where id = $1`,
    [residentId, newId()],
  );
  expect(await broken(merged)).toBe('fk_residents_merged_into');
});

/** What a draft takes over of another version. */
const DRAFTED = 'state, drafting_office, departments_consulted, effective_from, parameters, created_at';

/** Returns once another connection waits for this one. */
async function waitedFor(pid: number): Promise<void> {
  for (;;) {
    const waiting = await rows(source, `select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))`, [pid]);
    if (waiting.length > 0) return;
  }
}

describe('a version of the rules', () => {
  /** A draft that nothing refers to. */
  const draft = async () => {
    const id = newId();
    await rows(
      source,
      `insert into counting_rules (id, version, ${DRAFTED}) select $1, (select max(version) + 1 from counting_rules), 'draft', ${DRAFTED.replace('state, ', '')}
         from counting_rules where id = $2`,
      [id, ruleId],
    );
    return id;
  };
  const remove = (on: DataSource | EntityManager, id: string) =>
    rows(on, `delete from counting_rules where id = $1`, [id]);

  it('goes while nothing was counted by it, and stays once something was', async () => {
    await remove(source, await draft());
    expect(await broken(remove(source, ruleId))).toBe('fk_ledger_entries_rule');
    const renamed = rows(source, `update counting_rules set id = $2 where id = $1`, [ruleId, newId()]);
    await expect(renamed).rejects.toMatchObject({ driverError: { code: '23001' } });
  });

  it('stays where something is being counted by it', async () => {
    const id = await draft();
    let removed!: Promise<string | undefined>;
    await source.transaction(async (em) => {
      await entry({ rule_id: id }, em);
      const held = await rows<{ pid: number }>(em, `select pg_backend_pid() as pid`);
      removed = broken(remove(source, id));
      await waitedFor(held[0]!.pid);
    });
    expect(await removed).toBe('fk_ledger_entries_rule');
  });

  it('counts nothing any more once it is being removed', async () => {
    const id = await draft();
    let counted!: Promise<string | undefined>;
    await source.transaction(async (em) => {
      const held = await rows<{ pid: number }>(em, `select pg_backend_pid() as pid`);
      await remove(em, id);
      counted = broken(entry({ rule_id: id }));
      await waitedFor(held[0]!.pid);
    });
    expect(await counted).toBe('fk_ledger_entries_rule');
  });
});

it('neither a list that is copied nor a change of many rows gets past it', async () => {
  const copied = nest
    .get(Transactions)
    .run((em) =>
      copyRows(em, 'import_rows', ['import_id', 'number', 'kind', 'usable'], [[newId(), ++number, 'training', false]]),
    );
  expect(await broken(copied)).toBe('fk_import_rows_import');
  const merged = rows(
    source,
    `merge into imported_records r using (select $1::uuid as id) m on m.id = r.id
     when matched then update set import_id = $2`,
    [recordId, newId()],
  );
  expect(await broken(merged)).toBe('fk_imported_records_import');
});

it('verify names what somebody got past it who owns the database', async () => {
  const verified = async () => {
    const found: LedgerFault[] = [];
    for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) {
      if (fault.kind === 'reference-broken') found.push(fault);
    }
    return found;
  };
  expect(await verified()).toEqual([]);
  const nobody = newId();
  await source.transaction(async (em) => {
    await rows(em, 'set local session_replication_role = replica');
    await rows(em, 'update imported_records set resident_id = $2 where id = $1', [recordId, nobody]);
  });
  expect(await verified()).toEqual([
    {
      kind: 'reference-broken',
      table: 'imported_records',
      constraint: 'fk_imported_records_resident',
      column: 'resident_id',
      value: nobody,
      rows: 1,
    },
  ]);
});
