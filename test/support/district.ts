import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '#core';
import { Person } from './person.js';
import { startApi, startWorker, type TestProcess } from './processes.js';
import { createTestDatabase, fromSetup, type TestDatabase } from './test-database.js';
import { type GivenSettings, testSettings } from './test-settings.js';
import { waitFor } from './wait-for.js';

/** Of every member of staff in tests. */
export const PASSWORD = fromSetup('TEST_PASSWORD');

/** A whole platform of its own: database, api and worker as they run in service, and a clock that can be set. */
export class District {
  private phones = 13_800_000_000;

  private constructor(
    readonly database: TestDatabase,
    public api: TestProcess & { address: string },
    public worker: TestProcess & { address: string },
    private settings: GivenSettings,
    private at: Date,
  ) {}

  /** Starts one at that moment, with reference data and an administrator `admin`. */
  static async open(at: string, settings: GivenSettings = {}): Promise<District> {
    const database = await createTestDatabase('TEST_DISTRICT_TEMPLATE');
    const given = { LOG_LEVEL: 'info', ...settings };
    const programs: TestProcess[] = [];
    /** Remembers what started, so that it can be stopped if the other does not. */
    const running = <Program extends TestProcess>(program: Program): Program => {
      programs.push(program);
      return program;
    };
    try {
      const starting = [startApi(database.url, given).then(running), startWorker(database.url, given).then(running)];
      await Promise.allSettled(starting);
      const [api, worker] = (await Promise.all(starting)) as [District['api'], District['worker']];
      const district = new District(database, api, worker, given, new Date(at));
      await district.setClock(at);
      return district;
    } catch (error) {
      // Left running, they would keep the test from ever ending.
      await Promise.all(programs.map((program) => program.kill()));
      await database.drop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.api.stop(), this.worker.stop()]);
    await this.database.drop();
  }

  /** Makes it that moment in every process. */
  async setClock(at: string): Promise<void> {
    this.at = new Date(at);
    await Promise.all([this.api.setClock(this.at), this.worker.setClock(this.at)]);
  }

  /** Starts the api again after it was killed or stopped. */
  async restartApi(): Promise<void> {
    this.api = await startApi(this.database.url, this.settings);
    await this.api.setClock(this.at);
  }

  /** Somebody whom the platform does not know yet. */
  visitor(): Person {
    return new Person(this.api.address);
  }

  /** A member of staff, signed in. */
  staff(username: string): Promise<Person> {
    return this.visitor().signIn(username, PASSWORD);
  }

  /** A phone number that nobody else has. */
  newPhone(): string {
    return String(this.phones++);
  }

  /** The SMS of this phone whose text fits, as the log channel shows it. */
  async sms(phone: string, pattern: RegExp): Promise<string> {
    return waitFor(`an SMS to ${phone} like ${pattern}`, () => {
      const texts = this.worker.output
        .split('\n')
        .filter((line) => line.includes('"channel":"sms"') && line.includes(phone))
        .map((line) => (JSON.parse(line) as { text: string }).text);
      return texts.reverse().find((text) => pattern.test(text));
    });
  }

  /** Signs somebody in by phone and SMS code, as a resident does. */
  async resident(phone = this.newPhone()): Promise<Person> {
    const person = this.visitor();
    await person.post('/sign-in/sms-codes', { phone });
    const code = /\d{6}/.exec(await this.sms(phone, /\d{6}/))![0];
    person.token = (await person.post<{ token: string }>('/sign-in/sms', { phone, code })).token;
    return person;
  }
}

/** Runs the operator's command line on this database. */
export function cli(args: string[], databaseUrl: string, input = ''): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(PACKAGE_ROOT, 'dist/apps/cli/src/main.js'), ...args],
    {
      env: { PATH: process.env.PATH, ...testSettings(databaseUrl) },
      input,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`cli ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** A resident identity card number for a birth date (YYYY-MM-DD); a new one each time. */
export function cardNumber(birthDate: string, serial: number): string {
  const first = `330322${birthDate.replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(first[index]), 0);
  return first + '10X98765432'.charAt(sum % 11);
}
