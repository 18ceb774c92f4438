import type { ChildProcess } from 'node:child_process';
import { readEnvironment, Settings } from '#core/settings';
import { openDataDirectory, placeOfOurs } from './data-directory.js';
import { checkPort } from './free-port.js';
import { keepKeys, type Keys } from './keys.js';
import { prepareDatabase } from './prepare-database.js';
import { shareEnvironment } from './running-environment.js';
import { readStandaloneSettings } from './standalone-settings.js';
import type { StartRefused } from './start-refused.js';
import { type Startable, StartedAhead } from './started-ahead.js';
import { type StopRequest, StopRequested } from './stop-request.js';
import { SupervisedPostgres } from './supervised-postgres.js';
import type { Program } from './supervised-child.js';
import { supervise } from './supervisor.js';

export interface Standalone {
  /** The operator's commands. */
  cli: string;
  /** What people open in the browser. */
  api: Program;
  /** What else is to run all the time. */
  worker: Program;
  /** Folder of what was made at the build for databases of demonstrations to begin with. */
  template: string;
  stop: StopRequest;
  /** Receives sentences for the person at the terminal. */
  note: (sentence: string) => void;
  /** Called once, when pages are answered at the address. */
  ready: (address: string) => void;
}

const LOADING =
  '正在布置演示街区，其间可以浏览，暂不能登录和报名 … Loading the demo district; pages answer, signing in and enrolling wait for it.';

/** After a kill, the children of the program that was killed end within this time and free their ports. */
const ORPHANS_END_WITHIN_MS = 10_000;

/**
 * Runs the whole house on this machine until a stop is asked for: embedded PostgreSQL unless DATABASE_URL names a
 * server, migrations and reference data, then the programs. What was started is ended in reverse order.
 *
 * In demo mode the demo data are loaded between api and worker: pages answer meanwhile, and the worker would follow in
 * the present what the loading tells in its past.
 *
 * @throws BadSettings before anything is touched.
 * @throws StartRefused when it cannot start or go on; everything has been ended by then.
 */
export async function runStandalone({ cli, api, worker, template, stop, note, ready }: Standalone): Promise<void> {
  const { settings, environment, embedded, missingKeys } = readStandaloneSettings(readEnvironment());
  const closing: (() => void | Promise<void>)[] = [];
  let lose: (why: StartRefused) => void = () => {};
  const lost = new Promise<never>((_, reject) => (lose = reject));
  lost.catch(() => {});
  try {
    const data = embedded ? openDataDirectory(settings.DATA_DIR, note) : undefined;
    if (data) closing.push(() => data.release());
    const patienceMs = data?.leftBehind ? ORPHANS_END_WITHIN_MS : 0;
    await checkPort({ setting: 'PORT', host: settings.HOST, port: settings.PORT }, patienceMs);
    await checkPort({ setting: 'WORKER_PORT', host: settings.HOST, port: settings.WORKER_PORT }, patienceMs);

    if (missingKeys.length > 0) {
      const keys: Keys = keepKeys(data?.path ?? placeOfOurs(settings.DATA_DIR));
      for (const name of missingKeys) environment[name] = keys[name];
    }
    // Made-up phones must never be written to by a real gateway.
    const demo = settings.MODE === 'demo' && settings.DEMO_DATA === 'yes' && settings.SMS_CHANNEL === 'log';
    const ahead = (program: Startable, running?: ChildProcess) => {
      const started = new StartedAhead(program, running);
      closing.push(() => started.discard());
      stop.onHardStop(() => started.discard());
      return started;
    };
    const preparation = ahead({ entry: cli, args: ['prepare', ...(demo ? ['--and-demo'] : [])] });
    const apiAhead = ahead(api);
    const waitingApi = { ...api, ahead: apiAhead };
    if (data) {
      const postgres = await SupervisedPostgres.start(
        data,
        note,
        lose,
        mayUseTemplate(settings) ? template : undefined,
      );
      closing.push(() => postgres.stop());
      stop.onHardStop(() => postgres.abort());
      environment.DATABASE_URL = postgres.url;
    }
    stop.throwIfAsked();
    apiAhead.inform(environment);
    const { loadDemo, words, by } = await prepareDatabase(preparation, environment, stop);
    const demoProgram: Startable = { entry: cli, args: ['demo'] };
    const loader = loadDemo ? ahead(demoProgram, by) : undefined;
    closing.push(shareEnvironment(settings.DATA_DIR, environment));
    stop.throwIfAsked();
    const loading: Program = { ...demoProgram, name: 'demo', once: true, after: api.name, ahead: loader };
    const programs = loadDemo ? [waitingApi, loading, { ...worker, after: loading.name }] : [waitingApi, worker];
    await supervise({
      programs,
      environment,
      stop,
      note,
      lost,
      ready: (name, address) => {
        if (name !== api.name) return;
        ready(address);
        if (loadDemo) note(LOADING);
        if (words) note(words);
      },
      allReady: () => note('全部就绪 Everything is at work.'),
    });
  } catch (error) {
    if (!(error instanceof StopRequested)) throw error;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** The template holds what the settings give where nothing else is said; production has a database of its own make. */
const mayUseTemplate = ({ MODE, DATABASE_SCHEMA, REDIS_URL }: Settings) =>
  MODE === 'demo' && DATABASE_SCHEMA === new Settings().DATABASE_SCHEMA && REDIS_URL === undefined;
