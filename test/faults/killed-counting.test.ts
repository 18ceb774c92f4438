import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { PACKAGE_ROOT, readSettings, rows, SystemClock, Tokens } from '#core';
import { type Attendant, type Lectures, seedLectures } from '../support/lectures.js';
import { childrenOf, stillAlive } from '../support/process-table.js';
import { launchStandalone, type TestProcess } from '../support/processes.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { type GivenSettings, testSettings } from '../support/test-settings.js';
import { inTime, waitFor } from '../support/wait-for.js';

const SIZE = { classes: 30, each: 50 };
const ALL = SIZE.classes * SIZE.each;
const AT_ONCE = 24;
/** When so many check-ins are acknowledged, others are under way. */
const KILL_DATABASE_AFTER = ALL * 0.5;
/** When so many entries are in the ledger, the recount is in the middle of its work. */
const KILL_WORKER_AT = ALL * 0.1;
const KILL_DATABASE_AT = ALL * 0.6;
const MINUTE = 60_000;

/** The whole house, as `npm start` runs it: what is killed comes back by itself. */
describe('worker and database are killed with -9 in the middle of check-ins and of the recount', () => {
  let folder: TemporaryFolder;
  let house: TestProcess;
  let address: string;
  let source: DataSource;
  let settings: GivenSettings;
  let lectures: Lectures;
  let token: () => string;

  beforeAll(async () => {
    folder = temporaryFolder();
    const dataDirectory = join(folder.path, 'data');
    const given = { DEMO_DATA: 'no', WORKER_PORT: '0', DATABASE_URL: '', DATA_DIR: dataDirectory };
    house = launchStandalone(testSettings('', given));
    address = await inTime('npm start to be ready', house.ready, MINUTE);
    await house.says(/Everything is at work/, MINUTE);
    const running = JSON.parse(readFileSync(join(dataDirectory, 'running.json'), 'utf8')) as {
      settings: { DATABASE_URL: string };
    };
    settings = testSettings(running.settings.DATABASE_URL);
    source = await connect();
    const at = new Date();
    lectures = await seedLectures(source, at, SIZE);
    const tokens = new Tokens(readSettings(settings), new SystemClock());
    token = () => tokens.issue({ kind: 'staff', id: lectures.staffId, signInId: lectures.signInId });
  }, 3 * MINUTE);
  afterAll(async () => {
    await source?.destroy().catch(() => undefined);
    if (house && stillAlive([house.pid]).length > 0) await house.abandon();
    folder?.remove();
  }, MINUTE);

  async function connect(): Promise<DataSource> {
    const opened = await new DataSource({
      type: 'postgres',
      url: settings.DATABASE_URL!,
      // The server is killed under these connections.
      poolErrorHandler: () => undefined,
      extra: { options: '-c search_path=huixue,extensions' },
    }).initialize();
    return opened;
  }

  const count = async (sql: string): Promise<number> => Number((await rows<{ n: string }>(source, sql))[0]!.n);

  function kill(part: string): void {
    const found = childrenOf(house.pid).find(({ command }) => command.includes(part));
    process.kill(found!.pid, 'SIGKILL');
  }

  /** Whether it was acknowledged. */
  async function checkIn({ sessionId, residentId, markId }: Attendant): Promise<boolean> {
    const item = {
      id: markId,
      kind: 'teacher_mark',
      residentId,
      status: 'present',
      deviceTime: new Date().toISOString(),
    };
    try {
      const response = await fetch(`${address}/api/v1/sessions/${sessionId}/marks`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token()}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ deviceId: 'tablet', items: [item] }),
      });
      if (!response.ok) return false;
      const { items } = (await response.json()) as { items: { outcome: string }[] };
      return ['recorded', 'duplicate'].includes(items[0]!.outcome);
    } catch {
      return false;
    }
  }

  it(
    'loses nothing that was acknowledged and counts nothing twice, and verify finds nothing',
    async () => {
      const waiting = [...lectures.attendants];
      let acknowledged = 0;
      let refused = 0;
      const askInTurn = async () => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
          if (await checkIn(one)) acknowledged++;
          else {
            refused++;
            waiting.push(one);
            // The device asks again; while nothing answers, not a thousand times a second.
            await pause(50);
          }
        }
      };
      const entriesAt: number[] = [];
      const entries = () => count('select count(*) as n from ledger_entries').catch(() => 0);
      const killWhen = async (part: string, least: number) => {
        const found = await waitFor(
          `${least} entries in the ledger`,
          async () => {
            const present = await entries();
            return present >= least && present;
          },
          2 * MINUTE,
        );
        kill(part);
        entriesAt.push(found);
      };
      const inTheBurst = async () => {
        await waitFor('half of the check-ins', () => acknowledged >= KILL_DATABASE_AFTER, 2 * MINUTE);
        kill('postgres -D');
        expect(acknowledged).toBeLessThan(ALL);
      };
      const inTheRecount = async () => {
        await killWhen('/apps/worker/', KILL_WORKER_AT);
        await house.says(/worker answers again/, MINUTE);
        await killWhen('postgres -D', KILL_DATABASE_AT);
      };
      await Promise.all([...Array.from({ length: AT_ONCE }, askInTurn), inTheBurst(), inTheRecount()]);
      expect(acknowledged).toBe(ALL);
      expect(refused).toBeGreaterThan(0);
      // Both were in the middle of it.
      expect(entriesAt).toHaveLength(2);
      for (const found of entriesAt) expect(found).toBeLessThan(ALL);

      await waitFor('all of it to be counted', async () => (await entries()) >= ALL, 2 * MINUTE);
      expect(await count(`select count(*) as n from attendances where status = 'present'`)).toBe(ALL);
      expect(await count('select count(*) as n from marks')).toBe(ALL);
      expect(
        await count(
          `select sum((details ->> 'recorded')::int) as n from audit_entries where action = 'attendance.marked'`,
        ),
      ).toBe(ALL);
      const waitsNoMore = async () => (await count('select count(*) as n from outbox')) === 0;
      await waitFor('nothing to be under way', waitsNoMore, MINUTE);
      expect(await entries()).toBe(ALL);
      expect(await count(`select sum(total) as n from ledger_totals where measure = 'community-person-times'`)).toBe(
        ALL,
      );
      expect(await count(`select count(distinct enrollment_id) as n from ledger_entries`)).toBe(ALL);

      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(PACKAGE_ROOT, 'dist/apps/cli/src/main.js'), 'verify'],
        { env: { PATH: process.env.PATH, ...settings }, encoding: 'utf8' },
      );
      expect({ status, said: stdout + stderr }).toEqual({
        status: 0,
        said: 'Ledger, totals and chains are as they should be.\n',
      });
    },
    6 * MINUTE,
  );
});
