import { baseline, ours, planCheckIns } from './check-in-work.mjs';
import { compared, median, printTable } from './figures.mjs';
import {
  createDatabase,
  prepare,
  processorSeconds,
  shareTwoCores,
  sql,
  startApi,
  startBaseline,
  startDatabaseServer,
  startLoad,
} from './processes.mjs';

/** Pool sizes from which the baseline takes its best. */
const POOLS = [8, 16, 32, 64];
const SESSIONS = 1_000;

const BASELINE_TABLE = `
  create table marks (
    id uuid primary key,
    session_id uuid not null,
    resident_id uuid not null,
    status text not null,
    device_id text not null,
    device_time timestamptz not null,
    recorded_at timestamptz not null default now(),
    unique (session_id, resident_id)
  )`;

/** `npm run bench -- check-in`: a thousand sessions begin at nine, and every resident is marked by a request of their own. */
export async function benchCheckIn(options) {
  const numbers = (options.connections ?? '64,512').split(',').map(Number);
  const rounds = Number(options.rounds ?? 5);
  const each = Number(options.residents ?? 20);
  if (!shareTwoCores()) console.log('Not confined to two cores: this machine has no taskset.');
  const server = await startDatabaseServer();
  const load = await startLoad();
  let base;
  let api;
  try {
    const oursUrl = await createDatabase(server.url, 'ours');
    const baselineUrl = await createDatabase(server.url, 'baseline');
    prepare(oursUrl);
    await sql(baselineUrl, BASELINE_TABLE);
    api = await startApi(oursUrl, options.profile);

    const setPool = async (pool) => {
      await base?.stop();
      base = await startBaseline(baselineUrl, pool, 'check-in');
    };
    const round = async (side, connections, residents = each) => {
      const plan = planCheckIns(SESSIONS, residents);
      const [work, url, program] = side === 'ours' ? [ours, oursUrl, api] : [baseline, baselineUrl, base];
      const requests = await work.seed(url, plan);
      await work.rest(url);
      const used = () => [program.pid, server.pid, load.pid].map(processorSeconds);
      const before = used();
      const result = await load.ask({ port: program.port, connections, requests });
      const [serverCpu, databaseCpu, loadCpu] = used().map(
        (after, index) => ((after - before[index]) * 1e6) / requests.length,
      );
      const stored = await work.stored(url, plan);
      if (result.counts.recorded !== requests.length || stored !== requests.length) {
        const answered = JSON.stringify(result.counts).slice(0, 500);
        throw new Error(`${side}: it answered ${answered} to ${requests.length} requests and stored ${stored}.`);
      }
      return { ...result, serverCpu, databaseCpu, loadCpu, rate: requests.length / result.seconds };
    };

    for (const connections of numbers) {
      console.log(`\ncheck-in, ${SESSIONS} sessions at once, ${connections} connections`);
      const rates = [];
      const pools = options.pool ? [Number(options.pool)] : POOLS;
      for (const pool of pools) {
        await setPool(pool);
        await round('baseline', connections, 5);
        rates.push((await round('baseline', connections, 5)).rate);
      }
      const pool = pools[rates.indexOf(Math.max(...rates))];
      console.log(
        `baseline by pool: ${pools.map((size, index) => `${size}: ${rates[index].toFixed(0)}/s`).join(', ')}`,
      );
      await setPool(pool);
      for (const side of ['ours', 'baseline']) await round(side, connections, 5);
      const results = { ours: [], baseline: [] };
      for (let number = 0; number < rounds; number++) {
        const order = number % 2 === 0 ? ['ours', 'baseline'] : ['baseline', 'ours'];
        for (const side of order) results[side].push(await round(side, connections));
      }
      report({ connections, pool, requests: SESSIONS * each }, results);
    }
  } finally {
    await Promise.all([api?.stop(), base?.stop(), load.stop()]);
    await server.stop();
  }
}

function report({ connections, pool, requests }, results) {
  const middle = (side, name) => median(results[side].map((result) => result[name]));
  printTable(
    ['ours', 'baseline'].map((side) => ({
      '': side,
      'check-ins/s': middle(side, 'rate').toFixed(0),
      'p50 ms': middle(side, 'p50').toFixed(1),
      'p99 ms': middle(side, 'p99').toFixed(1),
      'round s': middle(side, 'seconds').toFixed(1),
      'CPU µs: server': middle(side, 'serverCpu').toFixed(0),
      database: middle(side, 'databaseCpu').toFixed(0),
      load: middle(side, 'loadCpu').toFixed(0),
    })),
  );
  console.log(`${requests} check-ins a round, each stored once on either side; pool of the baseline: ${pool}`);
  const rates = (side) => results[side].map(({ rate }) => rate);
  console.log(
    JSON.stringify(
      compared(
        { bench: 'check-in', shape: 'a request each', connections },
        'check-ins/s',
        rates('ours'),
        rates('baseline'),
      ),
    ),
  );
}
