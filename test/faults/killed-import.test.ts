import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { PACKAGE_ROOT, readSettings, rows, SystemClock, Tokens } from '#core';
import { cardNumber } from '../support/district.js';
import { Person } from '../support/person.js';
import { childrenOf, stillAlive } from '../support/process-table.js';
import { launchStandalone, type TestProcess } from '../support/processes.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { type GivenSettings, testSettings } from '../support/test-settings.js';
import { inTime, waitFor } from '../support/wait-for.js';

/* A list of other departments, and the worker killed with -9 while it writes it and takes it back. */

const PEOPLE = 3_000;
const MINUTE = 60_000;

let folder: TemporaryFolder;
let house: TestProcess;
let source: DataSource;
let settings: GivenSettings;
let officer: Person;

beforeAll(async () => {
  folder = temporaryFolder();
  const dataDirectory = join(folder.path, 'data');
  const given = { DEMO_DATA: 'no', WORKER_PORT: '0', DATABASE_URL: '', DATA_DIR: dataDirectory };
  house = launchStandalone(testSettings('', given));
  const address = await inTime('npm start to be ready', house.ready, MINUTE);
  await house.says(/Everything is at work/, MINUTE);
  const running = JSON.parse(readFileSync(join(dataDirectory, 'running.json'), 'utf8')) as {
    settings: { DATABASE_URL: string };
  };
  settings = testSettings(running.settings.DATABASE_URL);
  source = await new DataSource({
    type: 'postgres',
    url: settings.DATABASE_URL!,
    extra: { options: '-c search_path=huixue,extensions' },
  }).initialize();
  officer = new Person(address);
  officer.token = await officersToken();
}, 3 * MINUTE);

afterAll(async () => {
  await source?.destroy().catch(() => undefined);
  if (house && stillAlive([house.pid]).length > 0) await house.abandon();
  folder?.remove();
}, MINUTE);

async function officersToken(): Promise<string> {
  const [id, signInId] = [randomUUID(), randomUUID()];
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1::uuid, $1::text, '李科', 'none', now())`,
    [id],
  );
  await rows(
    source,
    `insert into staff_roles (id, staff_id, role, since) values (gen_random_uuid(), $1, 'bureau_officer', now())`,
    [id],
  );
  await rows(
    source,
    `insert into sign_ins (id, staff_id, created_at, expires_at) values ($2, $1, now(), now() + interval '1 day')`,
    [id, signInId],
  );
  return new Tokens(readSettings(settings), new SystemClock()).issue({ kind: 'staff', id, signInId });
}

const count = async (sql: string): Promise<number> => Number((await rows<{ n: string }>(source, sql))[0]!.n);

/** Kills the worker once the import is in the state and so far in it, and waits until another one is at work. */
async function killWhen(id: string, state: string, far: (found: Record<string, number>) => boolean): Promise<void> {
  await waitFor(
    `the import to be in the middle of ${state}`,
    async () => {
      const found = (
        await rows<Record<string, number> & { state: string }>(
          source,
          `select state, rows_read, rows_checked, rows_done from imports where id = $1`,
          [id],
        )
      )[0]!;
      // What is killed too late proves nothing.
      if (!['waiting', 'reading', 'ready', 'writing', 'written', 'undoing'].includes(found.state))
        throw new Error(found.state);
      return found.state === state && far(found);
    },
    2 * MINUTE,
  );
  const worker = childrenOf(house.pid).find(({ command }) => command.includes('/apps/worker/'))!;
  process.kill(worker.pid, 'SIGKILL');
  expect(await count(`select count(*) as n from imports where id = '${id}' and state = '${state}'`)).toBe(1);
  await house.says(/worker answers again/, MINUTE);
}

const until = (id: string, state: string) =>
  waitFor(
    `the import to be ${state}`,
    async () => {
      const found = await officer.get(`/imports/${id}`);
      return found.state === state && found;
    },
    3 * MINUTE,
  );

const verified = () =>
  spawnSync(process.execPath, [join(PACKAGE_ROOT, 'dist/apps/cli/src/main.js'), 'verify'], {
    env: { PATH: process.env.PATH, ...settings },
    encoding: 'utf8',
  });

it(
  'goes on where it was and counts each row once',
  async () => {
    const regionCode = (await officer.get('/regions?level=district')).items[0].code;
    const department = await officer.post('/organisations', { kind: 'department', name: '区人力社保局', regionCode });
    const body = { kind: 'training', departmentId: department.id, fileName: '名单.csv' };
    const { id } = await officer.post('/imports', body);
    const lines = Array.from({ length: PEOPLE }, (_, index) => {
      const card = cardNumber(`19${60 + Math.floor(index / 500)}-01-01`, index % 500);
      return `陈海${String.fromCharCode(0x4e00 + index)},${card},电工,第1期,2026-02-02,2026-02-06,40\n`;
    });
    await officer.upload(
      `/imports/${id}/file`,
      Buffer.from(`姓名,身份证号,培训工种,班期,开始日期,结束日期,课时\n${lines.join('')}`),
    );
    const ready = await until(id, 'ready');
    expect(ready.counts).toMatchObject({ rows: PEOPLE, counting: PEOPLE, newPeople: PEOPLE });

    await officer.post(`/imports/${id}/confirmation`, {}, { version: ready.version });
    await killWhen(id, 'writing', ({ rows_done: done }) => done! > 0 && done! < PEOPLE / 2);
    const written = await until(id, 'written');
    expect(written.rowsDone).toBe(PEOPLE);
    const counted = `from ledger_entries e join imported_records r on r.id = e.record_id`;
    expect(await count(`select count(*) as n ${counted}`)).toBe(PEOPLE);
    expect(await count(`select count(distinct r.resident_id) as n ${counted}`)).toBe(PEOPLE);
    expect(await count(`select sum(total) as n from ledger_totals where measure = 'social-training-annual'`)).toBe(
      PEOPLE,
    );

    await officer.post(`/imports/${id}/undoing`, { reason: '演练' }, { version: written.version });
    await killWhen(id, 'undoing', ({ rows_done: done }) => done! > 0 && done! < PEOPLE / 2);
    expect(await until(id, 'undone')).toMatchObject({ rowsDone: PEOPLE });
    expect(await count(`select sum(e.amount) as n ${counted}`)).toBe(0);
    expect(await count(`select count(*) as n ${counted}`)).toBe(2 * PEOPLE);
    const { status, stdout, stderr } = verified();
    expect({ status, said: stdout + stderr }).toEqual({
      status: 0,
      said: 'Ledger, totals and chains are as they should be.\n',
    });
  },
  8 * MINUTE,
);
